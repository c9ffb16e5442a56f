// Plain options of `lockstep price` that are more than European: exercised early, or on a spot that
// pays cash dividends. What a row reads for it.
#pragma once

#include <vector>

#include "host/price/price_columns.h"
#include "host/price/row_fields.h"
#include "pricing/model/schedule.h"

namespace lockstep {

/// The most dividends and dates that a row may give together.
inline constexpr std::size_t schedule_events_max = 512;

struct exercise_terms {
    exercise_style style = exercise_style::european;
    std::vector<schedule_event> events;  // in order of time
};

/// Throws row_fault.
exercise_style read_style(row_fields<price_field> const& fields);

/// True when the row is valued by finite differences on its schedule.
bool is_scheduled(row_fields<price_field> const& fields, exercise_style style);

/// The row's dividends, and its dates of exercise where it is Bermudan. A date on which both happen
/// is one event. Throws row_fault.
std::vector<schedule_event> read_schedule(row_fields<price_field> const& fields,
                                          exercise_style style);

}  // namespace lockstep

// Rows of `lockstep price` whose payoff is more than a plain option's: their words, and what each
// of them reads, as the inputs of a row model.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "host/price/price_columns.h"
#include "host/price/row_fields.h"
#include "pricing/model/row_model.h"

namespace lockstep {

/// Results of a row with a second underlying, behind those of every row.
inline constexpr char const* pair_value_names[] = {"delta_2", "gamma_2", "gamma_cross", "vega_2",
                                                   "correlation_slope"};
inline constexpr std::size_t pair_value_count = std::size(pair_value_names);

/// One row as its model takes it, and where in the table that stands.
struct payoff_row {
    row_model model{};
    std::uint8_t flags = 0;
    std::array<double, row_inputs_max> in{};
    std::array<price_field, row_inputs_max> column{};  // that each input is from
    std::uint16_t absent = 0;                          // a bit for each that the row does not have
};

/// True when the row has a payoff of its own; a plain option's word is vanilla, or none.
bool is_payoff(row_fields<price_field> const& fields);

/// Reads such a row; throws row_fault.
payoff_row read_payoff(row_fields<price_field> const& fields);

/// Why the model gave no value, as a name and as a sentence.
char const* verdict_name(row_verdict verdict);
std::string verdict_reason(row_verdict verdict, payoff_row const& row);

}  // namespace lockstep

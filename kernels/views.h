// What crosses the seam: batches as columns. Nothing here owns memory, and every struct is plain
// data, so that it can be handed to a device by value.
#pragma once

#include <cstddef>
#include <cstdint>

#include "margin/portfolio.h"
#include "margin/scenario.h"
#include "pricing/base/view.h"
#include "pricing/model/option.h"

namespace lockstep {

/// European options to value, one column for each input. All columns have the same length.
struct option_batch {
    view<double const> underlying;  // forward, or spot where flags say option_flag::spot
    view<double const> strike;
    view<double const> time;      // years
    view<double const> rate;      // continuously compounded
    view<double const> dividend;  // yield of the underlying (coin rate for inverse options)
    view<double const> vol;       // per square root of a year, 0.65 = 65 %
    view<std::uint8_t const> flags;
    LOCKSTEP_HD std::size_t size() const { return underlying.count; }
};

/// Results of option_batch: one column for each value in the order of option_value; each as long
/// as the batch. A row whose status is not `computed` holds zeros.
struct option_values {
    double* columns[option_value_count];
    std::uint8_t* status;  // option_status
    std::size_t count;
};

/// Instruments to revalue under a scenario set, one column for each input.
struct risk_array_batch {
    view<risk_inputs const> instruments;
    view<scenario_set const> sets;  // chosen by risk_inputs::set
};

/// Instrument x column matrix of integers: scenario_columns scenario P&Ls (padded with zeros to a
/// multiple of 8), then the 8 sensitivities; row-major, one row for each instrument.
struct risk_matrix {
    std::int64_t* cells;
    std::size_t instruments;
    std::uint32_t scenarios;         // that mean something
    std::uint32_t scenario_columns;  // padded to a multiple of 8
    LOCKSTEP_HD std::size_t stride() const { return scenario_columns + sensitivity_count; }
    LOCKSTEP_HD std::int64_t* row(std::size_t i) const { return cells + i * stride(); }
};

/// Positions grouped into netting sets (compressed rows): set i holds positions
/// [begin[i], begin[i+1]).
struct position_batch {
    view<std::uint32_t const> begin;       // netting sets + 1
    view<std::uint32_t const> instrument;  // row of the risk matrix
    view<std::int64_t const> lots;         // signed quantity / lot_nanos of its netting set
    view<std::int64_t const> lot_nanos;    // per netting set: a power of ten that divides all
    view<std::uint32_t const> rule;        // per netting set: row of the margin rules
    LOCKSTEP_HD std::size_t sets() const { return begin.count == 0 ? 0 : begin.count - 1; }
};

}  // namespace lockstep

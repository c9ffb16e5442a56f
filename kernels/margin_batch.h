// Risk arrays and netting sets as they cross the seam, and what is to be said of them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "margin/portfolio.h"
#include "margin/scenario.h"
#include "pricing/base/view.h"

namespace lockstep {

/// Instruments to revalue under a scenario set, one column for each input.
struct risk_array_batch {
    view<risk_inputs const> instruments;
    view<scenario_set const> sets;  // chosen by risk_inputs::set
};

/// Instrument x column matrix of integers: scenario_columns scenario P&Ls (padded with zeros to a
/// multiple of 8), then the 8 sensitivities; row-major, one row for each instrument, `cells` on a
/// 64-byte boundary. Beside each row stand what its sums need: the largest magnitude in it, the
/// expiry bucket, and why it is zeros where it is.
struct risk_matrix {
    std::int64_t* cells;
    std::int64_t* row_max;        // largest |cell| of the row; row_quarantined when it has none
    std::uint8_t* expiry_bucket;  // below expiry_buckets_max
    std::uint8_t* status;         // risk_status
    std::size_t instruments;
    std::uint32_t scenarios;         // that mean something
    std::uint32_t scenario_columns;  // padded to a multiple of 8
    LOCKSTEP_HD std::size_t stride() const { return scenario_columns + sensitivity_count; }
    LOCKSTEP_HD std::int64_t* row(std::size_t i) const { return cells + i * stride(); }
    LOCKSTEP_HD std::int64_t gain(std::size_t i, std::size_t scenario) const {
        return row(i)[scenario];
    }
    LOCKSTEP_HD std::int64_t of(std::size_t i, sensitivity s) const {
        return row(i)[scenario_columns + static_cast<std::size_t>(s)];
    }
};

/// row_max of an instrument without a risk array: larger than any cell, so that no lane can take
/// such a row for a small one.
inline constexpr std::int64_t row_quarantined = INT64_MAX;

LOCKSTEP_HD constexpr std::uint32_t padded_scenarios(std::uint32_t scenarios) {
    return (scenarios + 7u) / 8u * 8u;
}

/// Positions grouped into netting sets (compressed rows): set i holds positions
/// [begin[i], begin[i+1]).
struct position_batch {
    view<std::uint32_t const> begin;        // netting sets + 1
    view<std::uint32_t const> instrument;   // row of the risk matrix
    view<std::int64_t const> lots;          // signed quantity / 10^lot_exponent nanos
    view<std::uint8_t const> lot_exponent;  // per netting set, in [0, lot_exponent_max]
    view<std::uint32_t const> rule;         // per netting set: row of the margin rules
    view<margin_addons const> addons;       // per netting set, or empty: none has any
    LOCKSTEP_HD std::size_t sets() const { return begin.count == 0 ? 0 : begin.count - 1; }
};

/// How a portfolio's sums are added: in 64 bits wherever a checked bound proves that they fit, or
/// always in 128. The rows are the same; `wide` is there to show it.
enum class sum_lanes { automatic, wide };

/// A check of every netting set against one matrix: one row of the answer for each set.
struct margin_batch {
    position_batch positions;
    risk_matrix matrix;
    view<margin_rules const> rules;
    view<margin_row> rows;
};

/// A check of some netting sets, or of all: only what decides about each is wanted.
struct check_batch {
    position_batch positions;
    risk_matrix matrix;
    view<margin_rules const> rules;
    view<std::uint32_t const> which;  // sets to check, each once; with null data: all of them
    view<check_row> rows;             // by set; those that are not asked for stay as they are
    LOCKSTEP_HD std::size_t size() const {
        return which.data == nullptr ? positions.sets() : which.count;
    }
    LOCKSTEP_HD std::size_t set(std::size_t i) const {
        return which.data == nullptr ? i : which[i];
    }
};

/// True when a set's rules exist and speak of no scenario that the matrix lacks.
LOCKSTEP_HD bool rules_serve(margin_batch const& batch, std::size_t set) {
    std::uint32_t const rule = batch.positions.rule[set];
    return rule < batch.rules.size() && batch.rules[rule].scenarios <= batch.matrix.scenarios;
}

}  // namespace lockstep

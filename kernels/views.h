// What crosses the seam: batches as columns. Nothing here owns memory, and every struct is plain
// data, so that it can be handed to a device by value.
#pragma once

#include <cstddef>
#include <cstdint>

#include "margin/portfolio.h"
#include "margin/scenario.h"
#include "pricing/base/sha256.h"
#include "pricing/base/view.h"
#include "pricing/model/monte_carlo.h"
#include "pricing/model/option.h"
#include "pricing/model/row_model.h"
#include "pricing/model/schedule.h"

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
/// as the batch. A null column is not wanted: when only the price, or only the price and the first
/// six Greeks are wanted, the others are not computed either, and the status speaks of what is. A
/// row whose status is not `computed` holds zeros.
struct option_values {
    double* columns[option_value_count];
    std::uint8_t* status;  // option_status
    std::size_t count;
};

/// The columns that backend::american fills, price to rho.
inline constexpr std::size_t american_value_count = 6;

/// The fewest leading columns of option_value that cover the wanted ones.
LOCKSTEP_HD option_depth depth_of(option_values const& values) {
    bool greeks = false, all = false;
    for (std::size_t k = 1; k < option_value_count; ++k) {
        bool const wanted = values.columns[k] != nullptr;
        greeks = greeks || wanted;
        all = all || (wanted && k >= static_cast<std::size_t>(option_depth::first_greeks));
    }
    if (all) return option_depth::all;
    return greeks ? option_depth::first_greeks : option_depth::price;
}

/// Linear options on a forward (Black 1976): the narrow batch, for speed.
struct black76_batch {
    view<double const> forward;
    view<double const> strike;
    view<double const> time;         // years
    view<double const> vol;          // per square root of a year
    view<double const> rate;         // continuously compounded
    view<std::uint8_t const> flags;  // option_flag::put; other bits are not looked at
    LOCKSTEP_HD std::size_t size() const { return forward.count; }
};

inline constexpr std::size_t black76_value_count = 7;

/// Results of black76_batch: price, delta, gamma, vega, theta, rho, vanna, all wanted. The bytes
/// are those of the first seven columns of option_values.
struct black76_values {
    double* columns[black76_value_count];
    std::uint8_t* status;  // option_status
    std::size_t count;
};

/// Prices of European options whose implied vol is wanted, one column for each input.
struct implied_vol_batch {
    view<double const> forward;
    view<double const> strike;
    view<double const> time;         // years
    view<double const> price;        // as paid today
    view<double const> discount;     // today's price of 1 at expiry
    view<std::uint8_t const> flags;  // implied_vol_flag
    LOCKSTEP_HD std::size_t size() const { return forward.count; }
};

/// Results of implied_vol_batch, all wanted. A row whose status is not `computed` holds zeros.
struct implied_vol_values {
    double* vol;
    double* error;         // what the price's last place leaves undecided
    std::uint8_t* status;  // implied_vol_status
    std::size_t count;
};

/// Rows of a model that values one row at a time: its inputs as columns, in its order.
struct row_batch {
    double const* inputs[row_inputs_max];  // the model's first; the others are not looked at
    std::uint8_t const* flags;
    std::size_t count;
};

/// Results of row_batch, all wanted. A row whose verdict is not `computed` holds zeros.
struct row_values {
    double* outputs[row_outputs_max];
    std::uint8_t* verdicts;  // row_verdict
    std::size_t count;
};

/// Random paths on which a contract, and copies of it with inputs moved, are valued together.
struct path_batch {
    view<path_contract const> contracts;  // 0 is the contract; at most path_contracts_max
    view<path_estimate const> estimates;  // at most path_estimates_max
    path_source const* source;
    exercise_policy const* policy;  // null unless the contract is american
    std::size_t blocks;             // of path_block paths each, from path 0 on
    double* sums;  // of each block: each estimate's sum, then each one's of squares
    LOCKSTEP_HD std::size_t width() const { return 2 * estimates.count; }
};

/// Prices of American options whose implied vol is wanted; results are implied_vol_values.
struct american_vol_batch {
    view<double const> underlying;  // forward, or spot where flags say option_flag::spot
    view<double const> strike;
    view<double const> time;         // years
    view<double const> rate;         // continuously compounded
    view<double const> dividend;     // yield of a spot
    view<double const> price;        // as paid today
    view<std::uint8_t const> flags;  // option_flag
    LOCKSTEP_HD std::size_t size() const { return underlying.count; }
};

/// Options on spots with a schedule each. Row i has the events from first_event[i] to before
/// first_event[i + 1], which count from the beginning of `events` whatever slice this is.
struct schedule_batch {
    option_batch options;
    view<std::uint8_t const> styles;        // exercise_style
    view<std::uint64_t const> first_event;  // one more than rows
    view<schedule_event const> events;
    LOCKSTEP_HD std::size_t size() const { return options.size(); }
    LOCKSTEP_HD view<schedule_event const> events_of(std::size_t i) const {
        return {events.data + first_event[i],
                static_cast<std::size_t>(first_event[i + 1] - first_event[i])};
    }
};

/// Results of schedule_batch, all wanted. A row whose status is not `computed` holds zeros.
struct schedule_values {
    double *price, *delta, *gamma, *theta;
    std::uint8_t* status;  // schedule_status
    std::size_t count;
};

/// The rows [begin, begin + length) of a batch or of its results.
LOCKSTEP_HD option_batch slice(option_batch const& b, std::size_t begin, std::size_t length) {
    return {b.underlying.slice(begin, length), b.strike.slice(begin, length),
            b.time.slice(begin, length),       b.rate.slice(begin, length),
            b.dividend.slice(begin, length),   b.vol.slice(begin, length),
            b.flags.slice(begin, length)};
}
LOCKSTEP_HD option_values slice(option_values v, std::size_t begin, std::size_t length) {
    for (double*& column : v.columns) column = column != nullptr ? column + begin : nullptr;
    v.status += begin;
    v.count = length;
    return v;
}
LOCKSTEP_HD black76_batch slice(black76_batch const& b, std::size_t begin, std::size_t length) {
    return {b.forward.slice(begin, length), b.strike.slice(begin, length),
            b.time.slice(begin, length),    b.vol.slice(begin, length),
            b.rate.slice(begin, length),    b.flags.slice(begin, length)};
}
LOCKSTEP_HD black76_values slice(black76_values v, std::size_t begin, std::size_t length) {
    for (double*& column : v.columns) column += begin;
    v.status += begin;
    v.count = length;
    return v;
}

LOCKSTEP_HD row_batch slice(row_batch b, std::size_t begin, std::size_t length) {
    for (double const*& column : b.inputs) column = column != nullptr ? column + begin : nullptr;
    b.flags += begin;
    b.count = length;
    return b;
}
LOCKSTEP_HD row_values slice(row_values v, std::size_t begin, std::size_t length) {
    for (double*& column : v.outputs) column = column != nullptr ? column + begin : nullptr;
    v.verdicts += begin;
    v.count = length;
    return v;
}
LOCKSTEP_HD implied_vol_batch slice(implied_vol_batch const& b, std::size_t begin,
                                    std::size_t length) {
    return {b.forward.slice(begin, length),  b.strike.slice(begin, length),
            b.time.slice(begin, length),     b.price.slice(begin, length),
            b.discount.slice(begin, length), b.flags.slice(begin, length)};
}
LOCKSTEP_HD american_vol_batch slice(american_vol_batch const& b, std::size_t begin,
                                     std::size_t length) {
    return {b.underlying.slice(begin, length), b.strike.slice(begin, length),
            b.time.slice(begin, length),       b.rate.slice(begin, length),
            b.dividend.slice(begin, length),   b.price.slice(begin, length),
            b.flags.slice(begin, length)};
}
LOCKSTEP_HD schedule_batch slice(schedule_batch const& b, std::size_t begin, std::size_t length) {
    return {slice(b.options, begin, length), b.styles.slice(begin, length),
            b.first_event.slice(begin, length + 1), b.events};
}
LOCKSTEP_HD schedule_values slice(schedule_values const& v, std::size_t begin, std::size_t length) {
    return {v.price + begin, v.delta + begin,  v.gamma + begin,
            v.theta + begin, v.status + begin, length};
}
LOCKSTEP_HD implied_vol_values slice(implied_vol_values const& v, std::size_t begin,
                                     std::size_t length) {
    return {v.vol + begin, v.error + begin, v.status + begin, length};
}

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

/// Messages of one length to hash: message n lies at bytes + n * message_bytes. With `which` null
/// they are messages 0 .. count-1; else which[0] .. which[count-1], so that scattered rows are
/// hashed where they lie. Message n's digest goes to place n of the result.
struct message_batch {
    std::uint8_t const* bytes;
    std::size_t message_bytes;
    std::uint32_t const* which;
    std::size_t count;
    LOCKSTEP_HD std::size_t index(std::size_t i) const { return which == nullptr ? i : which[i]; }
};

// Few need to know the ledger's rows: margin/ledger/settle.h.
struct settle_entry;
struct account_row;
struct position_row;

/// Postings to fold into the rows that they name. Entries of one account are folded in the order
/// in which they stand; a position is named by entries of its own account alone. What an entry adds
/// to its instrument's open interest goes to the entry's place in a column of deltas.
struct settle_batch {
    view<settle_entry const> entries;
    view<account_row> accounts;
    view<position_row> positions;
    view<std::int64_t> open_interest;  // as long as the entries
};

}  // namespace lockstep

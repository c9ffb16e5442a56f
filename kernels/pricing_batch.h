// Contracts to value as they cross the seam, one column for each input, and what comes back.
#pragma once

#include <cstddef>
#include <cstdint>

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
    view<path_estimate const> estimates;
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

}  // namespace lockstep

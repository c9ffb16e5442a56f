// Scenarios: what happens to a market in one imagined move, and what one instrument then gains or
// loses. An instrument's risk array is its row of gains over all scenarios, in integers, together
// with its sensitivities; a portfolio's gain is an integer sum of such rows, so order cannot
// matter.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/money.h"
#include "pricing/instrument.h"

namespace lockstep {

/// The linear columns that travel beside the scenarios, each per contract. delta in coin for
/// inverse and in underlying units for linear; gamma: change of delta for a 1 % move; vega for one
/// vol point; theta for one day; rho for one percentage point; vanna: change of delta for one vol
/// point; volga: change of vega for one vol point.
enum class sensitivity : std::uint8_t { value, delta, gamma, vega, theta, rho, vanna, volga };
inline constexpr std::uint32_t sensitivity_count = 8;

inline constexpr std::uint32_t scenarios_max = 64;
inline constexpr std::uint32_t expiry_buckets_max = 64;

/// One scenario. `pnl_factor` scales the gain (extended moves are dampened by it).
struct scenario_shock {
    double price_multiplier;     // 1 + relative move of the underlying
    double pnl_factor;           // 1 in the standard vector
    std::int32_t vol_direction;  // -1 down, 0 same, +1 up
    std::int32_t extended;       // 1: the portfolio's gain is pulled toward zero by a dampener
};

/// Relative change of volatility by days to expiry: (days/DTE)^power, one power below `days`, one
/// above. Up: max(v, floor) * (1 + range_up * ...); down: v * max(0, 1 - range_down * ...).
struct vol_shock {
    double range_up, range_down;
    double vol_floor_up;
    double power_short, power_long;
    double days;      // 30
    double days_min;  // DTE is not taken below this
};

/// All scenarios of one underlying and settlement.
struct scenario_set {
    scenario_shock shocks[scenarios_max];
    vol_shock vol;
    std::uint32_t count;
    std::uint32_t reserved;
};

/// What the risk array of one instrument is computed from.
struct risk_inputs {
    double
        underlying;  // forward of its expiry; mark price of a future; index or mark of a perpetual
    double strike;   // options
    double time;     // years to expiry, ACT/365
    double vol;      // options
    double scale;    // integer units per 1.0 of the settle asset (see risk_scale)
    std::uint32_t set;  // row of the scenario sets
    instrument_kind kind;
    option_type type;
    settlement settle;
    std::uint8_t expiry_bucket;  // which expiry of its underlying: roll risk is summed per bucket
};

static_assert(std::is_trivially_copyable_v<scenario_set> && sizeof(risk_inputs) == 48);

/// Integer units of a risk array per 1.0 of the settle asset: a millionth of a nano for coins; for
/// dollars, whose amounts per contract are larger, a thousandth of a nano.
inline constexpr double risk_scale_coin = 1e15;
inline constexpr double risk_scale_quote = 1e12;

}  // namespace lockstep

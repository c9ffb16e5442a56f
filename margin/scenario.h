// Scenarios: what happens to a market in one imagined move, and what one instrument then gains or
// loses. An instrument's risk array is its row of gains over all scenarios, in integers, together
// with its sensitivities; a portfolio's gain is an integer sum of such rows, so order cannot
// matter. margin/risk_array.h computes a row, margin/portfolio.h uses the sums.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/exp_log.h"
#include "pricing/instrument.h"

namespace lockstep {

/// The linear columns that travel beside the scenarios, each per contract. A contract is one coin
/// of an option or a linear future and one USD of an inverse future.
///   value  model value at the mark: coin for inverse, quote currency for linear. An inverse future
///          counts -1/F coin: the entry side, +1/F0, is a constant of the position.
///   delta  inverse: F dV/dF in coin, the premium included; linear: dV/dF in underlying units
///   gamma  change of delta for a 1 % move of F        vega   change of value for one vol point
///   theta  change of value over one day               rho    for one percentage point of the rate
///   vanna  change of delta for one vol point          volga  change of vega for one vol point
enum class sensitivity : std::uint8_t { value, delta, gamma, vega, theta, rho, vanna, volga };
inline constexpr std::uint32_t sensitivity_count = 8;

inline constexpr std::uint32_t scenarios_max = 64;
inline constexpr std::uint32_t expiry_buckets_max = 64;

/// One scenario. `pnl_factor` scales the gain (extended moves count in part).
struct scenario_shock {
    double price_multiplier;     // 1 + relative move of the underlying
    double pnl_factor;           // 1 in the standard vector
    std::int32_t vol_direction;  // -1 down, 0 same, +1 up
    std::int32_t extended;       // 1: the portfolio's gain is pulled toward zero by a dampener
};

/// Relative change of volatility by days to expiry: (days/DTE)^power, one power below `days`, one
/// from there on. Up: max(v, floor) * (1 + range_up * ...); down: v * max(0, 1 - range_down * ...).
struct vol_shock {
    double range_up, range_down;
    double vol_floor_up;
    double power_short, power_long;
    double days;      // 30
    double days_min;  // DTE is not taken below this
};

/// All scenarios of one underlying and settlement; those that mean something come first.
struct scenario_set {
    scenario_shock shocks[scenarios_max];
    vol_shock vol;
    std::uint32_t count;
    std::uint32_t reserved;
};

/// What the risk array of one instrument is computed from.
struct risk_inputs {
    double underlying;  // forward of its expiry; mark price of a future or a perpetual
    double strike;      // options
    double time;        // years to expiry, ACT/365
    double vol;         // options
    double scale;       // integer units per 1.0 of the settle asset: risk_scale_of(settle)
    std::uint32_t set;  // row of the scenario sets
    instrument_kind kind;
    option_type type;
    settlement settle;
    std::uint8_t expiry_bucket;  // which expiry of its underlying: roll risk is summed per bucket
};

static_assert(std::is_trivially_copyable_v<scenario_set> && sizeof(risk_inputs) == 48);

/// Decimal places of a risk array's integers: a millionth of a nano for coins; for quote currency,
/// whose amounts per contract are larger, a thousandth of a nano.
inline constexpr int risk_places_coin = 15;
inline constexpr int risk_places_quote = 12;
inline constexpr double risk_scale_coin = 1e15;
inline constexpr double risk_scale_quote = 1e12;

LOCKSTEP_HD constexpr int risk_places_of(settlement s) {
    return s == settlement::inverse ? risk_places_coin : risk_places_quote;
}
LOCKSTEP_HD constexpr double risk_scale_of(settlement s) {
    return s == settlement::inverse ? risk_scale_coin : risk_scale_quote;
}

/// The three vols that scenarios ask for.
struct shocked_vols {
    double down, same, up;
};

LOCKSTEP_HD shocked_vols shock_vol(double vol, double years, vol_shock const& shock) {
    double days = years * 365.0;
    double dte = days < shock.days_min ? shock.days_min : days;
    double power = dte < shock.days ? shock.power_short : shock.power_long;
    double reach = exponential(power * logarithm(shock.days / dte));
    double kept = 1.0 - shock.range_down * reach;
    double raised = vol < shock.vol_floor_up ? shock.vol_floor_up : vol;
    return {vol * (kept < 0.0 ? 0.0 : kept), vol, raised * (1.0 + shock.range_up * reach)};
}

LOCKSTEP_HD double vol_in(shocked_vols const& vols, std::int32_t direction) {
    double moved = direction > 0 ? vols.up : vols.down;
    return direction == 0 ? vols.same : moved;
}

/// How much of an extended move's gain counts. A coin gain at the move is first brought to what it
/// would be worth at the end of the standard range on the same side, then scaled to that range.
/// Quote currency needs no such conversion (our reading: no source shows a linear example).
LOCKSTEP_HD double extended_pnl_factor(double move, double range, double factor, settlement s) {
    double size = move < 0 ? -move : move;
    double scaled = factor * range / size;
    double edge = move < 0 ? 1.0 - range : 1.0 + range;
    return s == settlement::linear ? scaled : scaled * (1.0 + move) / edge;
}

/// The most by which an extended gain or loss is pulled toward zero, in the settle asset: USD grow
/// with the distance beyond the range; coins are bought for them at the end of the range.
LOCKSTEP_HD double extended_dampener(double move, double range, double usd_per_range, double index,
                                     settlement s) {
    double size = move < 0 ? -move : move;
    double usd = (size / range - 1.0) * usd_per_range;
    double edge = move < 0 ? 1.0 - range : 1.0 + range;
    double amount = s == settlement::linear ? usd : usd / (edge * index);
    return amount > 0.0 ? amount : 0.0;
}

/// Relative move of a forward against the index that roll risk reckons with.
LOCKSTEP_HD double roll_rate(double annualised_move, double move_min, double years) {
    double move = exponential(annualised_move * years) - 1.0;
    return move > move_min ? move : move_min;
}

}  // namespace lockstep

// How far a netting set's decisions can move when the risk array of one instrument does: a bound
// per contract held. While the sum of such bounds stays below what an account has left to the
// nearest decision, the decision stands, and nobody has to add up its scenarios again.
//
// The rule is a sum of parts of which each moves no faster than its input:
//   worst loss    the least of scenario sums, each pulled toward zero: by the largest cell's change
//   roll shock    rate of its bucket per unit of delta
//   delta shock   f(d) = (|d| I - T) q |d| / I, capped at m |d| (coin; times I for quote currency).
//                 Where f is below its cap, f' <= 2 m + T q / I.
// and maintenance margin is a share of that sum. The bound holds for value - IM and value - MM, and
// for each amount alone; what rounding adds is rounding_allowance's.
#pragma once

#include <cmath>

#include "margin/portfolio.h"

namespace lockstep {

/// An instrument with a larger delta per contract is not bounded.
inline constexpr double bounded_delta_max = 4;

/// Change of the delta shock per unit of change of net delta, at most.
inline double delta_shock_slope(margin_rules const& rules) {
    if (rules.delta_shock_increment_1e12 == 0 || rules.index_nanos <= 0) return 0;
    double const index = static_cast<double>(rules.index_nanos) * 1e-9;
    double const most = static_cast<double>(rules.delta_shock_max_ppb) * 1e-9;
    double const rise = static_cast<double>(rules.delta_shock_threshold_nanos) * 1e-9 *
                        static_cast<double>(rules.delta_shock_increment_1e12) * 1e-12;
    double const per_index = rules.settle == settlement::inverse ? index : 1;
    double const cap = rules.settle == settlement::inverse ? most : most * index;
    return 2 * cap + rise / per_index;
}

/// Nanos by which decisions move at most for each nano-contract of an instrument whose row goes
/// from `was` to `now`; infinite where no bound is known. Rows as in risk_matrix.
inline double movement_bound(std::int64_t const* was, std::int64_t const* now,
                             std::uint32_t scenario_columns, std::uint32_t bucket,
                             margin_rules const& rules) {
    auto const change = [&](std::uint32_t c) {
        return std::fabs(static_cast<double>(now[c]) - static_cast<double>(was[c]));
    };
    double cell = 0;
    for (std::uint32_t s = 0; s < scenario_columns; ++s) cell = std::fmax(cell, change(s));
    auto const column = [&](sensitivity s) {
        return scenario_columns + static_cast<std::uint32_t>(s);
    };
    double const one = rules.settle == settlement::inverse ? risk_scale_coin : risk_scale_quote;
    std::uint32_t const delta = column(sensitivity::delta);
    double const held = std::fmax(std::fabs(static_cast<double>(was[delta])),
                                  std::fabs(static_cast<double>(now[delta])));
    if (held > bounded_delta_max * one || rules.roll_rate[bucket] < 0) return infinity;
    double const per_delta =
        static_cast<double>(rules.roll_rate[bucket]) * 1e-12 + delta_shock_slope(rules);
    double const share = std::fmax(1.0, static_cast<double>(rules.maintenance_ppb) * 1e-9);
    double const moved =
        change(column(sensitivity::value)) + share * (cell + per_delta * change(delta));
    return moved / one * (1 + 0x1p-30);  // the doubles' own rounding
}

/// Nanos by which rounding alone can set two answers to one set apart: of each amount, and of a net
/// delta that the slope enlarges. A share per unit of delta comes on top: rounding_per_contract.
inline double rounding_allowance(margin_rules const& rules) {
    return 64 + 8 * delta_shock_slope(rules);
}
inline constexpr double rounding_per_contract = 16 * bounded_delta_max;

}  // namespace lockstep

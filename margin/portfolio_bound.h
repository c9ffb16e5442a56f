// How far a netting set's decisions can move when a risk array does, or the rule: a bound per
// contract held, and one per set. While the sum of such bounds stays below what an account has left
// to the nearest decision, the decision stands, and nobody has to add up its scenarios again.
//
// The rule is a sum of parts of which each moves no faster than its input:
//   worst loss    the least of scenario sums, each pulled toward zero by a dampener: by the largest
//                 cell's change, and by the largest dampener's
//   roll shock    rate of its bucket per unit of delta
//   delta shock   f(d, I) = (|d| I - T) q |d| / I, capped at m |d| (coin; times I for quote
//                 currency). Where f is below its cap, |d| q <= m + T q / I, so that in coin
//                 df/d|d| <= 2 m + T q / I and df/d(1/I) = -T q |d|, and in quote currency
//                 df/d|d| <= 2 m I + T q and df/dI <= |d| (m + T q / I).
// and maintenance margin is a share of that sum. The bound holds for value - IM and value - MM, and
// for each amount alone; what rounding adds is rounding_allowance's.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "margin/portfolio.h"

namespace lockstep {

/// Where no bound is known: more than any amount. Finite, so that nothing of it is nothing.
inline constexpr double unbounded = 1e300;

/// Nanos that no amount may come near by a move that a bound answers for: far from 64 bits' end.
inline constexpr double bounded_amount_max = 0x1p58;

/// An instrument with a larger delta per contract is not bounded.
inline constexpr double bounded_delta_max = 4;

namespace detail {

/// The delta shock's parameters, in units.
struct delta_shock_terms {
    double index, share_max, rise;  // I, m, T q

    explicit delta_shock_terms(margin_rules const& rules)
        : index(static_cast<double>(rules.index_nanos) * 1e-9),
          share_max(static_cast<double>(rules.delta_shock_max_ppb) * 1e-9),
          rise(static_cast<double>(rules.delta_shock_threshold_nanos) * 1e-9 *
               static_cast<double>(rules.delta_shock_increment_1e12) * 1e-12) {}
};

inline bool has_delta_shock(margin_rules const& rules) {
    return rules.delta_shock_increment_1e12 != 0;
}

inline double share_of_sum(margin_rules const& rules) {
    return std::fmax(1.0, static_cast<double>(rules.maintenance_ppb) * 1e-9);
}

inline double apart(std::int64_t a, std::int64_t b) {
    return std::fabs(static_cast<double>(a) - static_cast<double>(b));
}

}  // namespace detail

/// Change of the delta shock per unit of change of net delta, at most.
inline double delta_shock_slope(margin_rules const& rules) {
    if (!detail::has_delta_shock(rules)) return 0;
    detail::delta_shock_terms const t(rules);
    bool const coin = rules.settle == settlement::inverse;
    return coin ? 2 * t.share_max + t.rise / t.index : 2 * t.share_max * t.index + t.rise;
}

/// Change of the delta shock per unit of net delta from one index to another, at most.
inline double delta_shock_drift(margin_rules const& was, margin_rules const& now) {
    if (!detail::has_delta_shock(now) || was.index_nanos == now.index_nanos) return 0;
    detail::delta_shock_terms const a(was), b(now);
    if (now.settle == settlement::inverse) return b.rise * std::fabs(1 / a.index - 1 / b.index);
    return std::fabs(a.index - b.index) * (b.share_max + b.rise / std::fmin(a.index, b.index));
}

/// Nanos by which decisions move at most for each nano-contract of an instrument whose row goes
/// from `was` to `now` and whose rule from `rules_was` to `rules`. Rows as in risk_matrix; of equal
/// rows and rules the bound is zero.
inline double movement_bound(std::int64_t const* was, std::int64_t const* now,
                             std::uint32_t scenario_columns, std::uint32_t bucket,
                             margin_rules const& rules_was, margin_rules const& rules) {
    std::int64_t cell = 0;  // cells lie within 2^62
    for (std::uint32_t s = 0; s < scenario_columns; ++s)
        cell = std::max(cell, std::max(was[s] - now[s], now[s] - was[s]));
    std::uint32_t const value = scenario_columns + static_cast<std::uint32_t>(sensitivity::value);
    std::uint32_t const delta = scenario_columns + static_cast<std::uint32_t>(sensitivity::delta);
    double const one = rules.settle == settlement::inverse ? risk_scale_coin : risk_scale_quote;
    double const held = std::fmax(std::fabs(static_cast<double>(was[delta])),
                                  std::fabs(static_cast<double>(now[delta])));
    std::int64_t const rate = rules.roll_rate[bucket];
    if (held > bounded_delta_max * one || rate < 0) return unbounded;
    double const slope = static_cast<double>(rate) * 1e-12 + delta_shock_slope(rules);
    double const drift = detail::apart(rules_was.roll_rate[bucket], rate) * 1e-12 +
                         delta_shock_drift(rules_was, rules);
    double const moved = detail::apart(was[value], now[value]) +
                         detail::share_of_sum(rules) *
                             (static_cast<double>(cell) +
                              slope * detail::apart(was[delta], now[delta]) + drift * held);
    return moved / one * (1 + 0x1p-30);  // the doubles' own rounding
}

/// Nanos by which decisions about any set move at most, beside the bounds of its instruments, when
/// its rule does: dampeners. Of equal rules it is zero.
inline double rule_bound(margin_rules const& was, margin_rules const& now) {
    if (was.maintenance_ppb != now.maintenance_ppb ||
        was.delta_shock_threshold_nanos != now.delta_shock_threshold_nanos ||
        was.delta_shock_increment_1e12 != now.delta_shock_increment_1e12 ||
        was.delta_shock_max_ppb != now.delta_shock_max_ppb || was.scenarios != now.scenarios ||
        was.extended_begin != now.extended_begin || was.places != now.places ||
        was.settle != now.settle)
        return unbounded;
    double most = 0;
    for (std::uint32_t s = now.extended_begin; s < now.scenarios; ++s)
        most = std::fmax(most, detail::apart(was.dampener[s], now.dampener[s]));
    double const one = now.settle == settlement::inverse ? risk_scale_coin : risk_scale_quote;
    return detail::share_of_sum(now) * most / one * 1e9 * (1 + 0x1p-30);
}

/// Nanos by which rounding alone can set two answers to one set apart: of each amount, and of a net
/// delta that the slope enlarges. A share per unit of delta comes on top: rounding_per_contract.
inline double rounding_allowance(margin_rules const& rules) {
    return 64 + 8 * delta_shock_slope(rules);
}
inline constexpr double rounding_per_contract = 16 * bounded_delta_max;

}  // namespace lockstep

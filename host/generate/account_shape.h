// How large an account is and how much it owes to leverage, drawn to the shape of a real event: the
// 19,337 accounts hit by auto-deleveraging on Hyperliquid on 2025-10-10 (equity, leverage and
// negative equity at the moment of the fills, by account). From those, quantiles were taken once
// and are the constants in account_shape.cpp: of the equity, of the deficit where it was negative,
// and of the leverage within six bands of equity, because the extreme leverage belongs to the
// accounts that have next to nothing left.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "host/generate/draws.h"

namespace lockstep {

/// The probabilities at which every table of quantiles gives its values.
inline constexpr std::array<double, 15> shape_probabilities{
    0.001, 0.01, 0.05, 0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.85, 0.9, 0.95, 0.975, 0.99, 0.999};
using quantiles = std::array<double, 15>;

/// Equity in USD of the accounts that had any.
extern quantiles const cascade_equity;
/// What the others lacked, in USD.
extern quantiles const cascade_deficit;
/// 165 of 19,337 were marked as of negative equity.
inline constexpr double cascade_negative_share = 165.0 / 19337.0;

/// An exchange whose smallest option is a tenth of a bitcoin has larger accounts than one without a
/// smallest size: equity and deficit are the cascade's times this, leverage is as it was.
inline constexpr double equity_scale = 30;

/// The value at probability u, by straight lines between the logarithms of the quantiles over the
/// normal quantile of the probability; beyond the ends it stays at the last.
double value_at(quantiles const& table, double u);

struct account_shape {
    double equity;    // USD, above zero: what the positions are measured by
    double leverage;  // notional of all positions / equity
    double rank;      // of the equity among all, in (0, 1)
    double deficit;   // zero, or what equity the account lacks instead of having it
};

account_shape draw_account_shape(draws& from);

}  // namespace lockstep

// How a perpetual's funding rate comes about: premiums are sampled from the book against the index,
// averaged and clamped (margin/ledger/payments.h pays it). Rates and premiums are in trillionths,
// per the period that each function names; divisions round toward zero, so that neither side is
// favoured.
//
// Source: documentation of Derive (continuous, per hour) and Hyperliquid (eight-hour rate paid by
// the hour); dYdX v4's sampling (mean without tails) and the truncation of its funding index.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"
#include "pricing/base/view.h"

namespace lockstep {

inline constexpr std::int64_t rate_one = 1'000'000'000'000;  // 100 %

LOCKSTEP_HD constexpr std::int64_t clamp_rate(int128 rate, std::int64_t low, std::int64_t high) {
    if (rate < low) return low;
    return rate > high ? high : static_cast<std::int64_t>(rate);
}

/// (max(0, bid - I) - max(0, I - ask)) / I, of impact prices: what an order of a stated size meets.
LOCKSTEP_HD constexpr std::int64_t premium_rate(std::int64_t impact_bid, std::int64_t impact_ask,
                                                std::int64_t index) {
    std::int64_t const above = impact_bid > index ? impact_bid - index : 0;
    std::int64_t const below = index > impact_ask ? index - impact_ask : 0;
    return narrow(static_cast<int128>(above - below) * rate_one / index).value;
}

/// Per hour: clamp(premium / hours of convergence + static rate, -cap, cap).
LOCKSTEP_HD constexpr std::int64_t hourly_rate(std::int64_t premium, std::int64_t hours,
                                               std::int64_t static_rate, std::int64_t cap) {
    return clamp_rate(static_cast<int128>(premium) / hours + static_rate, -cap, cap);
}

/// Per eight hours: average premium + clamp(interest - premium, -band, band).
LOCKSTEP_HD constexpr std::int64_t banded_rate(std::int64_t premium, std::int64_t interest,
                                               std::int64_t band) {
    return narrow(static_cast<int128>(premium) +
                  clamp_rate(static_cast<int128>(interest) - premium, -band, band))
        .value;
}

/// The mean of sorted samples without the `cut` smallest and largest; zero when none is left.
LOCKSTEP_HD std::int64_t trimmed_mean(view<std::int64_t const> sorted, std::size_t cut) {
    if (2 * cut >= sorted.size()) return 0;
    int128 sum = 0;
    for (std::size_t i = cut; i < sorted.size() - cut; ++i) sum += sorted[i];
    return static_cast<std::int64_t>(sum / static_cast<std::int64_t>(sorted.size() - 2 * cut));
}

/// How far a funding index moves: rate (millionths per eight hours) x seconds x price (quote
/// quantums per base quantum, as a fraction), truncated toward zero.
LOCKSTEP_HD constexpr int128 funding_index_delta(std::int64_t rate_ppm, std::int64_t seconds,
                                                 int128 price_numerator, int128 price_denominator) {
    return static_cast<int128>(rate_ppm) * seconds * price_numerator /
           (static_cast<int128>(8 * 3600) * price_denominator);
}

}  // namespace lockstep

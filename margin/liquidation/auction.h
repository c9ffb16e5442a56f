// A Dutch auction of an account under its maintenance margin: bidders take a share of everything it
// holds, at a discount that grows with time, until what is left has its buffer again. Amounts in
// nanos, shares and discounts in billionths.
//
// Source: Derive's liquidation of portfolio-margin accounts (33 published values, data/reference/
// derive_liquidation_auctions.json). MtM mark to market, MM maintenance margin (what is left above
// it), BM buffer margin, R cash of earlier bids of the same auction.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"

namespace lockstep::auction {

inline constexpr std::int64_t whole = nanos_per_unit;  // 100 %

/// Times in seconds. The discount multiplies what is bid: from `start` to `cut` fast, to 0 slowly.
struct terms {
    std::int64_t start, cut;
    std::int64_t fast_seconds, slow_seconds;
    std::int64_t buffer;  // share of MtM - MM
};

struct account {
    std::int64_t mark_to_market;
    std::int64_t maintenance;  // < 0 while it may be liquidated
    std::int64_t earlier_cash;
};

/// Share of the mark that a bid pays at `elapsed`; never rises with time.
LOCKSTEP_HD constexpr std::int64_t discount_at(terms const& t, std::int64_t elapsed) {
    if (elapsed <= 0) return t.start;
    if (elapsed < t.fast_seconds)
        return t.start -
               multiply_divide(t.start - t.cut, elapsed, t.fast_seconds, rounding::down).value;
    std::int64_t const slow = elapsed - t.fast_seconds;
    if (slow >= t.slow_seconds) return 0;
    return t.cut - multiply_divide(t.cut, slow, t.slow_seconds, rounding::down).value;
}

/// BM = MM - buffer x (MtM - MM), rounded down.
LOCKSTEP_HD constexpr int128 buffer_margin(account const& a, terms const& t) {
    int128 const gap = static_cast<int128>(a.mark_to_market) - a.maintenance;
    return a.maintenance - divide(gap * t.buffer, whole, rounding::up);
}

/// The largest share that may be sold: BM / (BM - MtM d - R (1 - d)), rounded up so that what is
/// left is not under water by a rounding; zero when nothing may be, or the account is insolvent.
LOCKSTEP_HD constexpr std::int64_t share_max(account const& a, terms const& t,
                                             std::int64_t discount) {
    int128 const buffer = buffer_margin(a, t);
    if (buffer >= 0 || a.mark_to_market <= 0) return 0;
    int128 const value = static_cast<int128>(a.mark_to_market) * discount +
                         static_cast<int128>(a.earlier_cash) * (whole - discount);
    int128 const gap = -buffer + divide(value, whole, rounding::down);
    int128 const share = divide(-buffer * whole, gap, rounding::up);
    return share > whole ? whole : static_cast<std::int64_t>(share);
}

/// What a bidder pays for `share`: share x (MtM - R) x d, rounded up.
LOCKSTEP_HD constexpr std::int64_t bid_price(account const& a, std::int64_t share,
                                             std::int64_t discount) {
    int128 const value = static_cast<int128>(a.mark_to_market) - a.earlier_cash;
    if (value <= 0) return 0;
    int128 const of_share = divide(value * share, whole, rounding::up);
    return narrow(divide(of_share * discount, whole, rounding::up)).value;
}

/// Nothing is left to bid for: what the fund pays a bidder to take `share`, growing from what the
/// holdings lack to their whole maintenance requirement over `seconds`.
LOCKSTEP_HD constexpr std::int64_t insolvent_payout(account const& a, std::int64_t share,
                                                    std::int64_t elapsed, std::int64_t seconds) {
    int128 const from = a.mark_to_market < 0 ? -static_cast<int128>(a.mark_to_market) : 0;
    int128 const to = a.maintenance < 0 ? -static_cast<int128>(a.maintenance) : 0;
    int128 const passed = elapsed < seconds ? elapsed : seconds;
    int128 const due = from + divide((to > from ? to - from : 0) * passed, seconds, rounding::down);
    return narrow(divide(due * share, whole, rounding::down)).value;
}

}  // namespace lockstep::auction

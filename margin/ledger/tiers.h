// Margin by leverage tiers. Tiers are marginal brackets: each part of the notional asks the rate of
// the tier that it lies in, so that
//   margin = max over tiers of (notional x rate - deduction),
// which is continuous and convex, and the listing's flat rate where there are no tiers.
//
// Orders on an instrument with tiers are margined with the position: the initial margin is that of
// the worst position to which its open orders can lead. A reserve of each order's own could not be
// right, because what an order adds depends on which of the others are filled before it.
//
// Source: Hyperliquid's margin tiers and Binance's leverage brackets ("maintenance amount" is the
// deduction); Binance for the worst case over both sides, max(|held + bids|, |held - asks|).
#pragma once

#include "margin/ledger/notional.h"
#include "margin/ledger/status.h"
#include "margin/state/position.h"
#include "margin/state/tier.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// `amount` x rate - deduction at the rates of one column, none of them under `least_ppm`; rounded
/// up once.
LOCKSTEP_HD constexpr int128 share_in_tiers(int128 amount, std::uint32_t first_ppm,
                                            tier_row const* tiers, std::uint32_t tier::*rate,
                                            std::uint32_t least_ppm) {
    std::int64_t slope = first_ppm > least_ppm ? first_ppm : least_ppm;
    if (tiers == nullptr) return share_ppm(amount, static_cast<std::uint32_t>(slope), rounding::up);
    int128 share = amount * slope;
    for (std::uint32_t i = 0; i < tiers->count; ++i) {
        tier const& t = tiers->above[i];
        if (amount <= t.above_nanos) break;
        std::int64_t const steeper = t.*rate > least_ppm ? t.*rate : least_ppm;
        share += (amount - t.above_nanos) * (steeper - slope);
        slope = steeper;
    }
    return divide(share, ppm, rounding::up);
}

/// Of a notional; `least_ppm`: an isolated account's own rate, a floor in every tier.
LOCKSTEP_HD constexpr int128 initial_margin(listing_row const& l, tier_row const* tiers,
                                            int128 amount, std::uint32_t least_ppm) {
    return share_in_tiers(amount, l.initial_ppm, tiers, &tier::initial_ppm, least_ppm);
}
LOCKSTEP_HD constexpr int128 maintenance_margin(listing_row const& l, tier_row const* tiers,
                                                int128 amount) {
    return share_in_tiers(amount, l.maintenance_ppm, tiers, &tier::maintenance_ppm, 0);
}

/// The largest size, either way, to which any of the open orders can lead, and one more for `more`;
/// of an option the largest that is sold, since what is bought is paid for in full.
LOCKSTEP_HD constexpr std::int64_t worst_size(listing_row const& l, position_row const& p,
                                              order_side side = order_side::buy,
                                              std::int64_t more = 0) {
    bool const buys = side == order_side::buy;
    int128 const held = p.size.nanos;
    int128 const sold = p.open_sell.nanos + int128{buys ? 0 : more} - held;
    int128 const bought = held + p.open_buy.nanos + (buys ? more : 0);
    bool const option = l.contract.kind == instrument_kind::option;
    int128 const other = option ? int128{0} : bought;
    return narrow(sold > other ? sold : other).value;
}

/// What an order adds to the initial margin of its instrument, at its limit or the mark, whichever
/// makes it larger; nothing without tiers.
LOCKSTEP_HD constexpr int128 added_margin(listing_row const& l, tier_row const* tiers,
                                          position_row const& p, order_side side, std::int64_t more,
                                          std::int64_t limit, std::uint32_t least_ppm) {
    if (tiers == nullptr) return 0;
    std::int64_t const at = dearer(l, limit);
    std::int64_t const sizes[] = {worst_size(l, p), worst_size(l, p, side, more)};
    return initial_margin(l, tiers, notional(l, sizes[1], at, rounding::up), least_ppm) -
           initial_margin(l, tiers, notional(l, sizes[0], at, rounding::up), least_ppm);
}

/// Whether a tier's rates may stand above another's: neither falls, and one of them rises.
LOCKSTEP_HD constexpr bool rises_from(tier const& low, tier const& high) {
    return high.initial_ppm >= low.initial_ppm && high.maintenance_ppm >= low.maintenance_ppm &&
           (high.initial_ppm > low.initial_ppm || high.maintenance_ppm > low.maintenance_ppm);
}

/// set_tier: amount = bound, aux = initial and maintenance ppm. A tier that begins there is
/// replaced or, with rates of zero, removed.
LOCKSTEP_HD constexpr apply_status change_tiers(listing_row const& l, transaction_row const& t,
                                                tier_row& tiers) {
    tier const made{t.amount, t.aux[0], t.aux[1]};
    bool const removes = made.initial_ppm == 0 && made.maintenance_ppm == 0;
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (made.initial_ppm > ppm || made.maintenance_ppm > made.initial_ppm)
        return apply_status::rate_is_out_of_range;
    std::uint32_t at = 0;
    while (at < tiers.count && tiers.above[at].above_nanos < t.amount) ++at;
    bool const there = at < tiers.count && tiers.above[at].above_nanos == t.amount;
    if (removes) {
        if (!there) return apply_status::tier_not_found;
        for (std::uint32_t i = at; i + 1 < tiers.count; ++i) tiers.above[i] = tiers.above[i + 1];
        tiers.above[--tiers.count] = {};
        return apply_status::applied;
    }
    tier const below = at == 0 ? tier{0, l.initial_ppm, l.maintenance_ppm} : tiers.above[at - 1];
    std::uint32_t const next = there ? at + 1 : at;
    if (!rises_from(below, made) || (next < tiers.count && !rises_from(made, tiers.above[next])))
        return apply_status::rates_must_rise_with_the_bound;
    if (!there && tiers.count == tiers_max - 1) return apply_status::too_many_tiers;
    // From here on the tier must be set.
    if (!there)
        for (std::uint32_t i = tiers.count++; i > at; --i) tiers.above[i] = tiers.above[i - 1];
    tiers.above[at] = made;
    return apply_status::applied;
}

}  // namespace lockstep

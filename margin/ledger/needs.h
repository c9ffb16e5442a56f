// What an order asks of its account: enough that no fill, at the mark of its block, leaves a debt.
#pragma once

#include "margin/ledger/reserve.h"
#include "margin/ledger/settle.h"
#include "margin/ledger/tiers.h"
#include "margin/ledger/transfer.h"
#include "margin/liquidation/step.h"
#include "margin/state/account.h"
#include "margin/state/listing.h"
#include "margin/state/position.h"

namespace lockstep {

/// How much of the position an order on this side could take off.
LOCKSTEP_HD constexpr std::int64_t reducible(position_row const& p, order_side side) {
    std::int64_t const held = side == order_side::sell ? p.size.nanos : -p.size.nanos;
    return held > 0 ? held : 0;
}

/// What an order limited to a price asks, and what its account has for it.
struct order_needs {
    order_reserve reserve;
    int128 margin;  // that the requirement counts for the order
    int128 asked, available;
    bool overflow;

    LOCKSTEP_HD constexpr bool are_met() const { return !overflow && asked <= available; }
};

LOCKSTEP_HD constexpr order_needs needs_of_opening(account_row const& account,
                                                   position_row const& position,
                                                   listing_row const& l, tier_row const* tiers,
                                                   order_side side, std::int64_t size,
                                                   std::int64_t limit) {
    std::uint32_t const least = account.isolated_ppm;
    order_needs needs{};
    checked_int64 const total =
        reserve_parts(l, reserved_rate(l, tiers, least), side, false, size, limit, needs.reserve);
    needs.overflow = total.overflowed;
    needs.margin = added_margin(l, tiers, position, side, size, limit, least);
    needs.asked = total.value + needs.margin;
    needs.available = free_cash(account);
    return needs;
}

/// Nobody pays more in fees than there is for them.
LOCKSTEP_HD constexpr void limit_fee(order_reserve& reserve, int128 most) {
    if (most < reserve.fee.nanos) reserve.fee.nanos = most > 0 ? narrow(most).value : 0;
}

LOCKSTEP_HD constexpr bool sells_an_option(listing_row const& l, order_side side) {
    return l.contract.kind == instrument_kind::option && side == order_side::sell;
}

/// An order that only reduces frees margin. Against the mark it may lose, its fee included, what
/// the margin of what it closes binds anyway (liquidation::loss_covered), as it stands now; what it
/// would lose beyond is asked of free cash and set aside, unless the price of an option that is
/// bought back sets aside as much. At the mark and better it is let through while there is cash for
/// its fee; who waits below zero for a session closes without one. Selling an option loses nothing:
/// it was paid for, and counts for nothing; its fee is at most what it brings and free cash.
LOCKSTEP_HD constexpr order_needs needs_of_closing(account_row const& account,
                                                   position_row const& position,
                                                   listing_row const& l, order_side side,
                                                   std::int64_t size, std::int64_t limit) {
    bool const option = l.contract.kind == instrument_kind::option;
    int128 const free = free_cash(account);
    std::int64_t const held = reducible(position, side), closes = size < held ? size : held;
    int128 const loss = loss_against_mark(l, side, closes, limit);
    int128 const covered = liquidation::loss_covered(account, l, closes);
    order_needs needs{};
    needs.overflow = reserve_parts(l, 0, side, true, size, limit, needs.reserve).overflowed;
    int128 const fee = needs.reserve.fee.nanos;
    int128 const beyond = loss + fee - covered;
    if (sells_an_option(l, side)) {
        limit_fee(needs.reserve, premium(size, limit, rounding::down) + (free > 0 ? free : 0));
    } else if (loss == 0) {
        limit_fee(needs.reserve, covered + (free > 0 ? free : 0));
    } else if (beyond > 0) {
        needs.asked = beyond;
        needs.available = free;
        if (!fits_int64(beyond)) needs.overflow = true;
        if (!needs.are_met()) return needs;
        if (!option && beyond > fee) needs.reserve.position.nanos = narrow(beyond - fee).value;
    }
    int128 const unreserved = unreserved_cash(account);
    if (unreserved < 0) limit_fee(needs.reserve, 0);
    needs.asked = int128{needs.reserve.position.nanos} + needs.reserve.fee.nanos;
    needs.available = unreserved > 0 ? unreserved : 0;
    return needs;
}

/// With tiers, orders that only reduce can together lead beyond the position, as far as the
/// requirement can see; what it counts for them covers other orders, so they ask for it too.
LOCKSTEP_HD constexpr order_needs needs_at(account_row const& account, position_row const& position,
                                           listing_row const& l, tier_row const* tiers,
                                           transaction_row const& t, std::int64_t limit) {
    if (t.flags & transaction_flag::reduce_only) {
        order_needs needs = needs_of_closing(account, position, l, t.side, t.amount, limit);
        needs.margin =
            added_margin(l, tiers, position, t.side, t.amount, limit, account.isolated_ppm);
        if (needs.margin > 0 && needs.are_met()) {
            needs.asked += needs.margin;
            needs.available = free_cash(account);
        }
        return needs;
    }
    return needs_of_opening(account, position, l, tiers, t.side, t.amount, limit);
}

/// The least that an order without a price may be limited to, so that it can be filled at all: the
/// mark, and of a stop where it would trigger now. No further than `edge`.
LOCKSTEP_HD constexpr std::int64_t nearest_limit(listing_row const& l, transaction_row const& t,
                                                 std::int64_t edge) {
    bool const buys = t.side == order_side::buy;
    int128 near = buys ? tick_below(l, l.mark.nanos) : tick_above(l, l.mark.nanos);
    if (near == 0) near = buys ? l.tick.nanos : edge;
    int128 const hit = t.type == order_type::trailing_stop ? near + (buys ? t.trigger : -t.trigger)
                       : t.type == order_type::stop        ? int128{t.trigger}
                                                           : near;
    if (buys ? hit > near : hit < near) near = hit;
    return (buys ? near > edge : near < edge) ? edge : static_cast<std::int64_t>(near);
}

/// Of the numbers from `near`, which passes, to `far`, which does not, the last to pass before the
/// first that fails.
template <class Passes>
LOCKSTEP_HD constexpr std::int64_t farthest(std::int64_t near, std::int64_t far,
                                            Passes const& passes) {
    while (std::int64_t const half = (far - near) / 2) {
        if (passes(near + half))
            near += half;
        else
            far = near + half;
    }
    return near;
}

/// What an order without a price asks at the worst price within the band that its account can bear.
LOCKSTEP_HD constexpr order_needs needs_within_band(account_row const& account,
                                                    position_row const& position,
                                                    listing_row const& l, tier_row const* tiers,
                                                    transaction_row const& t) {
    std::int64_t const edge = protected_price(l, t);
    order_needs const at_edge = needs_at(account, position, l, tiers, t, edge);
    if (at_edge.are_met()) return at_edge;
    std::int64_t const near = nearest_limit(l, t, edge);
    order_needs const nearest = needs_at(account, position, l, tiers, t, near);
    if (!nearest.are_met()) return nearest;
    auto const in_ticks_from_near = [&](std::int64_t ticks) {
        return needs_at(account, position, l, tiers, t, near + ticks * l.tick.nanos);
    };
    std::int64_t const ticks = farthest(0, (edge - near) / l.tick.nanos, [&](std::int64_t between) {
        return in_ticks_from_near(between).are_met();
    });
    return in_ticks_from_near(ticks);
}

/// What an order asks at the limit that it carries into its book.
LOCKSTEP_HD constexpr order_needs needs_at_limit(account_row const& account,
                                                 position_row const& position, listing_row const& l,
                                                 tier_row const* tiers, transaction_row const& t) {
    if (t.price > 0) return needs_at(account, position, l, tiers, t, t.price);
    return needs_within_band(account, position, l, tiers, t);
}

/// What an order would lose against the mark, by being filled at this price, beyond what it has set
/// aside.
LOCKSTEP_HD constexpr int128 loss_beyond(listing_row const& l, order_side side,
                                         open_reserve const& left, std::int64_t price) {
    int128 const beyond = loss_against_mark(l, side, left.size, price) - left.position.nanos;
    return beyond > 0 ? beyond : 0;
}

/// What an order that closes has set aside for what it would lose: nothing beyond the equity that
/// is there, where equity has fallen below all that its account has reserved, as it may beside
/// orders that close. The price of an option that is bought back pays for what it was owed first.
LOCKSTEP_HD constexpr open_reserve backed_by_equity(account_row const& a, listing_row const& l,
                                                    order_side side, open_reserve left) {
    bool const buys_back = l.contract.kind == instrument_kind::option && side == order_side::buy;
    int128 const owed = buys_back ? premium(left.size, l.mark.nanos, rounding::down) : 0;
    int128 const lacking = a.reserved.nanos - liquidation::equity_of(a) - owed;
    int128 const own = left.position.nanos - owed - (lacking > 0 ? lacking : 0);
    left.position.nanos = own > 0 ? static_cast<std::int64_t>(own) : 0;
    return left;
}

/// The nanos by which the parts of an order that has been filled in part are rounded against it.
inline constexpr int rounded_apart = 2;

}  // namespace lockstep

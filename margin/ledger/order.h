// Admitting an order: everything that could go wrong later is refused now, and the worst case of
// what may be filled is set aside, so that no fill can ever fail to settle.
#pragma once

#include "margin/ledger/isolated.h"
#include "margin/ledger/notional.h"
#include "margin/ledger/status.h"
#include "margin/ledger/tiers.h"
#include "margin/ledger/transfer.h"
#include "margin/state/account.h"
#include "margin/state/listing.h"
#include "margin/state/position.h"
#include "margin/state/transaction.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// What an order sets aside: for the position it may open (margin, or the premium of a bought
/// option), and for fees. Fees never exceed what was set aside for them.
struct order_reserve {
    money position;
    money fee;
};

/// The lowest and highest price at which orders are taken while the mark stands where it does.
struct price_band {
    std::int64_t low, high;
};
LOCKSTEP_HD constexpr price_band band_of(listing_row const& l) {
    int128 const width =
        divide(static_cast<int128>(l.mark.nanos) * l.band_ppm, ppm, rounding::down);
    int128 const low = l.mark.nanos - width;
    checked_int64 const high = narrow(l.mark.nanos + width);
    return {low > 0 ? static_cast<std::int64_t>(low) : 1, high.value};
}

LOCKSTEP_HD constexpr std::int64_t tick_below(listing_row const& l, std::int64_t price) {
    return price - price % l.tick.nanos;
}
/// Zero where none fits a price.
LOCKSTEP_HD constexpr std::int64_t tick_above(listing_row const& l, std::int64_t price) {
    std::int64_t const below = tick_below(l, price);
    if (below == price) return price;
    checked_int64 const above = checked_add(below, l.tick.nanos);
    return above.overflowed ? 0 : above.value;
}

/// The price limit that an order carries into the book: its own, or the edge of the band. Zero
/// where no tick lies that side of it, which no book may take for an order without a limit.
LOCKSTEP_HD constexpr std::int64_t protected_price(listing_row const& l, transaction_row const& t) {
    if (t.price > 0) return t.price;
    price_band const band = band_of(l);
    return t.side == order_side::buy ? tick_below(l, band.high) : tick_above(l, band.low);
}

/// The reserve of an order for `size` at `limit`, its margin at `initial_ppm` of notional: zero for
/// an instrument with tiers, where orders add to the account's requirement instead.
LOCKSTEP_HD constexpr checked_int64 reserve_parts(listing_row const& l, std::uint32_t initial_ppm,
                                                  order_side side, bool reduce_only,
                                                  std::int64_t size, std::int64_t limit,
                                                  order_reserve& out) {
    bool const option = l.contract.kind == instrument_kind::option;
    int128 const size_at = notional(l, size, dearer(l, limit), rounding::up);
    std::uint32_t const fee_rate =
        l.maker_fee_ppm > l.taker_fee_ppm ? l.maker_fee_ppm : l.taker_fee_ppm;
    int128 const fee = share_ppm(size_at, fee_rate, rounding::up);
    int128 position = 0;
    if (option && side == order_side::buy)
        position = premium(size, limit, rounding::up);
    else if (!reduce_only)
        position = share_ppm(size_at, initial_ppm, rounding::up);
    checked_int64 const total = narrow(position + fee);
    out = {{narrow(position).value}, {narrow(fee).value}};
    return total;
}

/// The rate at which an order reserves its margin.
LOCKSTEP_HD constexpr std::uint32_t reserved_rate(listing_row const& l, tier_row const* tiers,
                                                  std::uint32_t least_ppm) {
    if (tiers != nullptr) return 0;
    return least_ppm > l.initial_ppm ? least_ppm : l.initial_ppm;
}

/// Refusals that need only the listing and the command.
LOCKSTEP_HD constexpr apply_status refuse_order_terms(listing_row const& l,
                                                      transaction_row const& t, std::int64_t now) {
    bool const stop = t.type == order_type::stop || t.type == order_type::stop_limit ||
                      t.type == order_type::trailing_stop;
    bool const priced = t.type == order_type::limit || t.type == order_type::stop_limit;
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (priced ? t.price <= 0 : t.price < 0) return apply_status::price_must_be_positive;
    // Most orders have no trigger and show themselves whole: no division then.
    if (t.price % l.tick.nanos != 0 || (t.trigger != 0 && t.trigger % l.tick.nanos != 0))
        return apply_status::price_is_not_a_multiple_of_the_tick;
    if (t.amount % l.lot.nanos != 0 || (t.display != 0 && t.display % l.lot.nanos != 0))
        return apply_status::amount_is_not_a_multiple_of_the_lot;
    if (stop ? t.trigger <= 0 : t.trigger != 0) return apply_status::trigger_must_be_positive;
    if (t.display < 0 || t.display > t.amount) return apply_status::display_exceeds_the_amount;
    if (t.force == time_in_force::good_til_date && t.until <= now)
        return apply_status::until_is_in_the_past;
    return apply_status::applied;
}

LOCKSTEP_HD constexpr apply_status refuse_listing_state(listing_row const& l,
                                                        transaction_row const& t) {
    if (l.flags & listing_flag::suspended) return apply_status::instrument_is_suspended;
    if (l.flags & listing_flag::expired) return apply_status::instrument_has_expired;
    if (l.mark.nanos <= 0) return apply_status::instrument_has_no_mark;
    price_band const band = band_of(l);
    bool const outside =
        t.price > 0 ? t.price < band.low || t.price > band.high : protected_price(l, t) == 0;
    if (outside) return apply_status::price_is_outside_the_band;
    return apply_status::applied;
}

/// The terms that an order has when it is amended: all that an amendment reads it states anew, but
/// for a trigger that it leaves out. So without a price a stop is limited by the band as it is now.
/// When the order ends is not stated: whether it has, is for its book to say.
LOCKSTEP_HD constexpr transaction_row amended_terms(transaction_row order,
                                                    transaction_row const& t) {
    order.amount = t.amount;
    order.price = t.price;
    if (t.trigger != 0) order.trigger = t.trigger;
    order.display = 0;
    order.force = time_in_force::good_til_cancelled;
    order.until = 0;
    return order;
}

/// How much of the position an order on this side could still take off, beside the orders that are
/// open already.
LOCKSTEP_HD constexpr std::int64_t reducible(position_row const& p, order_side side) {
    std::int64_t const held = side == order_side::sell ? p.size.nanos : -p.size.nanos;
    return held > 0 ? held : 0;
}

/// Whether a cost that fills of `bought` and `sold` lead away from, each at `at` or a nearer price,
/// could leave its row. What is both bought and sold leads less far than either.
LOCKSTEP_HD constexpr bool cost_overflows(listing_row const& l, int128 cost, std::int64_t bought,
                                          std::int64_t sold, std::int64_t at) {
    if (l.contract.kind == instrument_kind::option) return false;  // has none
    bool const inverse = l.contract.settle == settlement::inverse;
    int128 const adds = notional(l, inverse ? sold : bought, at, rounding::up);
    int128 const takes = notional(l, inverse ? bought : sold, at, rounding::up);
    return !fits_int64(adds) || !fits_int64(takes) || !fits_int64(cost + adds) ||
           !fits_int64(cost - takes);
}

/// Of the band and a price, which may lie beyond it, where a size counts for most.
LOCKSTEP_HD constexpr std::int64_t dearest(listing_row const& l, std::int64_t price) {
    price_band const band = band_of(l);
    if (l.contract.settle != settlement::inverse) return price > band.high ? price : band.high;
    return price > 0 && price < band.low ? price : band.low;
}

/// Whether a session may not make this the cost of a position: beside open orders half of what a
/// row holds is left for their fills, which were admitted for no more.
LOCKSTEP_HD constexpr bool settled_cost_overflows(int128 value, bool beside_orders) {
    constexpr int128 half = static_cast<int128>(1) << 62;
    return beside_orders ? value > half || value < -half : !fits_int64(value);
}

/// Whether everything that could be held or owed at once, on top of what the position has cost so
/// far, would leave the range of its row, or of its book.
LOCKSTEP_HD constexpr bool exposure_overflows(listing_row const& l, position_row const& p,
                                              std::int64_t more) {
    int128 const held = p.size.nanos < 0 ? -static_cast<int128>(p.size.nanos) : p.size.nanos;
    int128 const exposure = held + p.open_buy.nanos + p.open_sell.nanos + more;
    if (!fits_int64(exposure)) return true;
    if (exposure > position_lots_max && exposure / l.lot.nanos > position_lots_max) return true;
    int128 const cost = p.cost.nanos < 0 ? -static_cast<int128>(p.cost.nanos) : p.cost.nanos;
    // Far from any bound, as nearly always, a product says so: no price is above twice the mark.
    if (l.contract.settle != settlement::inverse && cost < static_cast<int128>(1) << 60) {
        bool const option = l.contract.kind == instrument_kind::option;
        int128 const most =
            option ? l.contract.strike.nanos : 2 * static_cast<int128>(l.mark.nanos);
        if (exposure * most < (static_cast<int128>(1) << 60) * nanos_per_unit) return false;
    }
    std::int64_t const at = dearest(l, 0);
    return !fits_int64(2 * notional(l, static_cast<std::int64_t>(exposure), at, rounding::up) +
                       cost);
}

/// Whether the cost alone could, by all open orders and `more` at `limit` or within the band. Of an
/// order that can only make the position smaller this is all that is asked: what the position is
/// worth by now, however much, never keeps it from being closed.
LOCKSTEP_HD constexpr bool closing_overflows(listing_row const& l, position_row const& p,
                                             order_side side, std::int64_t more,
                                             std::int64_t limit) {
    bool const buys = side == order_side::buy;
    int128 const open = int128{buys ? p.open_buy.nanos : p.open_sell.nanos} + more;
    if (!fits_int64(open)) return true;
    if (open > position_lots_max && open / l.lot.nanos > position_lots_max) return true;
    auto const all = static_cast<std::int64_t>(open);
    return cost_overflows(l, p.cost.nanos, buys ? all : p.open_buy.nanos,
                          buys ? p.open_sell.nanos : all, dearest(l, limit));
}

/// Checks an order and sets its reserve aside.
LOCKSTEP_HD apply_status admit_order(account_row& account, position_row& position,
                                     listing_row const& l, tier_row const* tiers,
                                     transaction_row const& t, std::int64_t now,
                                     order_reserve& reserve) {
    bool const reduce_only = (t.flags & transaction_flag::reduce_only) != 0;
    if (!(account.asset == l.contract.settle_asset))
        return apply_status::instrument_settles_in_another_asset;
    if (is_isolated_from(account, t.instrument)) return apply_status::account_is_isolated;
    apply_status refused = refuse_order_terms(l, t, now);
    if (refused != apply_status::applied) return refused;
    if (account.flags & account_flag::suspended) return apply_status::account_is_suspended;
    refused = refuse_listing_state(l, t);
    if (refused != apply_status::applied) return refused;
    bool const must_reduce = (account.flags & account_flag::reduce_only) != 0 ||
                             (l.flags & listing_flag::reduce_only) != 0;
    if (must_reduce && !reduce_only) return apply_status::account_may_only_reduce;
    if (reduce_only && reducible(position, t.side) == 0)
        return apply_status::order_would_not_reduce;
    std::uint32_t const least = account.isolated_ppm;
    std::int64_t const limit = protected_price(l, t);
    checked_int64 const total = reserve_parts(l, reserved_rate(l, tiers, least), t.side,
                                              reduce_only, t.amount, limit, reserve);
    if (total.overflowed) return apply_status::amount_overflows;
    int128 const margin =
        reduce_only ? 0 : added_margin(l, tiers, position, t.side, t.amount, limit, least);
    // An order that only reduces is let through while its fee can be paid: it frees margin.
    int128 const available = reduce_only ? unreserved_cash(account) : free_cash(account);
    if (available < total.value + margin) return apply_status::account_lacks_free_cash;
    quantity& open = t.side == order_side::buy ? position.open_buy : position.open_sell;
    if (reduce_only ? closing_overflows(l, position, t.side, t.amount, limit)
                    : exposure_overflows(l, position, t.amount))
        return apply_status::amount_overflows;
    // From here on the order must be admitted.
    account.reserved.nanos += total.value;
    account.requirement.nanos += static_cast<std::int64_t>(margin);
    account.open_orders += 1;
    open.nanos += t.amount;
    return apply_status::applied;
}

/// A trade that two accounts have agreed on away from the book: both must be able to carry it.
LOCKSTEP_HD apply_status admit_block_trade(account_row& first, position_row& first_position,
                                           account_row& second, position_row& second_position,
                                           listing_row const& l, tier_row const* tiers,
                                           transaction_row const& t, order_reserve& first_reserve,
                                           order_reserve& second_reserve) {
    if (first.number == second.number) return apply_status::accounts_must_be_different;
    if (!(first.asset == l.contract.settle_asset) || !(second.asset == l.contract.settle_asset))
        return apply_status::instrument_settles_in_another_asset;
    if (is_isolated_from(first, t.instrument)) return apply_status::account_is_isolated;
    if (is_isolated_from(second, t.instrument)) return apply_status::counterparty_is_isolated;
    transaction_row agreed{};  // a size at a price: whatever else an order has is not looked at
    agreed.amount = t.amount;
    agreed.price = t.price;
    apply_status refused = refuse_order_terms(l, agreed, 0);
    if (refused != apply_status::applied) return refused;
    std::uint16_t const both = transaction_flag::consent_first | transaction_flag::consent_second;
    if ((t.flags & both) != both) return apply_status::consent_is_missing;
    if (first.owner != no_owner && first.owner == second.owner)
        return apply_status::owners_must_be_different;
    if (first.flags & account_flag::suspended) return apply_status::account_is_suspended;
    if (second.flags & account_flag::suspended) return apply_status::counterparty_is_suspended;
    refused = refuse_listing_state(l, t);
    if (refused != apply_status::applied) return refused;
    if ((first.flags | second.flags) & account_flag::reduce_only ||
        l.flags & listing_flag::reduce_only)
        return apply_status::account_may_only_reduce;
    order_side const other = opposite(t.side);
    checked_int64 const needs = reserve_parts(l, reserved_rate(l, tiers, first.isolated_ppm),
                                              t.side, false, t.amount, t.price, first_reserve);
    checked_int64 const other_needs =
        reserve_parts(l, reserved_rate(l, tiers, second.isolated_ppm), other, false, t.amount,
                      t.price, second_reserve);
    if (needs.overflowed || other_needs.overflowed) return apply_status::amount_overflows;
    if (exposure_overflows(l, first_position, t.amount) ||
        exposure_overflows(l, second_position, t.amount))
        return apply_status::amount_overflows;
    int128 const margin =
        added_margin(l, tiers, first_position, t.side, t.amount, t.price, first.isolated_ppm);
    int128 const other_margin =
        added_margin(l, tiers, second_position, other, t.amount, t.price, second.isolated_ppm);
    if (free_cash(first) < needs.value + margin) return apply_status::account_lacks_free_cash;
    if (free_cash(second) < other_needs.value + other_margin)
        return apply_status::counterparty_lacks_free_cash;
    // From here on the trade must succeed.
    quantity& first_open =
        t.side == order_side::buy ? first_position.open_buy : first_position.open_sell;
    quantity& second_open =
        t.side == order_side::buy ? second_position.open_sell : second_position.open_buy;
    first.reserved.nanos += needs.value;
    second.reserved.nanos += other_needs.value;
    first.requirement.nanos += static_cast<std::int64_t>(margin);
    second.requirement.nanos += static_cast<std::int64_t>(other_margin);
    first.open_orders += 1;
    second.open_orders += 1;
    first_open.nanos += t.amount;
    second_open.nanos += t.amount;
    return apply_status::applied;
}

}  // namespace lockstep

// Admitting an order: everything that could go wrong later is refused now, and the worst case of
// what may be filled is set aside, so that no fill can ever fail to settle.
#pragma once

#include "margin/ledger/exposure.h"
#include "margin/ledger/isolated.h"
#include "margin/ledger/needs.h"
#include "margin/ledger/status.h"
#include "margin/state/account.h"
#include "margin/state/listing.h"
#include "margin/state/position.h"
#include "margin/state/transaction.h"

namespace lockstep {

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
                                                        transaction_row const& t,
                                                        std::int64_t now) {
    if (l.flags & listing_flag::suspended) return apply_status::instrument_is_suspended;
    if (trading_has_ended(l, now)) return apply_status::instrument_has_expired;
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
    refused = refuse_listing_state(l, t, now);
    if (refused != apply_status::applied) return refused;
    if ((account.flags & account_flag::reduce_only) != 0 && !reduce_only)
        return apply_status::account_may_only_reduce;
    if ((l.flags & listing_flag::reduce_only) != 0 && !reduce_only)
        return apply_status::instrument_is_quarantined;
    if (reduce_only && reducible(position, t.side) == 0)
        return apply_status::order_would_not_reduce;
    order_needs const needs = needs_at_limit(account, position, l, tiers, t);
    reserve = needs.reserve;
    if (needs.overflow) return apply_status::amount_overflows;
    if (needs.available < needs.asked) return apply_status::account_lacks_free_cash;
    quantity& open = t.side == order_side::buy ? position.open_buy : position.open_sell;
    if (reduce_only ? closing_overflows(l, position, t.side, t.amount, reserve.limit)
                    : exposure_overflows(l, position, t.amount))
        return apply_status::amount_overflows;
    // From here on the order must be admitted.
    account.reserved.nanos += reserve.position.nanos + reserve.fee.nanos;
    account.requirement.nanos += static_cast<std::int64_t>(needs.margin);
    account.open_orders += 1;
    open.nanos += t.amount;
    return apply_status::applied;
}

/// A trade that two accounts have agreed on away from the book: both must be able to carry it.
LOCKSTEP_HD apply_status admit_block_trade(account_row& first, position_row& first_position,
                                           account_row& second, position_row& second_position,
                                           listing_row const& l, tier_row const* tiers,
                                           transaction_row const& t, std::int64_t now,
                                           order_reserve& first_reserve,
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
    refused = refuse_listing_state(l, t, now);
    if (refused != apply_status::applied) return refused;
    if ((first.flags | second.flags) & account_flag::reduce_only)
        return apply_status::account_may_only_reduce;
    if (l.flags & listing_flag::reduce_only) return apply_status::instrument_is_quarantined;
    order_side const other = opposite(t.side);
    order_needs const needs =
        needs_of_opening(first, first_position, l, tiers, t.side, t.amount, t.price);
    order_needs const other_needs =
        needs_of_opening(second, second_position, l, tiers, other, t.amount, t.price);
    first_reserve = needs.reserve;
    second_reserve = other_needs.reserve;
    if (needs.overflow || other_needs.overflow) return apply_status::amount_overflows;
    if (exposure_overflows(l, first_position, t.amount) ||
        exposure_overflows(l, second_position, t.amount))
        return apply_status::amount_overflows;
    if (needs.available < needs.asked) return apply_status::account_lacks_free_cash;
    if (other_needs.available < other_needs.asked)
        return apply_status::counterparty_lacks_free_cash;
    // From here on the trade must succeed.
    quantity& first_open =
        t.side == order_side::buy ? first_position.open_buy : first_position.open_sell;
    quantity& second_open =
        t.side == order_side::buy ? second_position.open_sell : second_position.open_buy;
    first.reserved.nanos += first_reserve.position.nanos + first_reserve.fee.nanos;
    second.reserved.nanos += second_reserve.position.nanos + second_reserve.fee.nanos;
    first.requirement.nanos += static_cast<std::int64_t>(needs.margin);
    second.requirement.nanos += static_cast<std::int64_t>(other_needs.margin);
    first.open_orders += 1;
    second.open_orders += 1;
    first_open.nanos += t.amount;
    second_open.nanos += t.amount;
    return apply_status::applied;
}

}  // namespace lockstep

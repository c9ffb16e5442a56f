// Admitting the steps of a liquidation. They are commands of the operator like any other, and the
// ledger believes none of them: that the account is under water, how much may be closed at once and
// at which price is computed again from the rows, so that nobody is liquidated who should not be
// and every step can be checked from the log alone.
#pragma once

#include "margin/ledger/order.h"
#include "margin/liquidation/step.h"

namespace lockstep {

/// Whether a position of this instrument can be taken from who holds it.
LOCKSTEP_HD constexpr bool may_be_closed(listing_row const& l, std::int64_t now) {
    constexpr std::uint32_t stopped = listing_flag::suspended | listing_flag::reduce_only;
    return (l.flags & stopped) == 0 && !trading_has_ended(l, now) && l.mark.nanos > 0;
}

/// What the steps have in common: whose position, of which instrument, how much of it. The side of
/// the command is the one that closes.
LOCKSTEP_HD constexpr apply_status refuse_liquidation(account_row const& account,
                                                      position_row const& position,
                                                      listing_row const& l,
                                                      transaction_row const& t, std::int64_t now) {
    if (!(account.asset == l.contract.settle_asset))
        return apply_status::instrument_settles_in_another_asset;
    if (t.amount <= 0) return apply_status::amount_must_be_positive;
    if (t.price <= 0) return apply_status::price_must_be_positive;
    if (t.price % l.tick.nanos != 0) return apply_status::price_is_not_a_multiple_of_the_tick;
    if (t.amount % l.lot.nanos != 0) return apply_status::amount_is_not_a_multiple_of_the_lot;
    if (l.flags & listing_flag::suspended) return apply_status::instrument_is_suspended;
    if (trading_has_ended(l, now)) return apply_status::instrument_has_expired;
    if (l.mark.nanos <= 0) return apply_status::instrument_has_no_mark;
    if (l.flags & listing_flag::reduce_only) return apply_status::instrument_is_quarantined;
    if (reducible(position, t.side) < t.amount) return apply_status::order_would_not_reduce;
    if (liquidation::stage_of(account, {}) == liquidation::stage::none)
        return apply_status::account_is_not_under_water;
    return apply_status::applied;
}

/// An order through the book on the account's behalf, taken at once or not at all: no larger than
/// one step and at no worse a price than bankruptcy. The fee is what the account can still pay, of
/// its cash and of what the price leaves of the part's share of equity.
LOCKSTEP_HD apply_status admit_liquidation_order(account_row& account, position_row& position,
                                                 listing_row const& l, tier_row const* tiers,
                                                 transaction_row const& t, std::int64_t now,
                                                 order_reserve& reserve) {
    apply_status const refused = refuse_liquidation(account, position, l, t, now);
    if (refused != apply_status::applied) return refused;
    if (liquidation::step_size(l, position, {}) < t.amount)
        return apply_status::amount_exceeds_the_step;
    std::int64_t const worst = liquidation::bankruptcy_price(account, l, tiers, position, t.amount,
                                                             liquidation::part::alone);
    if (t.side == order_side::sell ? t.price < worst : t.price > worst)
        return apply_status::price_is_worse_than_bankruptcy;
    checked_int64 const total =
        reserve_parts(l, l.initial_ppm, t.side, true, t.amount, t.price, reserve);
    if (total.overflowed) return apply_status::amount_overflows;
    int128 const left = unreserved_cash(account) - reserve.position.nanos;
    if (reserve.position.nanos > 0 && left < 0) return apply_status::account_lacks_free_cash;
    int128 const spared =
        liquidation::loss_allowed(account, l, tiers, position, t.amount, liquidation::part::alone) -
        loss_against_mark(l, t.side, t.amount, t.price);
    int128 const most = left < spared ? left : spared;
    if (most < reserve.fee.nanos)
        reserve.fee.nanos = most > 0 ? static_cast<std::int64_t>(most) : 0;
    quantity& open = t.side == order_side::buy ? position.open_buy : position.open_sell;
    if (closing_overflows(l, position, t.side, t.amount, t.price))
        return apply_status::amount_overflows;
    // From here on the order must be admitted.
    account.reserved.nanos += reserve.position.nanos + reserve.fee.nanos;
    account.open_orders += 1;
    open.nanos += t.amount;
    return apply_status::applied;
}

/// The price at which a position leaves an account that the book is no longer asked for:
/// bankruptcy, so that what is left of its equity goes to whoever takes the risk. Below zero, and
/// with a fund that can pay what it lacks, the mark: the loss then stays with the account, and the
/// fund covers it.
LOCKSTEP_HD constexpr std::int64_t takeover_price(account_row const& account, listing_row const& l,
                                                  tier_row const* tiers,
                                                  position_row const& position, std::int64_t size,
                                                  bool is_covered) {
    if (liquidation::equity_of(account) >= 0 || !is_covered)
        return liquidation::bankruptcy_price(account, l, tiers, position, size,
                                             liquidation::part::of_whole);
    std::int64_t const below = tick_below(l, l.mark.nanos), above = tick_above(l, l.mark.nanos);
    if (position.size.nanos > 0) return below > 0 ? below : l.tick.nanos;
    return above > 0 ? above : below;
}

/// What a takeover knows beside the rows of both accounts.
struct takeover_terms {
    std::uint64_t backstop;  // of the asset: number of the account, plus one; 0: none
    bool is_covered;         // what the account that is closed lacks, by the fund
};

/// Who takes a position: the backstop account, with its margin and loss set aside, or a holder of
/// the other side, whose own position it closes. Fees are not charged.
LOCKSTEP_HD apply_status admit_takeover(account_row& first, position_row& first_position,
                                        account_row& second, position_row& second_position,
                                        listing_row const& l, tier_row const* tiers,
                                        takeover_terms const& terms, transaction_row const& t,
                                        std::int64_t now, order_reserve& first_reserve,
                                        order_reserve& second_reserve) {
    if (first.number == second.number) return apply_status::accounts_must_be_different;
    if (!(second.asset == l.contract.settle_asset))
        return apply_status::instrument_settles_in_another_asset;
    apply_status const refused = refuse_liquidation(first, first_position, l, t, now);
    if (refused != apply_status::applied) return refused;
    if (liquidation::stage_of(first, {}) != liquidation::stage::takeover)
        return apply_status::account_is_not_under_water;
    if (takeover_price(first, l, tiers, first_position, t.amount, terms.is_covered) != t.price)
        return apply_status::price_is_not_the_takeover_price;
    bool const by_backstop = t.kind == transaction_kind::take_over;
    order_side const other = opposite(t.side);
    if (by_backstop && terms.backstop != second.number + std::uint64_t{1})
        return apply_status::counterparty_is_not_the_backstop;
    if (!by_backstop && reducible(second_position, other) < t.amount)
        return apply_status::counterparty_holds_no_such_position;
    // At the takeover price, which no band limits.
    if (closing_overflows(l, first_position, t.side, t.amount, t.price) ||
        closing_overflows(l, second_position, other, t.amount, t.price) ||
        (by_backstop && exposure_overflows(l, second_position, t.amount)))
        return apply_status::amount_overflows;
    checked_int64 const needs = reserve_parts(l, reserved_rate(l, tiers, 0), other, !by_backstop,
                                              t.amount, t.price, second_reserve);
    second_reserve.fee = {0};
    if (needs.overflowed) return apply_status::amount_overflows;
    // A holder who is deleveraged closes: nothing is set aside but the price of an option bought
    // back.
    int128 const available = by_backstop ? free_cash(second) : unreserved_cash(second);
    int128 const margin =
        by_backstop ? added_margin(l, tiers, second_position, other, t.amount, t.price, 0) : 0;
    bool const asks = by_backstop || second_reserve.position.nanos > 0;
    if (asks && available < second_reserve.position.nanos + margin)
        return apply_status::counterparty_lacks_free_cash;
    // From here on the takeover must succeed.
    first_reserve = {};
    quantity& first_open =
        t.side == order_side::buy ? first_position.open_buy : first_position.open_sell;
    quantity& second_open =
        t.side == order_side::buy ? second_position.open_sell : second_position.open_buy;
    second.reserved.nanos += second_reserve.position.nanos;
    second.requirement.nanos += static_cast<std::int64_t>(margin);
    first.open_orders += 1;
    second.open_orders += 1;
    first_open.nanos += t.amount;
    second_open.nanos += t.amount;
    return apply_status::applied;
}

}  // namespace lockstep

// Settling: what the book confirmed is posted to accounts. An entry says what one account gains or
// loses by one fill, cancellation or payment; all entries of an account are folded in log order.
// Settlement cannot fail: admission has set the worst case aside.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/ledger/notional.h"
#include "margin/state/account.h"
#include "margin/state/position.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// One posting. Amounts are signed and already decided: adding them up is all that is left to do.
struct settle_entry {
    account_id account;
    std::uint32_t position;      // row; no_position when none is touched
    money cash;                  // premium and fee
    money cost;                  // of futures
    money release;               // of the reserve, >= 0
    quantity size;               // of the position
    quantity open_buy_released;  // >= 0
    quantity open_sell_released;
    std::uint32_t orders_closed;  // 0 or 1
    std::uint32_t ordinal;        // among the entries of one sequence number
    std::uint64_t sequence;
};

inline constexpr std::uint32_t no_position = UINT32_MAX;

static_assert(sizeof(settle_entry) == 72 && std::is_trivially_copyable_v<settle_entry>);

/// What is left of an open order's reserve.
struct open_reserve {
    std::int64_t size;  // not yet filled
    money position;
    money fee;
};

/// The part of the reserve that a fill of `size` sets free: its share, rounded down; all of the
/// rest with the last fill.
LOCKSTEP_HD constexpr open_reserve take_share(open_reserve& left, std::int64_t size) {
    open_reserve share{size, left.position, left.fee};
    if (size < left.size) {
        share.position.nanos = static_cast<std::int64_t>(
            divide(static_cast<int128>(left.position.nanos) * size, left.size, rounding::down));
        share.fee.nanos = static_cast<std::int64_t>(
            divide(static_cast<int128>(left.fee.nanos) * size, left.size, rounding::down));
    }
    left.size -= size;
    left.position.nanos -= share.position.nanos;
    left.fee.nanos -= share.fee.nanos;
    return share;
}

/// What both sides of a fill have in common.
struct fill_value {
    std::int64_t size;
    int128 notional;         // that fees are a share of, rounded up
    std::int64_t exchanged;  // premium of an option, else the cost that the buyer takes on
};

LOCKSTEP_HD constexpr fill_value value_fill(listing_row const& l, std::int64_t size,
                                            std::int64_t at) {
    if (l.contract.kind == instrument_kind::option)
        return {size, notional(l, size, at, rounding::up),
                static_cast<std::int64_t>(premium(size, at, rounding::down))};
    rounded_notional const both = future_notional(l, size, at);
    int128 const cost = l.contract.settle == settlement::inverse ? -both.down : both.down;
    return {size, both.up, static_cast<std::int64_t>(cost)};
}

/// What a fill does to the account on `side`, given its open reserve: goes into an entry of zeros.
/// Returns the fee, which is the pool's of the settlement asset.
LOCKSTEP_HD constexpr money settle_fill(listing_row const& l, order_side side, bool maker,
                                        fill_value const& value, open_reserve& left,
                                        settle_entry& entry) {
    std::int64_t const size = value.size;
    open_reserve const share = take_share(left, size);
    bool const buy = side == order_side::buy;
    std::uint32_t const rate = maker ? l.maker_fee_ppm : l.taker_fee_ppm;
    int128 const whole = share_ppm(value.notional, rate, rounding::up);
    money const fee{whole > share.fee.nanos ? share.fee.nanos : static_cast<std::int64_t>(whole)};
    entry.release.nanos = share.position.nanos + share.fee.nanos;
    entry.size.nanos = buy ? size : -size;
    (buy ? entry.open_buy_released : entry.open_sell_released).nanos = size;
    entry.orders_closed = left.size == 0 ? 1 : 0;
    entry.cash.nanos = -fee.nanos;
    if (l.contract.kind == instrument_kind::option)
        entry.cash.nanos += buy ? -value.exchanged : value.exchanged;
    else
        entry.cost.nanos = buy ? value.exchanged : -value.exchanged;
    return fee;
}

/// What taking `size` of an order away (a cancellation, an expiry, an amendment) sets free: goes
/// into an entry of zeros.
LOCKSTEP_HD constexpr void settle_reduction(order_side side, std::int64_t size, open_reserve& left,
                                            settle_entry& entry) {
    open_reserve const share = take_share(left, size);
    entry.release.nanos = share.position.nanos + share.fee.nanos;
    (side == order_side::buy ? entry.open_buy_released : entry.open_sell_released).nanos = size;
    entry.orders_closed = left.size == 0 ? 1 : 0;
}

/// Posts an entry to its account. The position's part is posted by post_to_position.
LOCKSTEP_HD constexpr void post_to_account(account_row& account, settle_entry const& e) {
    account.cash.nanos += e.cash.nanos;
    account.reserved.nanos -= e.release.nanos;
    account.open_orders -= e.orders_closed;
    if (account.sequence < e.sequence) account.sequence = e.sequence;  // any order gives the last
}

LOCKSTEP_HD constexpr void post_to_position(account_row& account, position_row& position,
                                            settle_entry const& e) {
    bool const was_open = position.size.nanos != 0;
    position.size.nanos += e.size.nanos;
    position.cost.nanos += e.cost.nanos;
    position.open_buy.nanos -= e.open_buy_released.nanos;
    position.open_sell.nanos -= e.open_sell_released.nanos;
    position.sequence = e.sequence;
    position.exercise = position.exercise.within(position.size.nanos);
    bool const is_open = position.size.nanos != 0;
    account.open_positions += is_open && !was_open ? 1u : 0u;
    account.open_positions -= was_open && !is_open ? 1u : 0u;
}

/// What a position counts for in its instrument's open interest.
LOCKSTEP_HD constexpr std::int64_t long_side(position_row const& p) {
    return p.size.nanos > 0 ? p.size.nanos : 0;
}

/// Posts an entry to the rows that it names, and returns what it adds to the open interest.
LOCKSTEP_HD constexpr std::int64_t post(settle_entry const& e, account_row* accounts,
                                        position_row* positions) {
    account_row& account = accounts[e.account.value];
    post_to_account(account, e);
    if (e.position == no_position) return 0;
    position_row& position = positions[e.position];
    std::int64_t const before = long_side(position);
    post_to_position(account, position, e);
    return long_side(position) - before;
}

}  // namespace lockstep

// What an order sets aside for its worst case, and the prices between which orders are taken.
#pragma once

#include "margin/ledger/notional.h"
#include "margin/state/tier.h"
#include "margin/state/transaction.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// What an order sets aside: for the position it may open (margin and what it loses at once, or the
/// premium of a bought option), and for fees, which never exceed it. All that for a price no worse
/// than `limit`, which the order carries into its book.
struct order_reserve {
    money position;
    money fee;
    std::int64_t limit;
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

/// The worst price that an order may ask for: its own, or the edge of the band. Zero where no tick
/// lies that side of it, which no book may take for an order without a limit.
LOCKSTEP_HD constexpr std::int64_t protected_price(listing_row const& l, transaction_row const& t) {
    if (t.price > 0) return t.price;
    price_band const band = band_of(l);
    return t.side == order_side::buy ? tick_below(l, band.high) : tick_above(l, band.low);
}

/// What `size` traded at `limit` costs against the mark: what a purchase pays above it, what a sale
/// forgoes below it. Rounded up; zero at the mark and at better prices.
LOCKSTEP_HD constexpr int128 loss_against_mark(listing_row const& l, order_side side,
                                               std::int64_t size, std::int64_t limit) {
    std::int64_t const mark = l.mark.nanos;
    std::int64_t const worse = side == order_side::buy ? limit - mark : mark - limit;
    if (worse <= 0) return 0;
    bool const option = l.contract.kind == instrument_kind::option;
    if (option || l.contract.settle != settlement::inverse)
        return premium(size, worse, rounding::up);
    std::int64_t const low = limit < mark ? limit : mark, high = limit < mark ? mark : limit;
    return notional(l, size, low, rounding::up) - notional(l, size, high, rounding::down);
}

/// The most that trading this notional can cost in fees: the dearer rate of it.
LOCKSTEP_HD constexpr int128 most_fee(listing_row const& l, int128 traded) {
    std::uint32_t const rate =
        l.maker_fee_ppm > l.taker_fee_ppm ? l.maker_fee_ppm : l.taker_fee_ppm;
    return share_ppm(traded, rate, rounding::up);
}

/// The reserve of an order for `size` at `limit`, its margin at `initial_ppm` of notional: zero for
/// an instrument with tiers, where orders add to the account's requirement instead. Who opens a
/// position at a worse price than the mark loses the difference at once: that is set aside beside
/// the margin, so that the position still has it when it is opened, and whoever closes it again in
/// the same block may count on it. Source: Binance's cost of an order, initial margin and open
/// loss.
LOCKSTEP_HD constexpr checked_int64 reserve_parts(listing_row const& l, std::uint32_t initial_ppm,
                                                  order_side side, bool reduce_only,
                                                  std::int64_t size, std::int64_t limit,
                                                  order_reserve& out) {
    bool const option = l.contract.kind == instrument_kind::option;
    int128 const size_at = notional(l, size, dearer(l, limit), rounding::up);
    int128 const fee = most_fee(l, size_at);
    int128 position = 0;
    if (option && side == order_side::buy) {
        position = premium(size, limit, rounding::up);
    } else if (!reduce_only) {
        position =
            share_ppm(size_at, initial_ppm, rounding::up) + loss_against_mark(l, side, size, limit);
    }
    checked_int64 const total = narrow(position + fee);
    out = {{narrow(position).value}, {narrow(fee).value}, limit};
    return total;
}

/// The rate at which an order reserves its margin.
LOCKSTEP_HD constexpr std::uint32_t reserved_rate(listing_row const& l, tier_row const* tiers,
                                                  std::uint32_t least_ppm) {
    if (tiers != nullptr) return 0;
    return least_ppm > l.initial_ppm ? least_ppm : l.initial_ppm;
}

}  // namespace lockstep

// How far what an account holds, and what its open orders may still make of it, can lead:
// everything must fit the position's row and its book, whatever is filled.
#pragma once

#include "margin/ledger/reserve.h"
#include "margin/state/position.h"
#include "pricing/base/checked.h"

namespace lockstep {

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

}  // namespace lockstep

// How far from the mark orders may be filled: what they would lose there beyond what they have set
// aside is lost of their position's margin, and by each of them once.
#include <algorithm>

#include "host/block/book_desk.h"
#include "margin/ledger/needs.h"

namespace lockstep {

namespace {

/// The last tick that is no worse than the mark for an order on this side.
std::int64_t mark_in_ticks(listing_row const& l, order_side side) {
    rounding const better = side == order_side::sell ? rounding::up : rounding::down;
    return static_cast<std::int64_t>(divide(l.mark.nanos, l.tick.nanos, better));
}

}  // namespace

/// Of an order with this reserve. One that only reduces is cut to what it closes when it enters;
/// what rests may close more than that by the time that it is met.
book_desk::asked_margin book_desk::asks(open_order_row const& order, bool reduces, extent which) {
    listing_row const& l = *listing_;
    asked_margin asked{order.left, &margins_.left(order.position), 0};
    account_row const& account = margins_.account(order.account.value);
    if (reduces) {
        std::int64_t const held = state_.books[instrument_]->position(order.account.value);
        std::int64_t const closes = reducible(held, order.side) * l.lot.nanos;
        if (which == extent::as_it_enters && closes < asked.bears.size)
            asked.bears = take_share(asked.bears, closes);
        if (sells_an_option(l, order.side)) asked.bears.size = 0;  // paid for: nothing is lost
        asked.bears = backed_by_equity(account, l, order.side, asked.bears);
    }
    if (reduces || l.tiers != 0)
        asked.most = std::min(
            *asked.left, liquidation::loss_covered(account, l, asked.bears.size) + rounded_apart);
    return asked;
}

int128 book_desk::beyond(asked_margin const& asked, order_side side, std::int64_t ticks) const {
    return loss_beyond(*listing_, side, asked.bears, ticks * listing_->tick.nanos);
}

/// The order has its part of the position's margin until it is gone or the block is.
void book_desk::take_margin(std::uint32_t slot, asked_margin const& asked, int128 lost) {
    if (lost == 0) return;
    *asked.left -= lost;
    taken_[slot] = {asked.left, lost, asked.bears.size};
}

/// Of the terms that the command amends, until its book has answered.
void book_desk::lend_margin_back(std::uint32_t slot) {
    asked_anew_ = true;
    auto const at = taken_.find(slot);
    if (at == taken_.end()) return;
    lent_back_ = at->second;
    *lent_back_.left += lent_back_.amount;
    taken_.erase(at);
}

/// The book has refused the new terms: what was taken for them goes back, and the old ones have
/// theirs.
void book_desk::return_margin(std::uint32_t slot) {
    if (!asked_anew_) return;
    std::int64_t const open = state_.open_orders[slot].left.size;
    give_margin_back(slot, open, 0);
    if (lent_back_.amount == 0 || open == 0) return;
    *lent_back_.left -= lent_back_.amount;
    taken_[slot] = lent_back_;
}

/// `size` of an order is no longer open, and has lost so much: what it took for that and did not
/// lose goes back.
void book_desk::give_margin_back(std::uint32_t slot, std::int64_t size, int128 lost) {
    auto const at = taken_.find(slot);
    if (at == taken_.end()) return;
    taken_margin& taken = at->second;
    std::int64_t const open = state_.open_orders[slot].left.size - size;
    if (open >= taken.size) return;  // it was more than what it closes
    int128 const part = open == 0
                            ? taken.amount
                            : taken.amount - divide(taken.amount * open, taken.size, rounding::up);
    *taken.left += part - std::min(part, lost);
    taken.amount -= part;
    taken.size = open;
    if (open == 0) taken_.erase(at);
}

/// Trades take place within the band of the mark, and what it has left behind leaves the book:
/// orders that rest where their accounts could not bear a fill as both stand now.
void book_desk::follow_mark(std::uint32_t instrument) {
    listing_row const& l = attend(instrument);
    order_book& book = *state_.books[instrument];
    price_band const band = band_of(l);
    book.trade_within(tick_above(l, band.low) / l.tick.nanos, band.high / l.tick.nanos);
    for (order_side const side : {order_side::buy, order_side::sell}) {
        auto const is_left_behind = [&](std::uint32_t slot, std::int64_t ticks) {
            open_order_row const& order = state_.open_orders[slot];
            asked_margin const asked = asks(order, state_.only_reduces(order), extent::as_it_rests);
            int128 const lost = beyond(asked, side, ticks);
            if (lost > asked.most) return true;
            take_margin(slot, asked, lost);
            return false;
        };
        book.leave_behind(side, mark_in_ticks(l, side), is_left_behind,
                          [this](book_report const& r) {
                              book_changed_ = true;  // cancellations alone
                              close(r.tag, r.reason);
                          });
    }
    note_change();
}

/// The worst price, in ticks, that an order with a limit may trade at by now: the limit, or as far
/// from the mark as what it has set aside and its part of the position's margin bear.
std::int64_t book_desk::borne(asked_margin const& asked, order_side side,
                              std::int64_t limit) const {
    auto const bears = [&](std::int64_t ticks) { return beyond(asked, side, ticks) <= asked.most; };
    if (listing_->mark.nanos <= 0 || bears(limit)) return limit;
    std::int64_t const near = farthest(mark_in_ticks(*listing_, side), limit, bears);
    return near > 0 ? near : -1;  // of a mark below one tick: no price
}

/// The order of command i with the terms that it asks for.
open_order_row book_desk::own_order(std::uint32_t i) const {
    prepared_command const& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    order_reserve const& reserve = prepared_.reserves[i];
    open_order_row row{};
    row.account = {p.first_account};
    row.position = p.first_position;
    row.side = p.target == no_row ? t.side : state_.history[p.target].side;
    row.left = {t.amount, reserve.position, reserve.fee};
    return row;
}

/// What a book that is asked about command i is told of it; 0: any price. Nothing is taken.
std::int64_t book_desk::worst_price_of(std::uint32_t i) {
    transaction_row const& t = command_at(i);
    if ((t.flags & transaction_flag::reduce_only) == 0) return 0;
    attend(t.instrument);
    open_order_row const order = own_order(i);
    return borne(asks(order, true, extent::as_it_enters), t.side,
                 prepared_.reserves[i].limit / listing_->tick.nanos);
}

/// Asked by the book, of each order that is about to enter.
std::int64_t book_desk::worst_price(entering_order const& o) {
    bool const is_step =
        o.tag == own_slot_ && command_at(current_).kind == transaction_kind::liquidate;
    if (is_step) return 0;  // it was admitted with its price
    open_order_row const& row = state_.open_orders[o.tag];
    if (o.is_amended) lend_margin_back(o.tag);
    asked_margin const asked = asks(o.is_amended ? own_order(current_) : row,
                                    state_.only_reduces(row), extent::as_it_enters);
    std::int64_t const worst = borne(asked, o.side, o.price);
    take_margin(o.tag, asked, beyond(asked, o.side, worst));
    return worst;
}

}  // namespace lockstep

// What a book is told beside the commands that name it.
#include "host/block/book_desk.h"
#include "host/block/position_payments.h"
#include "margin/ledger/needs.h"

namespace lockstep {

namespace {

/// The last tick that is no worse than the mark for an order on this side.
std::int64_t mark_in_ticks(listing_row const& l, order_side side) {
    rounding const better = side == order_side::sell ? rounding::up : rounding::down;
    return static_cast<std::int64_t>(divide(l.mark.nanos, l.tick.nanos, better));
}

}  // namespace

/// What follows is no command's.
void book_desk::begin_upkeep(std::uint64_t sequence) {
    current_ = no_row;
    at_sequence(sequence);
    own_order_ = 0;
    own_slot_ = no_row;
}

void book_desk::tell_alone(std::uint32_t instrument, book_verb verb) {
    book_command c{};
    c.verb = verb;
    tell(instrument, c);
}

/// Marks are set, payments made and losses known: stops that wait in line enter no more in this
/// block, whatever its book is told.
void book_desk::end_trade(std::uint32_t instrument) {
    begin_upkeep(prepared_.first_place + prepared_.commands.size());
    if (!state_.books[instrument]->suspended()) tell_alone(instrument, book_verb::suspend);
}

void book_desk::set_position(std::uint32_t instrument, std::uint32_t account, std::int64_t lots,
                             std::uint8_t flags) {
    book_command c{};
    c.flags = flags;
    c.verb = book_verb::set_position;
    c.account = account;
    c.quantity = lots;
    tell(instrument, c);
}

/// Whether the account of an order that rests could bear its fill as both stand now. One that only
/// reduces is asked what it would be asked if it came now, with what it has set aside given back.
bool book_desk::is_borne(open_order_row const& order, std::int64_t price) const {
    listing_row const& l = *listing_;
    open_reserve const& left = order.left;
    account_row account = state_.accounts[order.account.value];
    if (state_.only_reduces(order)) {
        account.reserved.nanos -= left.position.nanos + left.fee.nanos;
        return needs_of_closing(account, l, order.side, left.size, price).are_met();
    }
    tier_row const* const tiers = state_.tiers_of(l);
    int128 const beside =
        margin_counted(account, state_.positions[order.position], l, tiers, order.side, left.size);
    return can_be_borne(l, order.side, left, price, beside);
}

/// Trades take place within the band of the mark, and what it has left behind leaves the book.
void book_desk::follow_mark(std::uint32_t instrument) {
    listing_row const& l = attend(instrument);
    order_book& book = *state_.books[instrument];
    price_band const band = band_of(l);
    book.trade_within(tick_above(l, band.low) / l.tick.nanos, band.high / l.tick.nanos);
    for (order_side const side : {order_side::buy, order_side::sell}) {
        auto const is_left_behind = [&](std::uint32_t slot, std::int64_t ticks) {
            return !is_borne(state_.open_orders[slot], ticks * l.tick.nanos);
        };
        book.leave_behind(side, mark_in_ticks(l, side), is_left_behind,
                          [this](book_report const& r) {
                              book_changed_ = true;  // cancellations alone
                              close(r.tag, r.reason);
                          });
    }
    note_change();
}

/// The worst price, in ticks, that a stop may trade at by now: its limit where what it has set
/// aside bears that. What else its account has is not looked at: it changes while books are at
/// work.
std::int64_t book_desk::worst_price(late_order const& stop) const {
    listing_row const& l = *listing_;
    open_order_row const& order = state_.open_orders[stop.tag];
    bool const reduces = state_.only_reduces(order);
    std::uint32_t const own_ppm = state_.accounts[order.account.value].isolated_ppm;
    int128 const beside = margin_beside(l, reduces, own_ppm, order.left.size);
    bool const is_free = reduces && sells_an_option(l, stop.side);
    auto const bears = [&](std::int64_t ticks) {
        return is_free || can_be_borne(l, stop.side, order.left, ticks * l.tick.nanos, beside);
    };
    if (l.mark.nanos <= 0 || bears(stop.price)) return stop.price;
    std::int64_t const borne = farthest(mark_in_ticks(l, stop.side), stop.price, bears);
    return borne > 0 ? borne : -1;  // of a mark below one tick: no price
}

void book_desk::advance_time(std::uint32_t instrument, std::int64_t now) {
    begin_upkeep(prepared_.first_place);
    order_book const& book = *state_.books[instrument];
    listing_row const& l = state_.listings[instrument];
    if (l.mark.nanos > 0) follow_mark(instrument);
    bool const rests = (l.flags & listing_flag::suspended) != 0 || trading_has_ended(l, now);
    if (rests && !book.suspended()) tell_alone(instrument, book_verb::suspend);
    book_command c{};
    c.verb = book_verb::advance_time;
    c.until = now;
    tell(instrument, c);
    if (!rests && book.suspended()) tell_alone(instrument, book_verb::resume);
}

void book_desk::cancel_account(std::uint32_t account, std::uint32_t instrument) {
    end_trade(instrument);
    book_command c{};
    c.verb = book_verb::cancel_all;
    c.account = account;
    tell(instrument, c);
}

void book_desk::close_book(std::uint32_t instrument) {
    end_trade(instrument);
    book_rows const rows = state_.books[instrument]->export_rows();
    for (order_row const& order : rows.orders) {
        book_command c{};
        c.verb = book_verb::cancel;
        c.order = order.order;
        c.account = order.account;
        tell(instrument, c);
    }
    for (book_position_row const& position : rows.positions)
        set_position(instrument, position.account, 0);
}

void book_desk::take_positions(std::uint32_t instrument) {
    end_trade(instrument);
    std::int64_t const lot = state_.listings[instrument].lot.nanos;
    each_position(state_, instrument, [&](position_row const& p, std::uint32_t) {
        std::int64_t const lots = p.size.nanos / lot;
        if (state_.books[instrument]->position(p.account.value) != lots)
            set_position(instrument, p.account.value, lots);
    });
}

}  // namespace lockstep

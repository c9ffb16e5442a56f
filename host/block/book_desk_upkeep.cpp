// What a book is told beside the commands that name it.
#include "host/block/book_desk.h"
#include "host/block/position_payments.h"

namespace lockstep {

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

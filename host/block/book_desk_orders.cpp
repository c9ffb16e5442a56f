// The commands of a block, in the words of a book.
#include "host/block/book_desk.h"

namespace lockstep {

apply_status status_of(book_status status) {
    switch (status) {
        case book_status::accepted: return apply_status::applied;
        case book_status::order_would_take_liquidity:
            return apply_status::order_would_take_liquidity;
        case book_status::order_cannot_be_filled_whole:
            return apply_status::order_cannot_be_filled_whole;
        case book_status::order_would_not_reduce: return apply_status::order_would_not_reduce;
        case book_status::order_is_not_open: return apply_status::order_is_not_open;
        case book_status::order_has_triggered: return apply_status::order_has_triggered;
        case book_status::too_many_trailing_orders: return apply_status::too_many_trailing_orders;
        case book_status::trailing_order_has_no_price_to_follow:
            return apply_status::trailing_order_has_no_price_to_follow;
        case book_status::order_belongs_to_another_account:
            return apply_status::target_belongs_to_another_account;
        case book_status::time_is_in_the_past: return apply_status::until_is_in_the_past;
        case book_status::book_is_suspended: return apply_status::instrument_is_suspended;
        case book_status::book_is_full: return apply_status::book_is_full;
        case book_status::quantity_exceeds_the_limit:
            return apply_status::amount_exceeds_the_books_bound;
        case book_status::price_exceeds_the_limit:
        case book_status::trigger_exceeds_the_limit:
            return apply_status::price_exceeds_the_books_bound;
        default: return apply_status::terms_do_not_fit_together;
    }
}

book_command book_desk::word_verb(book_verb verb, std::uint32_t i) const {
    transaction_row const& t = command_at(i);
    book_command c{};
    c.verb = verb;
    c.account = t.account;
    c.owner = state_.accounts[t.account].owner;
    return c;
}

/// Money and sizes become ticks and lots; admission has seen that they divide, and what limit the
/// order can bear.
book_command book_desk::word_order(std::uint32_t i) const {
    transaction_row const& t = command_at(i);
    listing_row const& l = state_.listings[t.instrument];
    book_command c = word_verb(book_verb::place, i);
    c.order = sequence_of(i);
    c.quantity = t.amount / l.lot.nanos;
    c.price = prepared_.reserves[i].limit / l.tick.nanos;
    if (t.trigger != 0) c.trigger = t.trigger / l.tick.nanos;
    if (t.display != 0) c.display = t.display / l.lot.nanos;
    c.until = t.until;
    c.side = t.side;
    c.type = t.type;
    c.force = t.kind == transaction_kind::combo_leg ? time_in_force::fill_or_kill : t.force;
    c.prevention = t.prevention;
    if (t.kind == transaction_kind::liquidate) {
        c.force = time_in_force::immediate_or_cancel;
        c.flags |= book_flag::reduce_only;
        c.prevention = self_trade::cancel_oldest;
    }
    if (t.flags & transaction_flag::post_only) c.flags |= book_flag::post_only;
    if (t.flags & transaction_flag::reduce_only) c.flags |= book_flag::reduce_only;
    return c;
}

void book_desk::open_slot(std::uint32_t i) {
    prepared_command& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    order_reserve const& reserve = prepared_.reserves[i];
    open_order_row& row = state_.open_orders[p.slot];
    p.opened = true;
    row.sequence = sequence_of(i);
    row.account = {p.first_account};
    row.position = p.first_position;
    row.instrument = {t.instrument};
    row.left = {t.amount, reserve.position, reserve.fee};
    row.side = t.side;
    row.queued = moment_ << place_bits;
}

void book_desk::begin(std::uint32_t i) {
    current_ = i;
    at_sequence(sequence_of(i));
    prepared_command const& p = prepared_.commands[i];
    own_order_ = p.target == no_row ? current_sequence_ : p.target + std::uint64_t{1};
    own_slot_ = p.slot;
    own_fills_ = {};
    margins_.commands_have_begun();
    ordinal_ = 0;
}

void book_desk::place(std::uint32_t i) {
    begin(i);
    open_slot(i);
    book_status const status = tell(command_at(i).instrument, word_order(i));
    if (own_fills_.fills > 0) fills_[i] = own_fills_;
    if (status != book_status::accepted) refuse_order(i, status);
}

void book_desk::refuse_order(std::uint32_t i, book_status status) {
    prepared_command& p = prepared_.commands[i];
    reduce(p.slot, state_.open_orders[p.slot].left.size);
    p.status = status_of(status);
}

void book_desk::cancel(std::uint32_t i) {
    begin(i);
    prepared_command& p = prepared_.commands[i];
    book_command c = word_verb(book_verb::cancel, i);
    c.order = p.target + 1u;
    p.status = status_of(tell(p.instrument, c));
}

void book_desk::mass_cancel(std::uint32_t i, std::uint32_t account, std::uint32_t instrument) {
    begin(i);
    book_command c{};
    c.verb = book_verb::cancel_all;
    c.account = account;
    tell(instrument, c);
}

/// The order holds two reserves while the book decides: the old one in its slot, the new one
/// beside.
void book_desk::amend(std::uint32_t i) {
    begin(i);
    prepared_command& p = prepared_.commands[i];
    transaction_row const& t = command_at(i);
    listing_row const& l = state_.listings[p.instrument];
    book_command c = word_verb(book_verb::amend, i);
    c.order = p.target + 1u;
    c.quantity = t.amount / l.lot.nanos;
    c.price = prepared_.reserves[i].limit / l.tick.nanos;
    c.trigger = t.trigger / l.tick.nanos;
    new_terms_taken_ = false;
    lent_back_ = {};
    asked_anew_ = false;
    p.status = status_of(tell(p.instrument, c));
    if (own_fills_.fills > 0 && p.status == apply_status::applied) fills_[i] = own_fills_;
    if (new_terms_taken_) return;  // else refused, or amended to nothing
    return_margin(p.slot);
    transaction_row const& first = state_.history[p.target];
    open_reserve unused{t.amount, prepared_.reserves[i].position, prepared_.reserves[i].fee};
    post_reduction(first.side, t.amount, unused, first.account, p.first_position);
}

}  // namespace lockstep

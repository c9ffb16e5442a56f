// Part of order_book.h: the verbs.
#pragma once

#include "host/book/order_book.h"
#include "margin/state/position.h"

namespace lockstep {

template <class Sink>
book_status order_book::apply(book_command const& c, Sink&& sink, std::uint32_t tag) {
    book_status status = book_status::verb_is_unknown;
    switch (c.verb) {
        case book_verb::place: status = place(c, tag, sink); break;
        case book_verb::amend: status = amend(c, sink); break;
        case book_verb::reduce: status = reduce(c, sink); break;
        case book_verb::cancel: status = cancel(c, sink); break;
        case book_verb::cancel_all: status = cancel_all(c, sink); break;
        case book_verb::mark: status = mark(c, sink); break;
        case book_verb::advance_time: status = advance_time(c, sink); break;
        case book_verb::set_position: status = set_position(c); break;
        case book_verb::suspend:
            suspended_ = true;
            status = book_status::accepted;
            break;
        case book_verb::resume: status = resume(sink); break;
    }
    if (status != book_status::accepted) [[unlikely]]
        sink(book_report{c.order, 0, 0, 0, 0, 0, c.account, 0, report_kind::rejected, status,
                         book_reason::none, c.side, 0});
    if (levels_[due_level].count != 0 && !is_one_of_two(c)) [[unlikely]]
        enter_due(sink);
    if (accounts_.have_moved()) [[unlikely]]
        leave_closed(sink);
    return status;
}

inline book_status order_book::answer_to(book_command const& c, std::int64_t worst) {
    taker t = taker::of(c);
    t.worst = worst;
    std::int64_t cut = 0;
    return check_place(c, t, cut);
}

template <class Sink>
book_status order_book::place(book_command const& c, std::uint32_t tag, Sink& sink) {
    taker t = taker::of(c, tag);
    if (only_reduces(t.terms) && !is_stop(c.type)) t.worst = detail::worst_price(t, sink);
    std::int64_t cut = 0;
    if (book_status s = check_place(c, t, cut); s != book_status::accepted) return s;
    // From here on it must succeed.
    t.sequence = ++sequence_;
    t.account = accounts_.find_or_add(c.account);
    sink(book_report{c.order, 0, c.price, c.quantity, c.quantity, 0, c.account, 0,
                     report_kind::accepted, book_status::accepted, book_reason::none, c.side, tag});
    if (is_stop(c.type)) {
        place_stop(t, c, sink);
    } else {
        cut_taker(t, cut, sink);
        enter(t, sink);
    }
    return book_status::accepted;
}

template <class Sink>
book_status order_book::amend(book_command const& c, Sink& sink) {
    std::uint32_t slot;
    if (book_status s = check_amend(c, slot); s != book_status::accepted) return s;
    order_node const& n = nodes_[slot];
    std::int64_t const open = c.quantity == 0 ? n.visible + n.hidden : c.quantity - n.filled;
    if (open <= 0) {
        cancel_slot(slot, book_reason::amended_to_no_more_than_filled, sink);
        return book_status::accepted;
    }
    if (n.state == order_state::resting) return amend_resting(c, slot, open, sink);
    amend_dormant(c, slot, open, sink);
    return book_status::accepted;
}

template <class Sink>
book_status order_book::amend_resting(book_command const& c, std::uint32_t slot, std::int64_t open,
                                      Sink& sink) {
    order_node const& n = nodes_[slot];
    std::int64_t const price = levels_[n.level].price;
    if ((c.price == 0 || c.price == price) && open <= n.visible + n.hidden) {
        take_off(slot, n.visible + n.hidden - open);
        sink(book_report{n.id, 0, price, n.visible, open, 0, c.account, 0, report_kind::amended,
                         book_status::accepted, book_reason::none, n.terms.side, tags_[slot]});
        return book_status::accepted;
    }
    taker t = taker_of(slot);
    t.remaining = open;
    t.price = c.price == 0 ? price : c.price;
    if (only_reduces(t.terms)) t.worst = detail::worst_price(t, sink, true);
    std::int64_t cut = 0;
    if (book_status s = check_entry(t, cut); s != book_status::accepted) return s;
    // From here on it must succeed.
    unlink(slot);
    sink(book_report{t.id, 0, t.price, open, open, 0, c.account, 0, report_kind::replaced,
                     book_status::accepted, book_reason::none, t.terms.side, t.tag});
    cut_taker(t, cut, sink);
    enter(t, sink);
    return book_status::accepted;
}

template <class Sink>
void order_book::amend_dormant(book_command const& c, std::uint32_t slot, std::int64_t open,
                               Sink& sink) {
    order_node& n = nodes_[slot];
    order_extra& x = extras_[slot];
    bool const moves = c.trigger != 0 && c.trigger != x.trigger;
    if (moves) unlink(slot);
    if (!moves) levels_[n.level].total += open - n.visible;
    n.visible = open;
    if (c.price != 0) x.price = c.price;
    if (moves) {
        x.trigger = c.trigger;
        link_dormant(slot);
    }
    sink(book_report{n.id, 0, x.price, open, open, 0, c.account, 0, report_kind::amended,
                     book_status::accepted, book_reason::none, n.terms.side, tags_[slot]});
    if (!moves) return;
    wake_again(source_of(n.terms));
    trigger_if_hit(slot, sink);
}

template <class Sink>
book_status order_book::reduce(book_command const& c, Sink& sink) {
    if (c.order == 0) return book_status::order_id_must_not_be_zero;
    if (c.quantity <= 0) return book_status::quantity_must_be_positive;
    std::uint32_t slot;
    if (book_status s = check_open(c, slot); s != book_status::accepted) return s;
    order_node const& n = nodes_[slot];
    std::int64_t const open = n.visible + n.hidden;
    if (c.quantity >= open) {
        cancel_slot(slot, book_reason::by_request, sink);
        return book_status::accepted;
    }
    take_off(slot, c.quantity);
    sink(book_report{n.id, 0, price_of(slot), c.quantity, open - c.quantity, 0, c.account, 0,
                     report_kind::reduced, book_status::accepted, book_reason::by_request,
                     n.terms.side, tags_[slot]});
    return book_status::accepted;
}

template <class Sink>
book_status order_book::cancel(book_command const& c, Sink& sink) {
    if (c.order == 0) return book_status::order_id_must_not_be_zero;
    std::uint32_t slot;
    if (book_status s = check_open(c, slot); s != book_status::accepted) return s;
    cancel_slot(slot, book_reason::by_request, sink);
    return book_status::accepted;
}

template <class Sink>
book_status order_book::cancel_all(book_command const& c, Sink& sink) {
    bool const one_side = (c.flags & book_flag::one_side) != 0;
    if (c.side > order_side::sell || (c.flags & ~book_flag::one_side) != 0)
        return book_status::terms_are_unknown;
    std::uint32_t const row = accounts_.find(c.account);
    if (row == no_index) return book_status::accepted;
    for (order_side side : {order_side::buy, order_side::sell}) {
        if (one_side && side != c.side) continue;
        while (accounts_[row].head[index_of(side)] != no_index)
            cancel_slot(accounts_[row].head[index_of(side)], book_reason::by_mass_cancel, sink);
    }
    return book_status::accepted;
}

template <class Sink>
book_status order_book::advance_time(book_command const& c, Sink& sink) {
    if (c.until < time_) return book_status::time_is_in_the_past;
    time_ = c.until;
    while (!expiries_.empty() && expiries_.first().until <= time_) {
        expiry_entry const e = expiries_.first();
        expiries_.pop();
        if (nodes_[e.slot].sequence == e.sequence) cancel_slot(e.slot, book_reason::expired, sink);
        expiries_.one_dead_popped();
    }
    return book_status::accepted;
}

template <class Sink>
book_status order_book::mark(book_command const& c, Sink& sink) {
    if (c.price <= 0) return book_status::price_must_be_positive;
    if (c.price > limits_.price_max) return book_status::price_exceeds_the_limit;
    if (suspended_)
        watched_[1].price = c.price;  // looked at when the book resumes
    else
        print(1, c.price, sink);
    return book_status::accepted;
}

template <class Sink>
book_status order_book::resume(Sink& sink) {
    suspended_ = false;
    if (watched_[1].price != 0) print(1, watched_[1].price, sink);
    return book_status::accepted;
}

inline book_status order_book::set_position(book_command const& c) {
    if (c.quantity > position_lots_max || c.quantity < -position_lots_max)
        return book_status::quantity_exceeds_the_limit;
    accounts_.set_position(accounts_.find_or_add(c.account), c.quantity);
    return book_status::accepted;
}

/// What can only reduce leaves with what it could have reduced.
template <class Sink>
void order_book::leave_closed(Sink& sink) {
    for (std::uint32_t const row : accounts_.take_moved())
        for (order_side const side : {order_side::buy, order_side::sell}) {
            if (reducible(accounts_[row].position, side) > 0) continue;
            std::uint32_t slot = accounts_[row].head[index_of(side)];
            while (accounts_.closing(row, side) > 0) {
                std::uint32_t const next = accounts_.after(slot);
                if (only_reduces(nodes_[slot].terms))
                    cancel_slot(slot, book_reason::would_not_reduce, sink);
                slot = next;
            }
        }
}

template <class Leaves, class Sink>
void order_book::leave_behind(order_side side, std::int64_t price, Leaves&& leaves, Sink&& sink) {
    price_ladder const& orders = resting_[index_of(side)];
    std::int64_t const highest = price_mask_ + (side == order_side::buy ? 0 : 1);
    std::uint64_t const limit = resting_key(side, price < highest ? price : highest);
    std::uint32_t level = orders.best_level();
    for (std::uint64_t key = orders.best_key(); key < limit; key = orders.next_after(key, level)) {
        std::int64_t const at = levels_[level].price;
        for (std::uint32_t slot = levels_[level].head; slot != no_index;) {
            std::uint32_t const next = nodes_[slot].next;
            if (harms(side, at) || leaves(tags_[slot], at))
                cancel_slot(slot, book_reason::left_behind, sink);
            slot = next;
        }
    }
}

template <class Sink>
void order_book::cancel_slot(std::uint32_t slot, book_reason why, Sink& sink) {
    order_node const& n = nodes_[slot];
    sink(book_report{n.id, 0, price_of(slot), n.visible + n.hidden, 0, 0,
                     accounts_[n.account].number, 0, report_kind::cancelled, book_status::accepted,
                     why, n.terms.side, tags_[slot]});
    if (n.state == order_state::dormant && n.terms.type == order_type::trailing_stop)
        unlink_trailing(slot);
    unlink(slot);
    drop(slot);
}

inline order_book::taker order_book::taker_of(std::uint32_t slot) const {
    order_node const& n = nodes_[slot];
    taker t{n.id,
            n.visible + n.hidden,
            n.filled,
            0,
            0,
            0,
            n.sequence,
            slot,
            n.account,
            accounts_[n.account].number,
            n.owner,
            n.terms,
            book_reason::none,
            tags_[slot],
            0};
    if (n.has_extra) {
        t.price = extras_[slot].price;
        t.display = extras_[slot].display;
        t.until = extras_[slot].until;
    }
    return t;
}

}  // namespace lockstep

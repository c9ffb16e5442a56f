// Part of order_book.h: what happens to an order that comes to the book.
#pragma once

#include "host/book/order_book.h"

namespace lockstep {

template <class Sink>
void order_book::enter(taker& t, Sink& sink) {
    if (crosses(t.terms.side, t.price)) match(t, sink);
    if (t.remaining == 0) {
        if (t.slot != no_index) drop(t.slot);
        return;
    }
    if (t.stopped == book_reason::none && !may_rest(t.terms))
        t.stopped = book_reason::nothing_left_to_match;
    if (t.stopped == book_reason::none && t.is_beyond_its_worst(t.price))
        t.stopped = book_reason::cannot_be_borne;
    if (t.stopped == book_reason::none) return rest(t, sink);
    sink(book_report{t.id, 0, 0, t.remaining, 0, 0, t.number, 0, report_kind::cancelled,
                     book_status::accepted, t.stopped, t.terms.side, t.tag});
    if (t.slot != no_index) drop(t.slot);
}

template <class Sink>
void order_book::match(taker& t, Sink& sink) {
    order_side const maker_side = opposite(t.terms.side);
    price_ladder& makers = resting_[index_of(maker_side)];
    std::uint64_t const limit =
        t.price == 0 ? price_ladder::no_key - 1 : resting_key(maker_side, t.price);
    for (std::uint32_t met = 0; t.remaining > 0 && makers.best_key() <= limit; ++met) {
        if (met == limits_.matches_max) {
            t.stopped = book_reason::matched_too_often;
            return;
        }
        price_level const& level = levels_[makers.best_level()];
        std::uint32_t const slot = level.head;
        order_node& maker = nodes_[slot];
        if (harms(maker_side, level.price)) [[unlikely]] {
            cancel_slot(slot, book_reason::beyond_the_band, sink);
            continue;
        }
        if (harms(t, level.price)) [[unlikely]] {
            t.stopped = t.is_beyond_its_worst(level.price) ? book_reason::cannot_be_borne
                                                           : book_reason::beyond_the_band;
            return;
        }
        if (maker.owner == t.owner && t.owner != 0) [[unlikely]] {
            if (!prevent_self_trade(t, slot, sink)) return;
            continue;
        }
        if (only_reduces(maker.terms) && !cut_maker(slot, sink)) continue;
        std::int64_t const quantity = t.remaining < maker.visible ? t.remaining : maker.visible;
        std::int64_t const price = level.price;
        t.remaining -= quantity;
        t.filled += quantity;
        maker.filled += quantity;
        accounts_.trade(t.account, t.terms.side, quantity);
        accounts_.trade(maker.account, maker_side, quantity);
        sink(book_report{t.id, maker.id, price, quantity, t.remaining,
                         maker.visible + maker.hidden - quantity, t.number,
                         accounts_[maker.account].number, report_kind::filled,
                         book_status::accepted, book_reason::none, t.terms.side, tags_[slot]});
        consume(slot, quantity, sink);
        print(0, price, sink);
    }
}

/// The shown part of a resting order shrinks; when it is gone the order shows more, or leaves.
template <class Sink>
void order_book::consume(std::uint32_t slot, std::int64_t quantity, Sink& sink) {
    order_node& n = nodes_[slot];
    if (quantity < n.visible) {
        n.visible -= quantity;
        levels_[n.level].total -= quantity;
        return;
    }
    if (n.hidden == 0) {
        unlink(slot);
        drop(slot);
        return;
    }
    // The level keeps at least this order: it is linked again before anybody can look.
    std::uint32_t const level = n.level;
    std::int64_t const display = extras_[slot].display;
    price_level& l = levels_[level];
    l.total -= n.visible;
    n.visible = display < n.hidden ? display : n.hidden;
    n.hidden -= n.visible;
    l.total += n.visible;
    if (l.tail != slot) {
        l.head = n.next;
        nodes_[n.next].previous = no_index;
        nodes_[l.tail].next = slot;
        n.previous = l.tail;
        n.next = no_index;
        l.tail = slot;
    }
    sink(book_report{n.id, 0, l.price, n.visible, n.visible + n.hidden, 0,
                     accounts_[n.account].number, 0, report_kind::refreshed, book_status::accepted,
                     book_reason::none, n.terms.side, tags_[slot]});
}

/// A reduce-only order that is met may trade what its account's position allows now. False: it
/// was cancelled.
template <class Sink>
bool order_book::cut_maker(std::uint32_t slot, Sink& sink) {
    order_node const& n = nodes_[slot];
    std::int64_t const most = reducible(accounts_[n.account].position, n.terms.side);
    std::int64_t const open = n.visible + n.hidden;
    if (most >= open) return true;
    if (most == 0) {
        cancel_slot(slot, book_reason::would_not_reduce, sink);
        return false;
    }
    take_off(slot, open - most);
    sink(book_report{n.id, 0, levels_[n.level].price, open - most, most, 0,
                     accounts_[n.account].number, 0, report_kind::reduced, book_status::accepted,
                     book_reason::beyond_the_position, n.terms.side, tags_[slot]});
    return true;
}

/// False: the taker may not go on.
template <class Sink>
bool order_book::prevent_self_trade(taker& t, std::uint32_t slot, Sink& sink) {
    switch (t.terms.prevention) {
        case self_trade::cancel_newest: t.stopped = book_reason::self_trade_newest; return false;
        case self_trade::cancel_oldest:
            cancel_slot(slot, book_reason::self_trade_oldest, sink);
            return true;
        case self_trade::cancel_both:
            cancel_slot(slot, book_reason::self_trade_both, sink);
            t.stopped = book_reason::self_trade_both;
            return false;
        case self_trade::decrement: break;
    }
    order_node const& n = nodes_[slot];
    std::int64_t const quantity = t.remaining < n.visible ? t.remaining : n.visible;
    t.remaining -= quantity;
    sink(book_report{t.id, n.id, levels_[n.level].price, quantity, t.remaining,
                     n.visible + n.hidden - quantity, t.number, accounts_[n.account].number,
                     report_kind::decremented, book_status::accepted,
                     book_reason::self_trade_decrement, t.terms.side, tags_[slot]});
    consume(slot, quantity, sink);
    return true;
}

template <class Sink>
void order_book::rest(taker& t, Sink& sink) {
    if (t.slot == no_index)
        t.slot = allocate(t, t.display != 0 || t.terms.force == time_in_force::good_til_date);
    order_node& n = nodes_[t.slot];
    n.filled = t.filled;
    n.visible = t.display != 0 && t.display < t.remaining ? t.display : t.remaining;
    n.hidden = t.remaining - n.visible;
    n.state = order_state::resting;
    link(resting_[index_of(t.terms.side)], resting_key(t.terms.side, t.price), t.price, t.slot);
    sink(book_report{t.id, 0, t.price, n.visible, t.remaining, 0, t.number, 0, report_kind::rested,
                     book_status::accepted, book_reason::none, t.terms.side, t.tag});
}

template <class Sink>
void order_book::cut_taker(taker& t, std::int64_t cut, Sink& sink) {
    if (cut == 0) return;
    t.remaining -= cut;
    sink(book_report{t.id, 0, t.price, cut, t.remaining, 0, t.number, 0, report_kind::reduced,
                     book_status::accepted, book_reason::beyond_the_position, t.terms.side, t.tag});
}

/// One meeting of a plan with a resting order, of which `open` is left and the `visible` part of it
/// shown. Mirrors match() without touching anything but the plan.
inline void order_book::plan_meeting(taker const& t, std::uint32_t slot, std::int64_t& open,
                                     std::int64_t visible, plan& p) {
    order_node const& n = nodes_[slot];
    bool const own = n.owner == t.owner && t.owner != 0;
    if (own && t.terms.prevention != self_trade::decrement) {
        p.stopped = t.terms.prevention != self_trade::cancel_oldest;
        open = 0;
        return;
    }
    if (!own && only_reduces(n.terms)) {
        std::int64_t const position = accounts_[n.account].position;
        std::int64_t const most =
            reducible(checked_add(position, planned_[n.account]).value, n.terms.side);
        if (most < open) open = most;
        if (open < visible) visible = open;
    }
    std::int64_t const quantity = p.wanted < visible ? p.wanted : visible;
    open -= quantity;
    p.wanted -= quantity;
    if (own) return;
    p.filled += quantity;
    plan_trade(n.account, n.terms.side, quantity);
    if (t.account != no_index) plan_trade(t.account, t.terms.side, quantity);
}

inline void order_book::plan_trade(std::uint32_t account, order_side side, std::int64_t quantity) {
    std::int64_t& planned = planned_[account];
    if (planned == 0) planned_accounts_.push_back(account);
    planned += side == order_side::buy ? quantity : -quantity;
}

/// The orders of one level, first come first; then its icebergs come round again and again, in the
/// same order, until they are used up.
inline void order_book::plan_level(taker const& t, std::uint32_t level, plan& p) {
    auto going = [&] { return !p.stopped && p.wanted > 0 && p.met < limits_.matches_max; };
    icebergs_.clear();
    for (std::uint32_t slot = levels_[level].head; slot != no_index && going();
         slot = nodes_[slot].next, ++p.met) {
        order_node const& n = nodes_[slot];
        std::int64_t open = n.visible + n.hidden;
        plan_meeting(t, slot, open, n.visible, p);
        if (open > 0 && n.hidden > 0) icebergs_.push_back({slot, open});
    }
    while (!icebergs_.empty() && going()) {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < icebergs_.size() && going(); ++i, ++p.met) {
            planned_iceberg b = icebergs_[i];
            std::int64_t const display = extras_[b.slot].display;
            plan_meeting(t, b.slot, b.open, display < b.open ? display : b.open, p);
            if (b.open > 0) icebergs_[kept++] = b;
        }
        icebergs_.resize(kept);
    }
}

inline std::int64_t order_book::fillable(taker const& t) {
    order_side const maker_side = opposite(t.terms.side);
    price_ladder const& makers = resting_[index_of(maker_side)];
    std::uint64_t const limit =
        t.price == 0 ? price_ladder::no_key - 1 : resting_key(maker_side, t.price);
    plan p{t.remaining, 0, 0, false};
    planned_.resize(accounts_.size());
    std::uint64_t key = makers.best_key();
    std::uint32_t level = makers.best_level();
    for (; key <= limit && !p.stopped && p.wanted > 0 && p.met < limits_.matches_max;
         key = makers.next_after(key, level)) {
        price_level const& l = levels_[level];
        if (harms(maker_side, l.price))
            p.met += l.count;
        else if (harms(t, l.price))
            p.stopped = true;
        else
            plan_level(t, level, p);
    }
    for (std::uint32_t row : planned_accounts_) planned_[row] = 0;
    planned_accounts_.clear();
    return p.filled;
}

inline std::int64_t order_book::fillable(book_command const& c, std::int64_t worst) {
    if (check_terms(c) != book_status::accepted || is_stop(c.type) || suspended_) return 0;
    taker t = taker::of(c);
    t.account = accounts_.find(c.account);
    t.worst = worst;
    if ((c.flags & book_flag::post_only) != 0) return 0;
    if ((c.flags & book_flag::reduce_only) != 0) {
        std::int64_t const most = reducible(position(c.account), c.side);
        if (most < t.remaining) t.remaining = most;
    }
    return fillable(t);
}

}  // namespace lockstep

// Part of order_book.h: orders that wait for a price.
#pragma once

#include "host/book/order_book.h"

namespace lockstep {

template <class Sink>
void order_book::place_stop(taker const& t, book_command const& c, Sink& sink) {
    std::uint32_t const slot = allocate(t, true);
    order_node& n = nodes_[slot];
    order_extra& x = extras_[slot];
    n.visible = c.quantity;
    n.hidden = 0;
    n.state = order_state::dormant;
    x.trigger = c.trigger;
    if (c.type == order_type::trailing_stop) {
        x.distance = c.trigger;
        x.extreme = watched_[source_of(t.terms)].price;
        x.trigger = trailing_trigger(n, x);
        link_trailing(slot);
    }
    link_dormant(slot);
    wake_again(source_of(t.terms));
    trigger_if_hit(slot, sink);
}

/// A price was traded at, or the mark was set.
template <class Sink>
void order_book::print(int source, std::int64_t price, Sink& sink) {
    watched_price& w = watched_[source];
    w.price = price;
    if (price > w.wake_below && price < w.wake_above) [[likely]]
        return;
    follow(source);
    fire(source, sink);
    wake_again(source);
}

inline std::int64_t order_book::trailing_trigger(order_node const& n, order_extra const& x) {
    std::int64_t distance = x.distance;
    if ((n.terms.flags & book_flag::trail_ppm) != 0) {
        distance = multiply_divide(x.extreme, x.distance, 1'000'000, rounding::down).value;
        if (distance == 0) distance = 1;
    }
    if (n.terms.side == order_side::buy) return x.extreme + distance;
    return x.extreme > distance ? x.extreme - distance : 0;
}

/// Trailing orders go after the watched price where it is better than all that they have seen.
inline void order_book::follow(int source) {
    watched_price& w = watched_[source];
    if (w.price <= w.sell_extreme_min && w.price >= w.buy_extreme_max) return;
    w.sell_extreme_min = int64_max;
    w.buy_extreme_max = 0;
    for (std::uint32_t slot = w.trailing_head; slot != no_index;
         slot = extras_[slot].trailing_next) {
        order_node const& n = nodes_[slot];
        order_extra& x = extras_[slot];
        bool const sells = n.terms.side == order_side::sell;
        if (sells ? w.price > x.extreme : w.price < x.extreme) {
            x.extreme = w.price;
            std::int64_t const trigger = trailing_trigger(n, x);
            if (trigger != x.trigger) {
                unlink(slot);
                x.trigger = trigger;
                link_dormant(slot);
            }
        }
        if (sells && x.extreme < w.sell_extreme_min) w.sell_extreme_min = x.extreme;
        if (!sells && x.extreme > w.buy_extreme_max) w.buy_extreme_max = x.extreme;
    }
}

template <class Sink>
void order_book::fire(int source, Sink& sink) {
    std::int64_t const price = watched_[source].price;
    for (order_side side : {order_side::buy, order_side::sell}) {
        price_ladder& stops = dormant_[source][index_of(side)];
        std::uint64_t const hit = trigger_key(side, price);
        while (stops.best_key() <= hit) make_due(levels_[stops.best_level()].head, price, sink);
    }
}

template <class Sink>
void order_book::trigger_if_hit(std::uint32_t slot, Sink& sink) {
    order_terms const& terms = nodes_[slot].terms;
    std::int64_t const price = watched_[source_of(terms)].price;
    if (price == 0 ||
        trigger_key(terms.side, extras_[slot].trigger) > trigger_key(terms.side, price))
        return;
    make_due(slot, price, sink);
    wake_again(source_of(terms));
}

template <class Sink>
void order_book::make_due(std::uint32_t slot, std::int64_t price, Sink& sink) {
    order_node& n = nodes_[slot];
    if (n.terms.type == order_type::trailing_stop) unlink_trailing(slot);
    unlink(slot);
    n.state = order_state::due;
    link_to_level(due_level, slot);
    sink(book_report{n.id, 0, price, n.visible, n.visible, 0, accounts_[n.account].number, 0,
                     report_kind::triggered, book_status::accepted, book_reason::none, n.terms.side,
                     tags_[slot]});
}

template <class Sink>
void order_book::enter_due(Sink& sink) {
    for (std::uint32_t entered = 0;
         entered < limits_.triggers_max && levels_[due_level].count != 0 && !suspended_;
         ++entered) {
        std::uint32_t const slot = levels_[due_level].head;
        taker t = taker_of(slot);
        t.worst = detail::worst_price(t, sink);
        std::int64_t cut = 0;
        book_status const status = check_entry(t, cut);
        if (status != book_status::accepted) {
            book_reason why = book_reason::cannot_be_filled_whole;
            if (status == book_status::order_would_not_reduce) why = book_reason::would_not_reduce;
            if (status == book_status::order_would_take_liquidity)
                why = book_reason::would_take_liquidity;
            cancel_slot(slot, why, sink);
            continue;
        }
        unlink(slot);
        cut_taker(t, cut, sink);
        enter(t, sink);
    }
}

/// Between which prices nothing can happen. Extremes are bounds: an order that left may have held
/// one, and then a print looks in vain once.
inline void order_book::wake_again(int source) {
    watched_price& w = watched_[source];
    price_ladder const& buys = dormant_[source][0];
    price_ladder const& sells = dormant_[source][1];
    w.wake_above = buys.empty() ? int64_max : levels_[buys.best_level()].price;
    w.wake_below = sells.empty() ? 0 : levels_[sells.best_level()].price;
    if (w.sell_extreme_min < int64_max && w.sell_extreme_min + 1 < w.wake_above)
        w.wake_above = w.sell_extreme_min + 1;
    if (w.buy_extreme_max - 1 > w.wake_below) w.wake_below = w.buy_extreme_max - 1;
}

inline void order_book::link_dormant(std::uint32_t slot) {
    order_terms const& terms = nodes_[slot].terms;
    std::int64_t const trigger = extras_[slot].trigger;
    link(dormant_[source_of(terms)][index_of(terms.side)], trigger_key(terms.side, trigger),
         trigger, slot);
}

inline void order_book::link_trailing(std::uint32_t slot) {
    order_terms const& terms = nodes_[slot].terms;
    watched_price& w = watched_[source_of(terms)];
    order_extra& x = extras_[slot];
    x.trailing_next = no_index;
    x.trailing_previous = w.trailing_tail;
    (w.trailing_tail == no_index ? w.trailing_head : extras_[w.trailing_tail].trailing_next) = slot;
    w.trailing_tail = slot;
    ++w.trailing_count;
    if (terms.side == order_side::sell && x.extreme < w.sell_extreme_min)
        w.sell_extreme_min = x.extreme;
    if (terms.side == order_side::buy && x.extreme > w.buy_extreme_max)
        w.buy_extreme_max = x.extreme;
}

inline void order_book::unlink_trailing(std::uint32_t slot) {
    watched_price& w = watched_[source_of(nodes_[slot].terms)];
    order_extra const& x = extras_[slot];
    (x.trailing_previous == no_index ? w.trailing_head
                                     : extras_[x.trailing_previous].trailing_next) =
        x.trailing_next;
    (x.trailing_next == no_index ? w.trailing_tail : extras_[x.trailing_next].trailing_previous) =
        x.trailing_previous;
    --w.trailing_count;
}

}  // namespace lockstep

// Part of order_book.h: every refusal, in order of precedence (status.h).
#pragma once

#include "host/book/order_book.h"

namespace lockstep {

namespace detail {

/// Which flags an order of this type and force may carry; a bit of its own says: not at all, and
/// another whether it may be an iceberg.
inline constexpr std::uint8_t no_such_order = 128;
inline constexpr std::uint8_t may_be_iceberg = 64;

constexpr std::uint8_t terms_allowed(order_type type, time_in_force force) {
    bool const lives =
        force == time_in_force::good_til_cancelled || force == time_in_force::good_til_date;
    std::uint8_t flags = book_flag::reduce_only;
    if (type == order_type::market) return lives ? no_such_order : flags;
    if (type == order_type::limit)
        return lives ? flags | book_flag::post_only | may_be_iceberg : flags;
    flags |= book_flag::by_mark;
    if (type == order_type::stop_limit)
        return lives ? flags | book_flag::post_only | may_be_iceberg : flags;
    if (type == order_type::trailing_stop) flags |= book_flag::trail_ppm;
    return lives ? flags : no_such_order;
}

struct terms_table {
    std::uint8_t allowed[5][4]{};
    constexpr terms_table() {
        for (int type = 0; type < 5; ++type)
            for (int force = 0; force < 4; ++force)
                allowed[type][force] =
                    terms_allowed(static_cast<order_type>(type), static_cast<time_in_force>(force));
    }
};
inline constexpr terms_table terms_by_kind{};

}  // namespace detail

inline book_status order_book::check_terms(book_command const& c) const {
    if (c.order == 0) return book_status::order_id_must_not_be_zero;
    if (c.side > order_side::sell || c.type > order_type::trailing_stop ||
        c.force > time_in_force::good_til_date || c.prevention > self_trade::decrement ||
        c.flags >= book_flag::one_side || c.reserved != 0)
        return book_status::terms_are_unknown;
    std::uint8_t const allowed =
        detail::terms_by_kind.allowed[static_cast<int>(c.type)][static_cast<int>(c.force)];
    bool const dated = c.force == time_in_force::good_til_date;
    if ((allowed & detail::no_such_order) != 0 || (c.flags & ~allowed) != 0 ||
        (c.display != 0 && (allowed & detail::may_be_iceberg) == 0) ||
        (c.trigger != 0 && !is_stop(c.type)) || (c.until != 0 && !dated))
        return book_status::terms_do_not_fit_together;
    return check_ranges(c);
}

inline book_status order_book::check_ranges(book_command const& c) const {
    if (c.quantity <= 0) return book_status::quantity_must_be_positive;
    if (c.quantity > limits_.quantity_max) return book_status::quantity_exceeds_the_limit;
    if (c.price < (has_limit(c.type) ? 1 : 0)) return book_status::price_must_be_positive;
    if (c.price > limits_.price_max) return book_status::price_exceeds_the_limit;
    if (is_stop(c.type)) {
        std::int64_t const trigger_max =
            (c.flags & book_flag::trail_ppm) != 0 ? 999'999 : limits_.price_max;
        if (c.trigger <= 0) return book_status::trigger_must_be_positive;
        if (c.trigger > trigger_max) return book_status::trigger_exceeds_the_limit;
    }
    if (c.display < 0 || c.display > c.quantity) return book_status::display_exceeds_the_quantity;
    if (c.force == time_in_force::good_til_date && c.until <= time_)
        return book_status::time_is_in_the_past;
    return book_status::accepted;
}

inline book_status order_book::check_place(book_command const& c, taker& t, std::int64_t& cut) {
    if (book_status s = check_terms(c); s != book_status::accepted) return s;
    if (suspended_) return book_status::book_is_suspended;
    if (slot_of(c.order) != no_index) return book_status::order_is_open_already;
    if (nodes_.in_use() >= limits_.orders_max && (is_stop(c.type) || may_rest(t.terms)))
        return book_status::book_is_full;
    if (is_stop(c.type)) {
        if (c.type != order_type::trailing_stop) return book_status::accepted;
        watched_price const& w = watched_[source_of(t.terms)];
        if (w.trailing_count >= limits_.trailing_max) return book_status::too_many_trailing_orders;
        if (w.price == 0) return book_status::trailing_order_has_no_price_to_follow;
        return book_status::accepted;
    }
    return check_entry(t, cut);
}

/// What is asked of every order at the moment that it enters, new, amended or triggered. `cut` is
/// how much of it goes beyond the position.
inline book_status order_book::check_entry(taker const& t, std::int64_t& cut) {
    cut = 0;
    if (((t.terms.flags & (book_flag::reduce_only | book_flag::post_only)) == 0) &&
        t.terms.force != time_in_force::fill_or_kill)
        return book_status::accepted;
    if (only_reduces(t.terms)) {
        std::int64_t const most = reducible(position(t.number), t.terms.side);
        if (most == 0) return book_status::order_would_not_reduce;
        if (most < t.remaining) cut = t.remaining - most;
    }
    if ((t.terms.flags & book_flag::post_only) != 0 && crosses(t.terms.side, t.price))
        return book_status::order_would_take_liquidity;
    if (t.terms.force == time_in_force::fill_or_kill) {
        taker whole = t;
        whole.remaining -= cut;
        whole.account = accounts_.find(t.number);  // a new order has not looked yet
        if (fillable(whole) < whole.remaining) return book_status::order_cannot_be_filled_whole;
    }
    return book_status::accepted;
}

inline book_status order_book::check_open(book_command const& c, std::uint32_t& slot) const {
    slot = slot_of(c.order);
    if (slot == no_index) return book_status::order_is_not_open;
    if (accounts_[nodes_[slot].account].number != c.account)
        return book_status::order_belongs_to_another_account;
    return book_status::accepted;
}

inline book_status order_book::check_amend(book_command const& c, std::uint32_t& slot) const {
    if (c.order == 0) return book_status::order_id_must_not_be_zero;
    if (c.quantity < 0) return book_status::quantity_must_be_positive;
    if (c.quantity > limits_.quantity_max) return book_status::quantity_exceeds_the_limit;
    if (c.price < 0) return book_status::price_must_be_positive;
    if (c.price > limits_.price_max) return book_status::price_exceeds_the_limit;
    if (c.trigger < 0) return book_status::trigger_must_be_positive;
    if (c.trigger > limits_.price_max) return book_status::trigger_exceeds_the_limit;
    if (suspended_) return book_status::book_is_suspended;
    if (book_status s = check_open(c, slot); s != book_status::accepted) return s;
    order_node const& n = nodes_[slot];
    if (n.state == order_state::due) return book_status::order_has_triggered;
    if (c.trigger != 0 &&
        (n.state != order_state::dormant || n.terms.type == order_type::trailing_stop))
        return book_status::trigger_cannot_be_set;
    return book_status::accepted;
}

}  // namespace lockstep

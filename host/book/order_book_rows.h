// Part of order_book.h: the book as rows, and back.
#pragma once

#include <algorithm>

#include "host/book/order_book.h"

namespace lockstep {

inline order_row order_book::row_of(std::uint32_t slot) const {
    order_node const& n = nodes_[slot];
    order_row r{};
    r.order = n.id;
    r.sequence = n.sequence;
    r.visible = n.visible;
    r.hidden = n.hidden;
    r.filled = n.filled;
    if (n.has_extra) {
        order_extra const& x = extras_[slot];
        r.price = x.price;
        r.display = x.display;
        r.until = x.until;
        if (n.state != order_state::resting) r.trigger = x.trigger;
        if (n.state == order_state::dormant) {
            r.distance = x.distance;
            r.extreme = x.extreme;
        }
    }
    if (n.state == order_state::resting) r.price = levels_[n.level].price;
    r.account = accounts_[n.account].number;
    r.owner = n.owner;
    r.side = n.terms.side;
    r.type = n.terms.type;
    r.force = n.terms.force;
    r.prevention = n.terms.prevention;
    r.flags = n.terms.flags;
    r.state = n.state;
    r.tag = tags_[slot];
    return r;
}

inline void order_book::append_level(std::uint32_t level, std::vector<order_row>& out) const {
    for (std::uint32_t slot = levels_[level].head; slot != no_index; slot = nodes_[slot].next)
        out.push_back(row_of(slot));
}

inline void order_book::append_rows(price_ladder const& ladder, std::vector<order_row>& out) const {
    std::uint32_t level = ladder.best_level();
    for (std::uint64_t key = ladder.best_key(); key != price_ladder::no_key;
         key = ladder.next_after(key, level))
        append_level(level, out);
}

inline order_row order_book::find(std::uint64_t order) const {
    std::uint32_t const slot = slot_of(order);
    return slot == no_index ? order_row{} : row_of(slot);
}

inline std::size_t order_book::depth(order_side side, depth_level* out, std::size_t count) const {
    price_ladder const& ladder = resting_[index_of(side)];
    std::uint32_t level = ladder.best_level();
    std::size_t found = 0;
    for (std::uint64_t key = ladder.best_key(); key != price_ladder::no_key && found < count;
         key = ladder.next_after(key, level))
        out[found++] = {levels_[level].price, levels_[level].total, levels_[level].count};
    return found;
}

inline book_rows order_book::export_rows() const {
    book_rows rows;
    rows.orders.reserve(nodes_.in_use());
    for (auto const& side : resting_) append_rows(side, rows.orders);
    for (auto const& source : dormant_)
        for (auto const& side : source) append_rows(side, rows.orders);
    append_level(due_level, rows.orders);
    for (std::uint32_t row = 0; row < accounts_.size(); ++row)
        if (accounts_[row].position != 0)
            rows.positions.push_back({accounts_[row].number, 0, accounts_[row].position});
    std::sort(rows.positions.begin(), rows.positions.end(),
              [](auto const& a, auto const& b) { return a.account < b.account; });
    rows.header = header();
    rows.header.positions = rows.positions.size();
    return rows;
}

inline book_header_row order_book::header() const {
    return {sequence_, last_price(), mark_price(), time_, nodes_.in_use(), 0, suspended_, {}};
}

template <class Visit>
void order_book::each_trailing(Visit&& visit) const {
    for (watched_price const& w : watched_)
        for (std::uint32_t slot = w.trailing_head; slot != no_index;
             slot = extras_[slot].trailing_next)
            visit(row_of(slot));
}

inline void order_book::check_row(order_row const& r) const {
    bool const trails = r.state == order_state::dormant && r.type == order_type::trailing_stop;
    std::int64_t const distance_max =
        (r.flags & book_flag::trail_ppm) != 0 ? 999'999 : limits_.price_max;
    bool const sound =
        r.order != 0 && r.sequence != 0 && r.sequence <= sequence_ && r.side <= order_side::sell &&
        r.type <= order_type::trailing_stop && r.force <= time_in_force::good_til_date &&
        r.prevention <= self_trade::decrement && r.flags < book_flag::one_side && r.visible > 0 &&
        r.visible <= limits_.quantity_max && r.hidden >= 0 &&
        r.hidden <= limits_.quantity_max - r.visible && r.filled >= 0 && r.display >= 0 &&
        (r.hidden == 0 || r.display > 0) && r.price >= 0 && r.price <= limits_.price_max &&
        r.trigger >= 0 && r.trigger <= 2 * price_mask_ + 1 &&
        (r.state == order_state::resting
             ? r.price > 0 && has_limit(r.type) && outlives_entry(r.force)
             : (r.state == order_state::dormant || r.state == order_state::due) &&
                   is_stop(r.type) && r.hidden == 0) &&
        (!trails || (r.distance > 0 && r.distance <= distance_max && r.extreme > 0 &&
                     r.extreme <= limits_.price_max));
    if (!sound) throw std::invalid_argument("order_row: no book can hold such an order");
    if (slot_of(r.order) != no_index) throw std::invalid_argument("order_row: the id stands twice");
}

/// Into its level, behind those that came before it; not yet into lists in order of acceptance.
inline std::uint32_t order_book::import_order(order_row const& r) {
    check_row(r);
    std::uint32_t const slot = nodes_.allocate();
    order_node& n = nodes_[slot];
    n = order_node{r.order,
                   r.visible,
                   r.hidden,
                   r.filled,
                   r.sequence,
                   no_index,
                   no_index,
                   no_index,
                   accounts_.find_or_add(r.account),
                   r.owner,
                   r.state,
                   {r.side, r.type, r.force, r.prevention, r.flags},
                   is_stop(r.type) || r.display != 0 || r.force == time_in_force::good_til_date};
    set_tag(slot, r.tag);
    ids_.insert(hash_of(r.order), slot);
    if (n.has_extra) {
        if (slot >= extras_.size()) extras_.resize(slot + slot / 2 + 1);
        extras_[slot] = {r.price,    r.display, r.until,  r.trigger,
                         r.distance, r.extreme, no_index, no_index};
        if (r.force == time_in_force::good_til_date) expiries_.push({r.until, r.sequence, slot});
    }
    if (r.state == order_state::resting)
        link(resting_[index_of(r.side)], resting_key(r.side, r.price), r.price, slot);
    else if (r.state == order_state::dormant)
        link_dormant(slot);
    else
        link_to_level(due_level, slot);
    return slot;
}

inline void order_book::import_rows(book_rows const& rows) {
    if (sequence_ != 0 || nodes_.in_use() != 0 || rows.orders.size() > limits_.orders_max)
        throw std::invalid_argument("book_rows: the book is in use or too small");
    book_header_row const& h = rows.header;
    if (h.orders != rows.orders.size() || h.positions != rows.positions.size() || h.suspended > 1 ||
        h.last_price < 0 || h.last_price > limits_.price_max || h.mark_price < 0 ||
        h.mark_price > limits_.price_max)
        throw std::invalid_argument("book_header_row: does not fit the rows or the limits");
    sequence_ = h.sequence;
    watched_[0].price = h.last_price;
    watched_[1].price = h.mark_price;
    time_ = h.time;
    suspended_ = h.suspended != 0;
    for (auto const& p : rows.positions)
        accounts_.set_position(accounts_.find_or_add(p.account), p.position);
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by_acceptance;
    by_acceptance.reserve(rows.orders.size());
    for (auto const& r : rows.orders) by_acceptance.push_back({r.sequence, import_order(r)});
    std::sort(by_acceptance.begin(), by_acceptance.end());
    for (auto const& [sequence, slot] : by_acceptance) {
        order_node const& n = nodes_[slot];
        accounts_.link(n.account, n.terms.side, slot, only_reduces(n.terms));
        if (n.state == order_state::dormant && n.terms.type == order_type::trailing_stop)
            link_trailing(slot);
    }
    if (!resting_[0].empty() && !resting_[1].empty() &&
        best(order_side::buy) >= best(order_side::sell))
        throw std::invalid_argument("book_rows: the best bid is not below the best offer");
    wake_again(0);
    wake_again(1);
}

}  // namespace lockstep

// Part of order_book.h: slots, levels and the links between them.
#pragma once

#include "host/book/order_book.h"

namespace lockstep {

inline order_book::order_book(book_limits const& limits)
    : limits_(limits),
      price_mask_(static_cast<std::int64_t>(
          (std::uint64_t{1} << std::bit_width(static_cast<std::uint64_t>(limits.price_max))) - 1)),
      resting_{price_ladder(std::bit_width(static_cast<std::uint64_t>(price_mask_))),
               price_ladder(std::bit_width(static_cast<std::uint64_t>(price_mask_)))},
      dormant_{{price_ladder(std::bit_width(static_cast<std::uint64_t>(price_mask_)) + 1),
                price_ladder(std::bit_width(static_cast<std::uint64_t>(price_mask_)) + 1)},
               {price_ladder(std::bit_width(static_cast<std::uint64_t>(price_mask_)) + 1),
                price_ladder(std::bit_width(static_cast<std::uint64_t>(price_mask_)) + 1)}} {
    bool const sound = limits.price_max > 0 && limits.price_max < (std::int64_t{1} << 60) &&
                       limits.quantity_max > 0 && limits.orders_max > 0 &&
                       limits.orders_max < no_index && limits.matches_max > 0 &&
                       fits_int64(static_cast<int128>(limits.quantity_max) * limits.orders_max);
    if (!sound) throw std::invalid_argument("book_limits: a bound is out of range");
    levels_.allocate();
    levels_[due_level] = {0, 0, no_index, no_index, 0, 0};
}

inline std::uint32_t order_book::allocate(taker const& t, bool has_extra) {
    std::uint32_t const slot = nodes_.allocate();
    order_node& n = nodes_[slot];
    n.id = t.id;
    n.filled = t.filled;
    n.sequence = t.sequence;
    n.account = t.account;
    n.owner = t.owner;
    n.terms = t.terms;
    n.has_extra = has_extra;
    set_tag(slot, t.tag);
    ids_.insert(hash_of(t.id), slot);
    accounts_.link(t.account, t.terms.side, slot, only_reduces(t.terms));
    if (has_extra) {
        if (slot >= extras_.size()) extras_.resize(slot + slot / 2 + 1);
        extras_[slot] = {t.price, t.display, t.until, 0, 0, 0, no_index, no_index};
        if (t.terms.force == time_in_force::good_til_date)
            expiries_.push({t.until, t.sequence, slot});
    }
    return slot;
}

inline void order_book::set_tag(std::uint32_t slot, std::uint32_t tag) {
    if (slot >= tags_.size()) tags_.resize(slot + 1);
    tags_[slot] = tag;
}

/// Forgets an order that is in no level any more.
inline void order_book::drop(std::uint32_t slot) {
    order_node& n = nodes_[slot];
    ids_.erase(hash_of(n.id), slot);
    accounts_.unlink(n.account, n.terms.side, slot, only_reduces(n.terms));
    n.state = order_state::free;
    n.sequence = 0;
    if (n.terms.force == time_in_force::good_til_date)
        expiries_.one_left_early(
            [&](expiry_entry const& e) { return nodes_[e.slot].sequence == e.sequence; });
    nodes_.release(slot);
}

inline void order_book::link(price_ladder& ladder, std::uint64_t key, std::int64_t price,
                             std::uint32_t slot) {
    std::uint32_t leaf;
    std::uint32_t level = ladder.find(key, leaf);
    if (level == no_index) {
        level = levels_.allocate();
        levels_[level] = {price, 0, no_index, no_index, 0, leaf};
        ladder.insert(key, leaf, level);
    }
    link_to_level(level, slot);
}

inline void order_book::link_to_level(std::uint32_t level, std::uint32_t slot) {
    order_node& n = nodes_[slot];
    price_level& l = levels_[level];
    n.level = level;
    n.next = no_index;
    n.previous = l.tail;
    (l.tail == no_index ? l.head : nodes_[l.tail].next) = slot;
    l.tail = slot;
    l.total += n.visible;
    ++l.count;
}

inline void order_book::unlink(std::uint32_t slot) {
    order_node const& n = nodes_[slot];
    price_level& l = levels_[n.level];
    (n.previous == no_index ? l.head : nodes_[n.previous].next) = n.next;
    (n.next == no_index ? l.tail : nodes_[n.next].previous) = n.previous;
    l.total -= n.visible;
    if (--l.count == 0 && n.level != due_level) erase_level(slot, n.level);
}

inline void order_book::erase_level(std::uint32_t slot, std::uint32_t level) {
    order_terms const& terms = nodes_[slot].terms;
    price_level const& l = levels_[level];
    if (nodes_[slot].state == order_state::resting)
        resting_[index_of(terms.side)].erase(resting_key(terms.side, l.price), l.leaf);
    else
        dormant_[source_of(terms)][index_of(terms.side)].erase(trigger_key(terms.side, l.price),
                                                               l.leaf);
    levels_.release(level);
}

/// The order loses part of what is open, hidden quantity first, and keeps its place.
inline void order_book::take_off(std::uint32_t slot, std::int64_t quantity) {
    order_node& n = nodes_[slot];
    std::int64_t const hidden = quantity < n.hidden ? quantity : n.hidden;
    n.hidden -= hidden;
    n.visible -= quantity - hidden;
    levels_[n.level].total -= quantity - hidden;
}

}  // namespace lockstep

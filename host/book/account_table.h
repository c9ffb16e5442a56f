// The accounts that this book has seen: their open orders, buys and sells apart, in order of
// acceptance, and their positions as the book knows them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "host/base/big_memory.h"
#include "host/base/hash_index.h"
#include "host/book/order_pool.h"
#include "pricing/base/checked.h"

namespace lockstep {

struct alignas(32) account_entry {  // two to a cache line
    std::uint32_t number = 0;
    std::uint32_t head[2] = {no_index, no_index};
    std::uint32_t tail[2] = {no_index, no_index};
    std::uint32_t closing = 0;  // open orders that only reduce
    std::int64_t position = 0;
};
static_assert(sizeof(account_entry) == 32);

class account_table {
  public:
    account_entry& operator[](std::uint32_t row) { return rows_[row]; }
    account_entry const& operator[](std::uint32_t row) const { return rows_[row]; }
    std::uint32_t size() const { return static_cast<std::uint32_t>(rows_.size()); }

    std::uint32_t find(std::uint32_t number) const {
        return index_.find(hash_of(number),
                           [&](std::uint32_t row) { return rows_[row].number == number; });
    }
    std::uint32_t find_or_add(std::uint32_t number) {
        std::uint32_t row = find(number);
        if (row != no_index) return row;
        row = size();
        rows_.emplace_back().number = number;
        closing_.push_back({});
        index_.insert(hash_of(number), row);
        return row;
    }

    /// An account that is looked up soon: first its place in the index is asked for, some time
    /// later its row.
    [[gnu::always_inline]] void prefetch_index(std::uint32_t number) const {
        __builtin_prefetch(index_.first_line(hash_of(number)));
    }
    [[gnu::always_inline]] void prefetch_row(std::uint32_t number) const {
        std::uint32_t const row = index_.guess(hash_of(number));
        if (row != no_index) __builtin_prefetch(&rows_[row], 1);
    }

    /// The order that the account's next one on this side will be linked to; of a command that no
    /// book has looked at yet, the side may be anything.
    [[gnu::always_inline]] void prefetch_tail(std::uint32_t number, order_side side) const {
        std::uint32_t const row = index_.guess(hash_of(number));
        if (row == no_index || side > order_side::sell) return;
        std::uint32_t const tail = rows_[row].tail[static_cast<int>(side)];
        if (tail != no_index) __builtin_prefetch(&links_[tail], 1);
    }

    /// Positions saturate far beyond anything that a ledger admits; they never wrap.
    void trade(std::uint32_t row, order_side side, std::int64_t quantity) {
        std::int64_t const position = rows_[row].position;
        set_position(row, (side == order_side::buy ? checked_add(position, quantity)
                                                   : checked_subtract(position, quantity))
                              .value);
    }
    void set_position(std::uint32_t row, std::int64_t position) {
        rows_[row].position = position;
        if (rows_[row].closing != 0) [[unlikely]]
            moved_.push_back(row);
    }
    /// Whether a position has changed beside orders that only reduce.
    bool have_moved() const { return !moved_.empty(); }
    /// The rows of those since the last time, by number of the account. No longer than until then.
    std::vector<std::uint32_t> const& take_moved() {
        taken_.swap(moved_);
        moved_.clear();
        std::sort(taken_.begin(), taken_.end(), [this](std::uint32_t a, std::uint32_t b) {
            return rows_[a].number < rows_[b].number;
        });
        taken_.erase(std::unique(taken_.begin(), taken_.end()), taken_.end());
        return taken_;
    }

    /// How many orders on a side only reduce.
    std::uint32_t closing(std::uint32_t row, order_side side) const {
        return closing_[row][static_cast<std::size_t>(side)];
    }
    /// The order behind this one, of the same account and side.
    std::uint32_t after(std::uint32_t slot) const { return links_[slot].next; }

    void link(std::uint32_t row, order_side side, std::uint32_t slot, bool only_reduces) {
        if (slot >= links_.size()) links_.resize(slot + 1);
        account_entry& a = rows_[row];
        if (only_reduces) ++a.closing, ++closing_[row][static_cast<std::size_t>(side)];
        auto s = static_cast<int>(side);
        links_[slot] = {no_index, a.tail[s]};
        (a.tail[s] == no_index ? a.head[s] : links_[a.tail[s]].next) = slot;
        a.tail[s] = slot;
    }
    void unlink(std::uint32_t row, order_side side, std::uint32_t slot, bool only_reduces) {
        account_entry& a = rows_[row];
        if (only_reduces) --a.closing, --closing_[row][static_cast<std::size_t>(side)];
        auto s = static_cast<int>(side);
        account_link const l = links_[slot];
        (l.previous == no_index ? a.head[s] : links_[l.previous].next) = l.next;
        (l.next == no_index ? a.tail[s] : links_[l.next].previous) = l.previous;
    }

  private:
    big_vector<account_entry> rows_;
    big_vector<account_link> links_;  // by slot of the order
    hash_index index_{6};
    std::vector<std::array<std::uint32_t, 2>> closing_;  // by row and side
    std::vector<std::uint32_t> moved_, taken_;
};

/// How much of a position an order of this side could close.
constexpr std::int64_t reducible(std::int64_t position, order_side side) {
    if (side == order_side::sell) return position > 0 ? position : 0;
    return position < 0 ? (position == int64_min ? int64_max : -position) : 0;
}

}  // namespace lockstep

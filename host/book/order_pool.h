// The memory of a book: orders, and the price levels that string them together. Links are indices,
// so that memory may move when it grows; freed slots are used again, last freed first, so that it
// stays warm. What every match touches is one cache line; the rest of an order lives apart.
#pragma once

#include <cstdint>
#include <type_traits>

#include "host/base/big_memory.h"
#include "host/book/command.h"
#include "host/book/order_row.h"
#include "host/book/price_ladder.h"

namespace lockstep {

/// How an order wants to be treated, in two bytes.
struct order_terms {
    order_side side : 1;
    order_type type : 3;
    time_in_force force : 2;
    self_trade prevention : 2;
    std::uint8_t flags;
};
static_assert(sizeof(order_terms) == 2);
/// Of the two prices that stops watch.
constexpr int source_of(order_terms const& t) { return (t.flags & book_flag::by_mark) != 0; }
constexpr bool only_reduces(order_terms const& t) {
    return (t.flags & book_flag::reduce_only) != 0;
}

struct alignas(64) order_node {
    std::uint64_t id;
    std::int64_t visible;
    std::int64_t hidden;  // open = visible + hidden
    std::int64_t filled;
    std::uint64_t sequence;
    std::uint32_t next, previous;  // in the level, or in the line of those that wait
    std::uint32_t level;
    std::uint32_t account;  // row of the account table
    std::uint32_t owner;
    order_state state;
    order_terms terms;
    bool has_extra;  // stop, iceberg or good-til-date: order_extra counts
};
static_assert(sizeof(order_node) == 64);

struct order_extra {
    std::int64_t price;  // limit of an order that has not triggered
    std::int64_t display;
    std::int64_t until;
    std::int64_t trigger;
    std::int64_t distance;
    std::int64_t extreme;
    std::uint32_t trailing_next, trailing_previous;
};
static_assert(sizeof(order_extra) == 56);

/// All orders of one account on one side, in order of acceptance.
struct account_link {
    std::uint32_t next, previous;
};

struct price_level {
    std::int64_t price;
    std::int64_t total;  // visible
    std::uint32_t head, tail;
    std::uint32_t count;
    std::uint32_t leaf;  // of the ladder
};
static_assert(sizeof(price_level) == 32);

/// A vector of rows whose freed ones are chained through the field that `link` names.
template <class Row, std::uint32_t Row::*Link>
class row_pool {
  public:
    Row& operator[](std::uint32_t i) { return rows_[i]; }
    Row const& operator[](std::uint32_t i) const { return rows_[i]; }
    std::uint32_t in_use() const { return in_use_; }

    std::uint32_t allocate() {
        ++in_use_;
        std::uint32_t index = free_;
        if (index == no_index) {
            index = static_cast<std::uint32_t>(rows_.size());
            rows_.emplace_back();
        } else {
            free_ = rows_[index].*Link;
        }
        return index;
    }
    void release(std::uint32_t index) {
        --in_use_;
        rows_[index].*Link = free_;
        free_ = index;
    }

  private:
    big_vector<Row> rows_;
    std::uint32_t free_ = no_index;
    std::uint32_t in_use_ = 0;
};

}  // namespace lockstep

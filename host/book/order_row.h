// A book at rest: rows that say everything its future depends on, in an order that depends on
// nothing else. They are what snapshots store and what the state root hashes.
#pragma once

#include <cstdint>
#include <type_traits>
#include <vector>

#include "margin/state/transaction.h"

namespace lockstep {

enum class order_state : std::uint8_t { free = 0, resting, dormant, due };

/// One open order. Rows stand in price-time order: bids, asks, then stops by trigger (watching the
/// last trade: buys, sells; watching the mark: buys, sells), then those that wait to enter.
struct order_row {
    std::uint64_t order;
    std::uint64_t sequence;  // of acceptance in this book, from 1
    std::int64_t price;      // limit; 0: none
    std::int64_t visible;
    std::int64_t hidden;
    std::int64_t filled;
    std::int64_t display;
    std::int64_t until;
    std::int64_t trigger;   // as it is now
    std::int64_t distance;  // trailing: ticks or ppm
    std::int64_t extreme;   // trailing: the best watched price so far
    std::uint32_t account;
    std::uint32_t owner;
    order_side side;
    order_type type;
    time_in_force force;
    self_trade prevention;
    std::uint8_t flags;
    order_state state;
    std::uint8_t reserved[2];
    std::uint32_t tag;
    std::uint8_t reserved_too[20];
};

static_assert(sizeof(order_row) == 128 && std::is_trivially_copyable_v<order_row>);
static_assert(std::has_unique_object_representations_v<order_row>);

struct book_header_row {
    std::uint64_t sequence;  // of the last accepted order
    std::int64_t last_price;
    std::int64_t mark_price;
    std::int64_t time;
    std::uint64_t orders;
    std::uint64_t positions;
    std::uint32_t suspended;
    std::uint32_t reserved[3];
};

static_assert(sizeof(book_header_row) == 64);
static_assert(std::has_unique_object_representations_v<book_header_row>);

/// Accounts with a position, by account number.
struct book_position_row {
    std::uint32_t account;
    std::uint32_t reserved;
    std::int64_t position;
};

static_assert(std::has_unique_object_representations_v<book_position_row>);

struct book_rows {
    book_header_row header{};
    std::vector<order_row> orders;
    std::vector<book_position_row> positions;
};

}  // namespace lockstep

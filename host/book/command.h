// What a book is told, and what it answers: fixed-size rows without padding, so that streams of
// both can be journalled, compared and hashed as bytes. Which fields a verb reads:
// host/book/README.md.
#pragma once

#include <cstdint>
#include <type_traits>

#include "host/book/status.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// In logs: never renumber.
enum class book_verb : std::uint8_t {
    place = 0,
    amend,
    reduce,
    cancel,
    cancel_all,
    mark,
    advance_time,
    set_position,
    suspend,
    resume,
};

namespace book_flag {
inline constexpr std::uint8_t post_only = 1;
inline constexpr std::uint8_t reduce_only = 2;
inline constexpr std::uint8_t by_mark = 4;      // the trigger watches the mark, not the last trade
inline constexpr std::uint8_t trail_ppm = 8;    // the trailing distance is in parts per million
inline constexpr std::uint8_t one_side = 16;    // cancel_all: only orders of `side`
inline constexpr std::uint8_t one_of_two = 32;  // set_position: no order enters before the next
}  // namespace book_flag

/// Order ids are the caller's, never zero, and free again when the order is gone.
struct book_command {
    std::uint64_t order;
    std::int64_t quantity;  // lots
    std::int64_t price;     // ticks
    std::int64_t trigger;   // ticks; a trailing stop's distance
    std::int64_t display;   // iceberg: the shown part; 0: all
    std::int64_t until;     // good_til_date; advance_time
    std::uint32_t account;
    std::uint32_t owner;  // orders of one owner never trade with each other; 0: nobody's
    book_verb verb;
    order_side side;
    order_type type;
    time_in_force force;
    self_trade prevention;
    std::uint8_t flags;
    std::uint16_t reserved;
};

static_assert(sizeof(book_command) == 64 && std::is_trivially_copyable_v<book_command>);
static_assert(std::has_unique_object_representations_v<book_command>);

enum class report_kind : std::uint8_t {
    accepted = 0,  // order, price (limit or 0), quantity
    rejected,      // order; status says why
    rested,        // order, price, quantity shown; remaining
    filled,        // order took `quantity` from maker at the maker's price; both remainders
    decremented,   // the same without a trade
    refreshed,     // an iceberg shows `quantity` again, at the tail of its price
    reduced,       // order lost `quantity`, keeps its priority; remaining
    cancelled,     // order left with `quantity` open
    amended,       // priority kept; price, remaining
    replaced,      // priority lost; price, remaining: it enters again
    triggered,     // order waits to enter; price is the one that it watched
};

/// `order` is the one that the row is about; of a fill, the taker.
struct book_report {
    std::uint64_t order;
    std::uint64_t maker;
    std::int64_t price;
    std::int64_t quantity;
    std::int64_t remaining;
    std::int64_t maker_remaining;
    std::uint32_t account;
    std::uint32_t maker_account;
    report_kind kind;
    book_status status;
    book_reason reason;
    order_side side;    // of `order`
    std::uint32_t tag;  // the maker's where there is one, else the order's; see apply()
};

static_assert(sizeof(book_report) == 64 && std::is_trivially_copyable_v<book_report>);
static_assert(std::has_unique_object_representations_v<book_report>);

/// An order that is about to enter, and its limit or 0: a stop that was triggered, or one that only
/// reduces. Who hears the book's reports may be asked for the worst price at which it may trade by
/// now; 0: any.
struct entering_order {
    std::uint32_t tag;
    order_side side;
    std::int64_t price;
    bool is_amended;  // by the command, to terms that who hears has not been told of yet
};

/// The first of two positions that change together.
constexpr bool is_one_of_two(book_command const& c) {
    return c.verb == book_verb::set_position && (c.flags & book_flag::one_of_two) != 0;
}

/// Bounds of one book: of its memory, and of the work that one command can cause.
struct book_limits {
    std::uint32_t orders_max = 1u << 20;
    std::int64_t quantity_max = std::int64_t{1} << 42;  // orders_max of them fit 63 bits
    std::int64_t price_max = (std::int64_t{1} << 36) - 1;
    std::uint32_t matches_max = 4096;  // resting orders that one taker may meet
    std::uint32_t triggers_max = 64;   // triggered orders that enter after one command
    std::uint32_t trailing_max = 1024;
};

}  // namespace lockstep

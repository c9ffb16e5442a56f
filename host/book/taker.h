// An order on its way into a book, and how much of it would be filled at once. Orders that are in
// the book: order_pool.h.
#pragma once

#include <cstdint>
#include <type_traits>

#include "host/book/command.h"
#include "host/book/order_pool.h"

namespace lockstep::detail {

/// An order on its way in: new, amended or triggered. Only the latter two have a slot yet.
struct taker {
    std::uint64_t id;
    std::int64_t remaining;
    std::int64_t filled;
    std::int64_t price;  // limit; 0: none
    std::int64_t display;
    std::int64_t until;
    std::uint64_t sequence;
    std::uint32_t slot;
    std::uint32_t account;  // row of the account table
    std::uint32_t number;   // of the account
    std::uint32_t owner;
    order_terms terms;
    book_reason stopped;  // why it may not go on, before it is filled
    std::uint32_t tag;
    std::int64_t worst;  // price at which it may trade, as who hears the reports says; 0: any

    bool is_beyond_its_worst(std::int64_t at) const {
        return worst != 0 && (terms.side == order_side::buy ? at > worst : at < worst);
    }

    static taker of(book_command const& c, std::uint32_t tag = 0) {
        return taker{c.order,
                     c.quantity,
                     0,
                     c.price,
                     c.display,
                     c.until,
                     0,
                     no_index,
                     no_index,
                     c.account,
                     c.owner,
                     {c.side, c.type, c.force, c.prevention, c.flags},
                     book_reason::none,
                     tag,
                     0};
    }
};

/// How far this order may go, where the sink has a word in it; 0: any.
template <class Sink>
std::int64_t worst_price(taker const& t, Sink& sink, bool is_amended = false) {
    if constexpr (std::is_invocable_r_v<std::int64_t, Sink&, entering_order const&>)
        return sink(entering_order{t.tag, t.terms.side, t.price, is_amended});
    return 0;
}

/// How far fillable() has come.
struct plan {
    std::int64_t wanted;
    std::int64_t filled;
    std::uint32_t met;
    bool stopped;
};

}  // namespace lockstep::detail

// A trade as it was confirmed: what both sides are told of it, and what a tape of trades says. And
// what orders lost without one.
#pragma once

#include <cstdint>
#include <type_traits>

#include "host/book/status.h"
#include "margin/state/transaction.h"
#include "pricing/base/money.h"

namespace lockstep {

struct trade_side {
    std::uint64_t order;  // sequence number of the command that placed it
    money fee;
    std::uint32_t account;
    order_side side;
    std::uint8_t reserved[3];
};

/// Of a trade that was agreed or ordered, not matched, the account of the command counts as the one
/// that takes, its counterparty as the one that makes, and the command as the order of both.
struct trade_row {
    std::uint64_t sequence;  // of the command that set it off; of time, of the last one before it
    price at;
    quantity size;
    money exchanged;  // premium of an option, else the cost that the buyer takes on
    trade_side taker, maker;
    std::uint32_t instrument;
    std::uint32_t ordinal;  // rises with what happens in one book under one sequence number

    bool is_matched() const { return taker.order != maker.order; }
};

/// What an open order lost without a trade: all of it when it left its book, a part when it was
/// cut.
struct cancellation {
    std::uint64_t order;  // sequence number of the command that placed it
    std::int64_t size;    // nanos
    std::uint32_t account, instrument;
    order_side side;
    book_reason reason;
};

static_assert(sizeof(trade_row) == 88 && std::is_trivially_copyable_v<trade_row>);

}  // namespace lockstep

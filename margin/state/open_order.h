// What the ledger knows of an order that is in a book: whose it is and what is still set aside for
// it. Where it stands in the queue is the book's business. Slots are used again, last freed first.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/ledger/settle.h"
#include "margin/state/transaction.h"
#include "pricing/base/ids.h"

namespace lockstep {

struct open_order_row {
    std::uint64_t
        sequence;  // of the command that placed it, which is also its id in the book; 0: free
    account_id account;
    std::uint32_t position;
    instrument_id instrument;
    std::uint32_t next_free;  // while free
    open_reserve left;        // of size and reserve
    order_side side;
    std::uint8_t reserved[7];
    std::uint64_t queued;  // when it took its place at its price; the lower stands before
};

static_assert(sizeof(open_order_row) == 64 && std::is_trivially_copyable_v<open_order_row>);
static_assert(std::has_unique_object_representations_v<open_order_row>);

}  // namespace lockstep

// A position of one account in one instrument. `cost` is what was paid for it so far: a fill adds
// the same integer to the buyer and takes it from the seller, so that costs sum to zero over an
// instrument, to the last unit, until a settlement turns quantity * price - cost into cash.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/ids.h"
#include "pricing/base/money.h"

namespace lockstep {

/// Rows are found by (account, instrument); their order in the table is the order of first use.
struct position_row {
    account_id account;
    instrument_id instrument;
    quantity size;      // signed
    money cost;         // of futures and perpetuals; options are paid for in cash
    quantity open_buy;  // resting and in flight, both >= 0
    quantity open_sell;
    std::uint64_t sequence;
    money gained;  // of a future by its last settlement, less what it has paid of it; >= 0
    std::uint64_t reserved_word;
};

static_assert(sizeof(position_row) == 64 && std::is_trivially_copyable_v<position_row>);
static_assert(std::has_unique_object_representations_v<position_row>);

}  // namespace lockstep

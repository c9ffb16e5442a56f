// What a book remembers of a price that stops watch, so that most prints need not look for any.
#pragma once

#include <cstdint>

#include "host/book/price_ladder.h"
#include "pricing/base/checked.h"

namespace lockstep::detail {

/// A price that stops watch: the last trade, or the mark.
struct watched_price {
    std::int64_t price = 0;  // 0: none yet
    // Prices strictly between these two neither trigger nor move anything.
    std::int64_t wake_below = 0;
    std::int64_t wake_above = int64_max;
    std::int64_t sell_extreme_min = int64_max;  // a lower bound over trailing sells
    std::int64_t buy_extreme_max = 0;           // an upper bound over trailing buys
    std::uint32_t trailing_head = no_index;     // in order of acceptance
    std::uint32_t trailing_tail = no_index;
    std::uint32_t trailing_count = 0;
};

}  // namespace lockstep::detail

// A synthetic option chain with the columns of the Deribit snapshot: daily, weekly, monthly and
// quarterly expiries, strikes that a desk would list, a smile without arbitrage, marks that are
// Black-76 of the written forward, strike and volatility, and quotes that are sometimes absent.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "pricing/base/time.h"

namespace lockstep {

struct chain_plan {
    std::uint64_t seed = 1;
    std::uint32_t options_per_underlying = 1000;
    utc_ns time;
};

/// Writes the table line by line through `write`.
void write_chain(chain_plan const& plan, std::function<void(std::string_view)> const& write);

}  // namespace lockstep

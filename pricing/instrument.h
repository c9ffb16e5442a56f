// What is traded: one fixed-size row for each listed contract. The row holds what the contract
// says and nothing that the market says.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/ids.h"
#include "pricing/base/money.h"
#include "pricing/base/time.h"

namespace lockstep {

enum class instrument_kind : std::uint8_t { option = 0, future = 1, perpetual = 2 };
enum class option_type : std::uint8_t { call = 0, put = 1 };

/// linear: payoff in the quote currency (USD, USDC). inverse: payoff in the coin itself, at the
/// settlement price: an option pays max(±(S-K), 0) / S, a future of N USD pays N/F0 - N/S.
enum class settlement : std::uint8_t { linear = 0, inverse = 1 };

/// One contract. A quantity of it is counted in coins of the underlying for options and linear
/// futures, and in USD for inverse futures.
struct instrument_row {
    price strike;              // zero unless an option
    utc_ns expiry;             // zero for a perpetual
    underlying_id underlying;  // row in the table of underlyings (BTC, ETH, ...)
    asset_id settle_asset;     // what gains, losses and margin are paid in
    instrument_kind kind;
    option_type type;
    settlement settle;
    std::uint8_t reserved[5];
};

static_assert(sizeof(instrument_row) == 32 && std::is_trivially_copyable_v<instrument_row>);
static_assert(std::has_unique_object_representations_v<instrument_row>,
              "no padding may reach the state root");

}  // namespace lockstep

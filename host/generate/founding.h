// How a generated log begins: assets, contracts listed with their marks, accounts, and what each of
// these is paid in.
#pragma once

#include <cstdint>
#include <functional>

#include "host/generate/crowd.h"
#include "host/generate/listed_market.h"
#include "host/generate/transactions.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Hands command after command to `make`; `now` is the time of the block that the next one is in.
void found_exchange(transaction_plan const& plan, crowd const& people, listed_market& market,
                    std::function<std::int64_t()> const& now,
                    std::function<void(transaction_row)> const& make);

}  // namespace lockstep

// Which commands are about an account.
#pragma once

#include <cstdint>

#include "host/state/engine_state.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Whether the command names the account, by number or through the order or pending transfer that
/// it means, or is about all accounts of its asset. `state`: after the command's block.
bool is_about(transaction_row const& t, std::uint32_t account, engine_state const& state);

}  // namespace lockstep

// Creations, the only commands that lengthen a table.
#pragma once

#include "host/state/engine_state.h"
#include "margin/ledger/status.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Each appends a row and says which in `row`, or refuses and changes nothing.
apply_status create_asset(engine_state& state, transaction_row const& t, std::uint64_t sequence,
                          std::uint32_t& row);
apply_status create_account(engine_state& state, transaction_row const& t, std::uint64_t sequence,
                            std::uint32_t& row);
apply_status create_instrument(engine_state& state, transaction_row const& t,
                               std::uint64_t sequence, std::uint32_t& row);

}  // namespace lockstep

// Options that are exercised, at the end of a block: by notice when the operator assigns, and at
// expiry. Both pay in cash, and both share what is exercised among the shorts by one rule
// (margin/settlement/assignment.h).
#pragma once

#include <cstdint>

#include "host/block/dirty_rows.h"
#include "host/block/room.h"
#include "host/state/engine_state.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Pays what is exercised at the delivery price `t.price`: in the money by `t.amount` or more, or
/// as the holders have said. The positions stay as they are.
apply_status pay_at_expiry(engine_state& state, block_room& room, dirty_tables& dirty,
                           transaction_row const& t, std::uint64_t sequence);

/// Carries every notice of the instrument out at `t.price`, paying as at expiry, and takes what was
/// exercised and assigned off the positions. Notices that are not in the money lapse.
apply_status assign_notices(engine_state& state, block_room& room, dirty_tables& dirty,
                            transaction_row const& t, std::uint64_t sequence);

}  // namespace lockstep

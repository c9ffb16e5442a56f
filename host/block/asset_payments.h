// What the operator says of an asset as a whole, at the end of a block: interest on its cash, and
// the deficit that the insurance fund could not pay, taken from those who have gained.
#pragma once

#include <cstdint>

#include "host/block/finish.h"
#include "host/state/engine_state.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// Pays `t.amount` (a yearly rate in billionths, at most one either way) on the cash of every
/// account of the asset for the time since the last such command; the first one only starts the
/// clock. The fee pool pays what all cash together earns, rounded up, or is paid it; accounts'
/// parts are rounded against them, and the difference is the asset's remainder.
apply_status pay_interest(engine_state& state, dirty_tables& dirty, transaction_row const& t,
                          std::uint64_t sequence);

/// Takes `t.amount` of the asset's deficit from what positions have gained by their last
/// settlement, in proportion, rounded up; what that takes too much is the asset's remainder. Only
/// accounts that hold a position pay, and none more than it has gained nor more than its cash that
/// is not promised: what cannot be had stays deficit.
apply_status socialise_deficit(engine_state& state, dirty_tables& dirty, transaction_row const& t,
                               std::uint64_t sequence);

/// What socialise_deficit could take at most, before cash is looked at.
int128 gains_of(engine_state const& state, asset_id asset);

}  // namespace lockstep

// The end of a block: what is said of instruments takes effect (marks, fees, suspensions),
// positions pay and are paid, and every account that anything happened to is checked again at the
// new marks. Losses that an account cannot carry: losses.h.
#pragma once

#include "host/block/account_margins.h"
#include "host/block/dirty_rows.h"
#include "host/block/prepare.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// Carries out the block's commands on instruments and assets, in log order.
void apply_to_instruments(engine_state& state, prepared_block& prepared, dirty_tables& dirty);

/// Brings requirement, maintenance and gains of the dirty accounts up to date, and says which may
/// only reduce (equity below initial margin) and which are to be liquidated (below maintenance,
/// with what is quarantined and without it: nobody is liquidated for a price that is not trusted).
void check_accounts(engine_state& state, dirty_tables const& dirty, account_margins const& margins);

}  // namespace lockstep

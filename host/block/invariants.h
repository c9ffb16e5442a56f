// What must hold after every block, whatever the commands were. A broken invariant is a defect of
// ours: the run stops and says which, with the rows.
#pragma once

#include <stdexcept>

#include "host/state/engine_state.h"

namespace lockstep {

struct invariant_broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Checks the whole state: each asset's total is constant up to deposits and withdrawals, positions
/// of each instrument sum to zero and so do their costs with what rounding left, 0 <= reserved <=
/// cash, open interest equals the sum of longs, reserves equal what open orders and pending
/// transfers hold. Throws invariant_broken.
void check_invariants(engine_state const& state);

}  // namespace lockstep

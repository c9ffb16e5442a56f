// A market that falls by half while its holders are long: what a liquidator is for.
#pragma once

#include <vector>

#include "host/state/engine_state.h"

namespace lockstep::workload {

/// Three perpetuals, ninety-eight holders on ten times leverage, more or less, a maker that is
/// short what they bought and keeps bidding, a backstop.
std::vector<block> falling_market();

/// The same with what a liquidator has said to each block, as the serial executor ran it.
std::vector<block> liquidated_market();

}  // namespace lockstep::workload

// A market that falls by half while its holders are long: what a liquidator is for.
#pragma once

#include <cstdint>
#include <vector>

#include "host/state/engine_state.h"

namespace lockstep::workload {

struct fall_plan {
    std::uint64_t seed = 3;
    /// Every eighth step a fall by an eighth at once, a settlement every fourth, and a fund that
    /// this is too much for.
    bool jumps = false;
    bool tiers = false;  // at 400 and 700 of notional
};

/// Three perpetuals, ninety-eight holders on ten times leverage, more or less, a maker that is
/// short what they bought and keeps bidding, a backstop.
std::vector<block> falling_market(fall_plan const& plan = {});

/// The same with what a liquidator has said to each block, as the serial executor ran it.
std::vector<block> liquidated_market(fall_plan const& plan = {});

}  // namespace lockstep::workload

// The settle step: what the books confirmed is posted to accounts and positions. Postings only add
// integers, so the order in which threads get to them cannot show.
#pragma once

#include <vector>

#include "host/block/finish.h"
#include "host/block/match.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// Posts every entry and sums fees and open interest.
void settle(engine_state& state, match_output const& output, dirty_tables& dirty);

/// Gives the slots of orders that are gone back, in ascending order, so that the next block takes
/// them in an order that depends on nothing but the log. The second form is for a single output.
void free_slots(engine_state& state, prepared_block const& prepared,
                std::vector<match_output> const& outputs);
void free_slots(engine_state& state, match_output const& output);

}  // namespace lockstep

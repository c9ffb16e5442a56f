// The settle step: what the books confirmed is posted to accounts and positions. Postings only add
// integers, so the order in which accounts get theirs cannot show.
#pragma once

#include <vector>

#include "host/block/dirty_rows.h"
#include "host/block/match.h"
#include "host/state/engine_state.h"
#include "kernels/backend.h"

namespace lockstep {

/// Posts on a backend what books confirm, and keeps its scratch from block to block.
class settle_step {
  public:
    /// The backend must outlive the step.
    explicit settle_step(backend& device) : device_(device) {}

    /// How many entries are best posted at a time.
    std::size_t portion() const { return device_.settle_portion(); }
    /// Posts every entry of a segment that is not done yet, sums fees and open interest, and takes
    /// out what that leaves of no more use: all but the orders that are gone, and the count.
    void take(engine_state& state, match_output& out, dirty_tables& dirty);
    /// The same for segments that are done, as they stand.
    void run(engine_state& state, std::vector<match_output> const& outputs, dirty_tables& dirty);

  private:
    void note(engine_state& state, match_output const& out, dirty_tables& dirty);
    void post(engine_state& state, view<settle_entry const> entries, dirty_tables& dirty);

    backend& device_;
    big_vector<settle_entry> entries_;         // of all outputs, where more than one has any
    std::vector<std::int64_t> open_interest_;  // a column of deltas, one for each entry
};

/// Gives the slots of orders that are gone back, in ascending order, so that the next block takes
/// them in an order that depends on nothing but the log. `changed`: every slot that a command of
/// the block means. The second form is for outputs of orders that were all open before.
void free_slots(engine_state& state, prepared_block const& prepared,
                std::vector<match_output> const& outputs, dirty_rows& changed);
void free_slots(engine_state& state, std::vector<match_output> const& outputs);

}  // namespace lockstep

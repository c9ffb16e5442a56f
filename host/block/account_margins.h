// What the positions of each account ask for and have gained, summed up. The sums are exact, so a
// block need only look at the positions that it changed and those whose mark or tiers it moved: an
// account with many positions costs what happened to it, not what it holds.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/big_memory.h"
#include "host/block/dirty_rows.h"
#include "host/state/engine_state.h"
#include "pricing/base/checked.h"

namespace lockstep {

struct account_margin {
    int128 initial = 0, maintenance = 0, unrealised = 0, owed = 0;
};

class account_margins {
  public:
    /// Brings the sums up to date after a block, at the marks as they are now. Rows that it has
    /// never seen are taken in, so that it may begin with any state.
    void update(engine_state const& state, dirty_tables const& dirty);

    account_margin of(std::uint32_t account) const {
        return account < of_account_.size() ? of_account_[account] : account_margin{};
    }

  private:
    void refresh(engine_state const& state, std::uint32_t position);

    big_vector<account_margin> of_account_;   // those that ever had a position, and lower numbers
    big_vector<account_margin> of_position_;  // as counted in the sums
    std::vector<std::int64_t> marks_;         // by listing, as counted
};

}  // namespace lockstep

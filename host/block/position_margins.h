// What the orders of a block may lose of the margin of each position, beyond what they have set
// aside: once, whatever orders ask for it.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "host/block/found_accounts.h"
#include "host/state/engine_state.h"
#include "margin/liquidation/step.h"

namespace lockstep {

/// Of the positions of some books, which report every fill before it is asked again.
class position_margins {
  public:
    position_margins(engine_state const& state, found_accounts const& found)
        : state_(state), found_(found) {}

    /// What is left of the margin of a position. Who asks first finds all of it: of the position
    /// with its open orders as the block found them, and once `commands_have_begun` of what is held
    /// by then. What was bought in between brought its own margin, or its requirement has it;
    /// unless the mark had passed its order, but of those every book has asked before. Who is being
    /// liquidated has no requirement for orders: of him it is what the block found that counts.
    int128& left(std::uint32_t position) {
        auto const [at, fresh] = left_.try_emplace(position, 0);
        if (fresh) at->second = whole(position);
        return at->second;
    }
    account_row const& account(std::uint32_t number) const { return found_.of(state_, number); }
    void commands_have_begun() { at_rest_ = false; }

  private:
    int128 whole(std::uint32_t row) const {
        position_row p = found_.position(state_, row);
        listing_row const& l = state_.listings[p.instrument.value];
        account_row const& holder = account(p.account.value);
        if (!at_rest_ && !liquidation::is_liquidated(holder)) {
            p.size.nanos =
                state_.books[p.instrument.value]->position(p.account.value) * l.lot.nanos;
            p.open_buy = p.open_sell = {0};
        }
        return liquidation::margin_at_stake(holder, l, state_.tiers_of(l), p);
    }

    engine_state const& state_;
    found_accounts const& found_;
    std::unordered_map<std::uint32_t, int128> left_;  // by row of the position
    bool at_rest_ = true;
};

}  // namespace lockstep

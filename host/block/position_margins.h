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
    /// by then. What was bought in between brought its own margin, unless the mark had passed its
    /// order: of those every book has asked before.
    int128& left(std::uint32_t position) {
        auto const [at, fresh] = left_.try_emplace(position, 0);
        if (fresh) at->second = whole(position);
        return at->second;
    }
    account_row const& account(std::uint32_t number) const { return found_.of(state_, number); }
    void commands_have_begun() { at_rest_ = false; }

  private:
    int128 whole(std::uint32_t row) const {
        position_row p = state_.positions[row];
        listing_row const& l = state_.listings[p.instrument.value];
        if (!at_rest_) {
            p.size.nanos =
                state_.books[p.instrument.value]->position(p.account.value) * l.lot.nanos;
            p.open_buy = p.open_sell = {0};
        }
        return liquidation::margin_at_stake(account(p.account.value), l, state_.tiers_of(l), p);
    }

    engine_state const& state_;
    found_accounts const& found_;
    std::unordered_map<std::uint32_t, int128> left_;  // by row of the position
    bool at_rest_ = true;
};

}  // namespace lockstep

// Who could pay for accounts that are closed at the mark although they owe more than they have:
// their owner's other accounts, then the insurance fund. Both pay for many, and only when a payment
// is booked, so what a block has promised is counted in log order, and nothing is promised twice.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "host/state/engine_state.h"

namespace lockstep {

/// For the blocks of one exchange, one after the other.
class loss_cover {
  public:
    void begin_block() {
        promised_.clear();
        of_owner_.clear();
        of_fund_.clear();
    }

    /// Whether what the account lacks can be paid, as it stood when the block began; then that is
    /// promised. The same answer for the rest of the block. True of an account that lacks nothing.
    bool promise(engine_state const& state, std::uint32_t account);

  private:
    int128& left_of_owner(engine_state const& state, account_row const& debtor);
    int128& left_of_fund(engine_state const& state, std::uint32_t asset);

    owner_index accounts_;
    std::map<std::uint32_t, bool> promised_;                              // by account
    std::map<std::pair<std::uint32_t, std::uint32_t>, int128> of_owner_;  // by owner and asset
    std::map<std::uint32_t, int128> of_fund_;                             // by asset
};

}  // namespace lockstep

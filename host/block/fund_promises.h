// What an insurance fund is asked for by accounts that are closed at the mark although they owe
// more than they have. It pays only when a session books their losses, so what a block promises is
// counted in log order, and nothing is promised twice.
#pragma once

#include <cstdint>
#include <map>

#include "host/state/engine_state.h"

namespace lockstep {

/// For the blocks of one exchange, one after the other.
class fund_promises {
  public:
    void begin_block() {
        promised_.clear();
        left_.clear();
    }

    /// Whether the fund can pay what the account lacks, as both stood when the block began; then
    /// that is promised. The same answer for the rest of the block. True of an account that lacks
    /// nothing.
    bool covers(engine_state const& state, std::uint32_t account);

  private:
    int128& left_of(engine_state const& state, std::uint32_t asset);

    std::map<std::uint32_t, bool> promised_;  // by account
    std::map<std::uint32_t, int128> left_;    // by asset
};

}  // namespace lockstep

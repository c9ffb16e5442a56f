// Knows the exchange from its documentation alone: reads commands, receipts and rows, adds up with
// a map and 128-bit integers, and says in a sentence what cannot be. Slow on purpose, and without a
// line of the engine's.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "host/state/engine_state.h"
#include "pricing/base/checked.h"

namespace lockstep {

class auditor {
  public:
    /// One block that was run, in order. What is wrong with its receipts; empty: nothing.
    std::string read_block(block const& b, big_vector<receipt_row> const& receipts);
    /// What is wrong with the rows after the blocks read; empty: nothing.
    std::string check_rows(engine_state const& state) const;

  private:
    struct first_use {
        transaction_row command;
        apply_status status;
    };
    std::string check_id(transaction_row const& t, apply_status status);
    void add_up(transaction_row const& t, receipt_row const& r);

    std::map<std::pair<std::uint64_t, std::uint64_t>, first_use> ids_;
    std::map<std::uint32_t, std::uint32_t> asset_of_account_;
    std::map<std::uint32_t, int128> came_in_;  // by asset: deposits less withdrawals
    std::uint64_t assets_ = 0, accounts_ = 0, listings_ = 0;
    std::uint64_t commands_ = 0;
};

}  // namespace lockstep

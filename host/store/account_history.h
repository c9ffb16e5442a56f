// The blocks that an account has been touched by, from the first: where to look with explain.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host/store/ledger_store.h"

namespace lockstep {

/// The account after a block whose commands were about it, or which left its row another one.
struct account_step {
    std::uint64_t block;
    std::int64_t time;
    std::uint32_t commands, refused;  // about the account
    account_row after;
};

struct account_history {
    std::uint32_t account = 0;
    std::uint64_t blocks = 0;  // of the store
    std::vector<account_step> steps;
};

/// Runs the journal again from its first block. Throws input_error when there is no such account in
/// the end.
account_history history_of(ledger_store const& store, std::uint32_t account, backend& device,
                           std::function<void(std::uint64_t blocks)> const& progress);

std::string text_of(account_history const& h);
std::string json_of(account_history const& h);

}  // namespace lockstep

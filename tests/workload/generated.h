// Generated logs for tests: whole in memory, and with bytes that no generator would write.
#pragma once

#include <cstdint>
#include <vector>

#include "host/generate/transactions.h"

namespace lockstep::workload {

std::vector<block> blocks_of(transaction_plan const& plan);

/// A small exchange on which everything collides with everything, for about `blocks` blocks.
transaction_plan crowded(std::uint64_t seed, std::uint32_t blocks);

/// The same with a key for each account and every command signed; of 1,000 commands about 30 come
/// with a signature that is damaged or missing, or once more with one that was used.
std::vector<block> signed_blocks_of(transaction_plan const& plan);

/// Changes one byte of about `of_1000` commands, none of the first block, to something random.
void scramble(std::vector<block>& blocks, std::uint64_t seed, std::uint32_t of_1000);

}  // namespace lockstep::workload

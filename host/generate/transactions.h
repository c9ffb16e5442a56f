// Transaction logs of any size from a seed: an exchange in its first blocks, then transfers and
// orders over it. The n-th command is a function of the seed and n alone.
#pragma once

#include <cstdint>
#include <functional>

#include "host/state/engine_state.h"

namespace lockstep {

enum class transaction_mix { transfers, orders, mixed };

struct transaction_plan {
    std::uint64_t seed = 1;
    std::uint64_t transactions = 100'000;  // after those that make the exchange
    std::uint32_t accounts = 1'000;
    std::uint32_t books = 8;
    transaction_mix mix = transaction_mix::mixed;
    double skew = 0;               // 0: all accounts and books alike; to 0.99: a few take most
    std::uint32_t bad = 0;         // of 1,000 commands, about
    std::uint32_t block = 10'000;  // commands in one
};

/// One of 0 .. count - 1, the first the likeliest: the power law x^-skew on (0, count), which is
/// Zipf's with its steps smoothed. `uniform` in (0, 1).
std::uint32_t skewed(double uniform, std::uint32_t count, double skew);

/// Hands block after block to `write`.
void generate_transactions(transaction_plan const& plan,
                           std::function<void(block const&)> const& write);

}  // namespace lockstep

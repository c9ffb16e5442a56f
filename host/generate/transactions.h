// Transaction logs of any size from a seed: an exchange in its first blocks, then a day on it. Each
// command draws from a stream of its own; what it may refer to (orders and pending transfers that
// were sent, where prices stand) is remembered in bounded memory.
#pragma once

#include <cstdint>
#include <functional>

#include "host/generate/market_mood.h"
#include "host/generate/transaction_mix.h"
#include "host/state/engine_state.h"

namespace lockstep {

struct transaction_plan {
    std::uint64_t seed = 1;
    std::uint64_t transactions = 100'000;  // after those that make the exchange
    std::uint32_t accounts = 1'000;        // at least 2
    std::uint32_t books = 8;
    transaction_mix mix = mix_of("mixed");
    market_mood market = market_mood::calm;
    double skew = 0;             // 0: all accounts and books alike; to 0.99: a few take most
    std::uint32_t conflict = 0;  // of 1,000 commands, about: on one of `hot` accounts and book 0
    std::uint32_t hot = 4;
    std::uint32_t bad = 0;         // of 1,000 commands, about
    std::uint32_t repeats = 0;     // of 1,000 commands, about: sent again, half of them changed
    std::uint32_t block = 10'000;  // commands in one
};

/// Hands block after block to `write`.
void generate_transactions(transaction_plan const& plan,
                           std::function<void(block const&)> const& write);

}  // namespace lockstep

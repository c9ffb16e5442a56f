// Random commands of every kind, good and bad, over a small exchange, so that everything collides
// with everything: what the ledger's contract tests and fuzzers run.
#pragma once

#include <cstdint>
#include <vector>

#include "host/state/engine_state.h"
#include "pricing/base/random.h"

namespace lockstep::workload {

/// A seeded stream of small integers; the same on every machine.
class dice {
  public:
    explicit dice(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t roll(std::uint64_t sides) { return philox4x32(count_++, 0, seed_).first % sides; }
    bool one_in(std::uint64_t n) { return roll(n) == 0; }

  private:
    std::uint64_t seed_;
    std::uint64_t count_ = 0;
};

struct mix_options {
    int accounts = 12;
    int owners = 9;
    int commands_max = 60;  // a block
};

class command_mix {
  public:
    command_mix(std::uint64_t seed, mix_options const& options) : dice_(seed), options_(options) {}

    /// An asset, accounts with cash, a linear and an inverse perpetual, an inverse option and a
    /// linear future, all marked.
    block genesis();
    block next();

  private:
    transaction_row make(transaction_kind kind);
    transaction_row order(std::int64_t now);
    void vary(transaction_row& t, std::int64_t now);
    transaction_row on_order(transaction_kind kind);
    transaction_row transfer(std::int64_t now);
    transaction_row on_pending();
    transaction_row block_trade();
    transaction_row operators(std::uint64_t which);
    void combo(std::vector<transaction_row>& out);
    transaction_row again();
    std::int64_t price_near(std::uint32_t instrument);
    transaction_row const* sent(client_id id) const;

    dice dice_;
    mix_options const options_;
    std::uint64_t next_id_ = 1;
    std::int64_t time_ = 1;
    std::vector<transaction_row> orders_, pendings_, all_;
};

}  // namespace lockstep::workload

// What the execution bench runs: transfers between accounts chosen by Zipf's law, each with as much
// extra arithmetic as is asked for, and optionally one counter that all of them add to.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/exec/program.h"

namespace lockstep::bench {

/// How a transfer adds to the counter that everybody shares.
enum class counter_kind {
    none,
    row,   // a row like any other: declared, read and written
    delta  // a column of deltas, one for each task, summed once at the end
};

struct transfer_plan {
    std::size_t accounts = 0;
    std::size_t tasks = 0;
    double theta = 0;          // of Zipf's law: 0 is uniform
    std::uint32_t rounds = 0;  // of mixing in each task
    counter_kind counter = counter_kind::none;
    std::uint64_t seed = 1;
};

/// Rounds of mixing that take about 100 us on a 2.5 GHz core.
inline constexpr std::uint32_t heavy_rounds = 60'000;

class transfer_program {
  public:
    explicit transfer_program(transfer_plan const& plan);
    transfer_program(transfer_program const&) = delete;

    std::size_t tasks() const { return outputs_.size(); }
    exec::row_store const& rows() const { return store_; }
    std::span<exec::row_key const> keys(std::size_t task) const {
        return {keys_.data() + task * keys_each_, keys_each_};
    }

    template <class Rows>
    void execute(std::size_t task, Rows& rows) {
        std::span<exec::row_key const> const named = keys(task);
        account& from = rows.template write<account>(named[0]);
        account& to = rows.template write<account>(named[1]);
        account* const counter =
            plan_.counter == counter_kind::row ? &rows.template write<account>(named[2]) : nullptr;
        std::uint64_t const proof = mixed(from.chain ^ task, plan_.rounds);
        std::uint64_t const amount = 1 + task % 7;
        bool const refused = from.cash < amount;
        outputs_[task] = {refused ? 0 : amount, proof};
        if (refused) return;
        from.cash -= amount;
        to.cash += amount;
        from.chain = proof;
        to.chain += proof;
        if (counter != nullptr) counter->cash += amount;
    }

    /// The state before the first task.
    void reset();
    /// Adds the deltas up, where the counter is a column of them.
    void sum_deltas();
    std::string digest() const;
    /// Throws check_failed unless no cash was made or lost and the counter is what was moved.
    void check() const;

  private:
    struct account {
        std::uint64_t cash;
        std::uint64_t chain;  // of all transfers so far, in order
        std::uint64_t spare[6];
    };
    struct output {
        std::uint64_t moved;
        std::uint64_t proof;
    };
    static std::uint64_t mixed(std::uint64_t x, std::uint32_t rounds) {
        for (std::uint32_t i = 0; i < rounds; ++i) {
            x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
            x ^= x >> 27;
        }
        return x;
    }

    transfer_plan const plan_;
    std::size_t const keys_each_;
    std::vector<account> accounts_;
    std::vector<account> counters_;  // one
    std::vector<output> outputs_;
    std::vector<exec::row_key> keys_;
    exec::row_store store_;
};

}  // namespace lockstep::bench

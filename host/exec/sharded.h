// The state split by row over shards that exchange rows in rounds, here on threads of one process;
// sharded_ranks.h runs the same shards on the ranks of a job.
#pragma once

#include <algorithm>
#include <exception>
#include <memory>
#include <vector>

#include "host/exec/crew.h"
#include "host/exec/fault.h"
#include "host/exec/program.h"
#include "host/exec/rounds.h"
#include "host/exec/shard.h"

namespace lockstep::exec {

/// What the shards counted together; every one of them made every round.
inline void add_shard(counters& total, counters const& part) {
    std::uint64_t const waves = std::max(total.waves, part.waves);
    total += part;
    total.waves = waves;
}

template <fault Fault = fault::none, class Program>
counters run_sharded(Program& program, int shards, int threads) {
    using shard_type = shard<Program, Fault>;
    threads = std::clamp(threads, 1, shards);
    auto const count = static_cast<std::uint32_t>(shards);
    thread_exchange exchange(count, threads);
    std::vector<std::unique_ptr<shard_type>> all(count);
    std::vector<std::exception_ptr> failures(static_cast<std::size_t>(threads));
    run_crew(threads, [&](int w) {
        // Whoever runs a shard makes it, so that its memory is near.
        std::vector<shard_type*> mine;
        for (auto s = static_cast<std::uint32_t>(w); s < count;
             s += static_cast<unsigned>(threads)) {
            all[s] = std::make_unique<shard_type>(program, s, count);
            mine.push_back(all[s].get());
        }
        thread_exchange::port port(exchange);
        failures[static_cast<std::size_t>(w)] =
            run_rounds(std::span<shard_type* const>(mine), count, port).failure;
    });
    for (std::exception_ptr const& failure : failures)
        if (failure) std::rethrow_exception(failure);
    counters total{.tasks = program.tasks(), .segments = count};
    for (auto const& s : all) add_shard(total, s->counted());
    return total;
}

}  // namespace lockstep::exec

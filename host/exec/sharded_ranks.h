// Shards on the ranks of a job. Every rank holds the program and all of its rows, but during
// the run only a row's owner knows what it holds; afterwards owners tell everybody, so that each
// rank goes on with the same rows and the same outputs.
//
// A program for this executor also says what it has put out:
//   template <class Take> void each_output(std::size_t task, Take&& take);
// which calls take(bytes, count) for each piece of the task's own slot, of a size known beforehand.
#pragma once

#include <cstring>
#include <exception>
#include <span>
#include <stdexcept>
#include <string>

#include "host/base/error.h"
#include "host/exec/rank_exchange.h"
#include "host/exec/rounds.h"
#include "host/exec/shard.h"
#include "host/exec/sharded.h"

namespace lockstep::exec {

/// What a shard knows when all is done: its rows that were named, then its tasks' outputs.
template <class Program>
byte_string results_of(Program& program, shard_plan const& plan) {
    byte_string results;
    for (shard_plan::slot const& s : plan.slots) {
        if (s.next != shard_plan::none) continue;  // only once for each row
        std::byte const* const row = program.rows().at(s.key);
        results.insert(results.end(), row, row + program.rows().tables[s.key.table()].row_bytes);
    }
    for (shard_plan::home_task const& t : plan.home_tasks)
        program.each_output(t.task, [&results](std::byte const* output, std::size_t bytes) {
            results.insert(results.end(), output, output + bytes);
        });
    return results;
}

/// Takes over what another shard knows; its plan says what stands where. Throws machine_error,
/// having taken only what there is, when the letter is shorter or longer than the plan.
template <class Program>
void take_results(Program& program, shard_plan const& plan, byte_string const& results) {
    std::size_t at = 0;
    auto const demand = [&](bool fits) {
        if (!fits)
            throw machine_error("rank " + std::to_string(plan.self) + " sent " +
                                std::to_string(results.size()) +
                                " bytes of results, which are not those of its tasks");
    };
    auto const take = [&](std::byte* to, std::size_t bytes) {
        demand(bytes <= results.size() - at);
        if (bytes > 0) std::memcpy(to, results.data() + at, bytes);
        at += bytes;
    };
    for (shard_plan::slot const& s : plan.slots)
        if (s.next == shard_plan::none)
            take(program.rows().at(s.key), program.rows().tables[s.key.table()].row_bytes);
    for (shard_plan::home_task const& t : plan.home_tasks) program.each_output(t.task, take);
    demand(at == results.size());
}

/// The counters returned are this rank's own. A task that throws stops every rank in the same
/// round; the rank that ran it rethrows, the others say that another failed.
template <fault Fault = fault::none, class Program>
counters run_sharded_ranks(Program& program, rank_exchange& exchange) {
    shard<Program, Fault> mine(program, exchange.rank(), exchange.ranks());
    shard<Program, Fault>* const one[] = {&mine};
    rounds_outcome const outcome =
        run_rounds(std::span<shard<Program, Fault>* const>(one), exchange.ranks(), exchange);
    if (outcome.failure) std::rethrow_exception(outcome.failure);
    if (!outcome.finished) throw std::runtime_error("another rank could not run one of its tasks");
    std::vector<byte_string> const all = exchange.gather(results_of(program, mine.plan()));
    for (std::uint32_t r = 0; r < exchange.ranks(); ++r)
        if (r != exchange.rank())
            take_results(program, plan_shard(program, r, exchange.ranks()), all[r]);
    counters counted{.tasks = program.tasks(), .segments = exchange.ranks()};
    add_shard(counted, mine.counted());
    return counted;
}

}  // namespace lockstep::exec

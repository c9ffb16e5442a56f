// Declared keys first, execution second: a task starts when every earlier task on its rows is done.
// Nothing is ever thrown away, and rows are handed out as they stand, because no two tasks hold one
// row at a time. After Calvin (Thomson et al. 2012), with a graph in place of a lock manager.
#pragma once

#include <oneapi/tbb/parallel_for_each.h>

#include <atomic>
#include <memory>

#include "host/exec/arena.h"
#include "host/exec/dependency_graph.h"
#include "host/exec/program.h"

namespace lockstep::exec {

template <class Program>
counters run_graph(Program& program, dependency_graph const& graph, int threads) {
    std::size_t const tasks = program.tasks();
    auto const waits = std::make_unique<std::atomic<std::uint32_t>[]>(tasks);
    std::vector<std::uint32_t> ready;
    for (std::uint32_t task = 0; task < tasks; ++task) {
        waits[task].store(graph.waits[task], std::memory_order_relaxed);
        if (graph.waits[task] == 0) ready.push_back(task);
    }
    auto const run = [&](std::uint32_t task, tbb::feeder<std::uint32_t>& feeder) {
        direct_rows rows(program.rows());
        // One of the tasks that this one frees is run on the spot: its rows are warm.
        while (task != no_task) {
            program.execute(task, rows);
            std::uint32_t following = no_task;
            for (std::uint32_t k = graph.first_key[task]; k < graph.first_key[task + 1]; ++k) {
                std::uint32_t const next = graph.next[k];
                if (next == no_task || waits[next].fetch_sub(1, std::memory_order_acq_rel) != 1)
                    continue;
                if (following != no_task) feeder.add(following);
                following = next;
            }
            task = following;
        }
    };
    arena(threads).execute([&] { tbb::parallel_for_each(ready.begin(), ready.end(), run); });
    return {.tasks = tasks,
            .executions = tasks,
            .waves = graph.levels,
            .segments = ready.size(),
            .conflicts = graph.edges};
}

template <fault Fault = fault::none, class Program>
counters run_deterministic(Program& program, int threads) {
    return run_graph(program, build_dependencies<Fault>(program), threads);
}

}  // namespace lockstep::exec

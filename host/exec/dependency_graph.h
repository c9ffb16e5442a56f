// Who must wait for whom, from declared keys alone: on each row, a task waits for the last earlier
// task that names the row. Building it costs one step for each declared key.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "host/exec/fault.h"
#include "host/exec/program.h"

namespace lockstep::exec {

inline constexpr std::uint32_t no_task = UINT32_MAX;

/// Edges in the order of the tasks' keys: `next[k]` is the task that waits for the one which owns
/// key slot k (no_task: nobody); `waits[t]` counts what task t waits for.
struct dependency_graph {
    std::vector<std::uint32_t> first_key;  // tasks + 1
    std::vector<std::uint32_t> next;
    std::vector<std::uint32_t> waits;
    std::vector<std::uint32_t> level;  // 0: waits for nobody
    std::uint32_t levels = 0;
    std::uint64_t edges = 0;
};

template <fault Fault = fault::none, class Program>
dependency_graph build_dependencies(Program const& program) {
    dependency_graph graph;
    std::size_t const tasks = program.tasks();
    graph.first_key.reserve(tasks + 1);
    graph.first_key.push_back(0);
    graph.waits.assign(tasks, 0);
    graph.level.assign(tasks, 0);
    // The last key slot and the last task that named each row.
    struct last {
        std::uint32_t slot = no_task;
        std::uint32_t task = no_task;
    };
    std::array<std::vector<last>, tables_max> seen;
    for (std::size_t t = 0; t < tables_max; ++t) seen[t].resize(program.rows().tables[t].count);
    for (std::uint32_t task = 0; task < tasks; ++task) {
        std::span<row_key const> const keys = program.keys(task);
        for (row_key const key : keys) {
            last& row = seen[key.table()][key.index()];
            auto const slot = static_cast<std::uint32_t>(graph.next.size());
            graph.next.push_back(no_task);
            bool forgotten = false;
            if constexpr (Fault == fault::dependency_forgotten) forgotten = slot % 5 == 0;
            if (row.task != no_task && !forgotten) {
                graph.next[row.slot] = task;
                graph.waits[task] += 1;
                graph.level[task] = std::max(graph.level[task], graph.level[row.task] + 1);
                ++graph.edges;
            }
            row = {slot, task};
        }
        graph.levels = std::max(graph.levels, graph.level[task] + 1);
        graph.first_key.push_back(static_cast<std::uint32_t>(graph.next.size()));
    }
    return graph;
}

}  // namespace lockstep::exec

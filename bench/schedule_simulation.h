// How long a list of tasks would take on cores that this machine does not have: a simulation, from
// costs measured here, of a greedy scheduler that costs nothing itself and of cores that share no
// memory bandwidth. It is an upper bound for what a real run could gain, and printed as such.
#pragma once

#include <cstddef>
#include <span>

#include "host/exec/dependency_graph.h"

namespace lockstep::bench {

struct work_and_span {
    double work = 0;  // all tasks, one after the other
    double span = 0;  // the longest chain of tasks that wait for each other
};

work_and_span measure_graph(exec::dependency_graph const& graph, std::span<double const> seconds);

/// The time at which the last task ends when each free core takes the lowest task that waits for
/// nobody.
double simulate_greedy(exec::dependency_graph const& graph, std::span<double const> seconds,
                       std::size_t cores);

}  // namespace lockstep::bench

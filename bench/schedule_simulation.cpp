#include "bench/schedule_simulation.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

namespace lockstep::bench {

namespace {

/// Calls `freed(next)` for each task that waits for this one on some row.
template <class Freed>
void for_each_next(exec::dependency_graph const& graph, std::uint32_t task, Freed const& freed) {
    for (std::uint32_t k = graph.first_key[task]; k < graph.first_key[task + 1]; ++k)
        if (graph.next[k] != exec::no_task) freed(graph.next[k]);
}

}  // namespace

work_and_span measure_graph(exec::dependency_graph const& graph, std::span<double const> seconds) {
    work_and_span total;
    std::vector<double> begins(seconds.size(), 0.0);
    for (std::uint32_t task = 0; task < seconds.size(); ++task) {
        double const end = begins[task] + seconds[task];
        for_each_next(graph, task,
                      [&](std::uint32_t next) { begins[next] = std::max(begins[next], end); });
        total.work += seconds[task];
        total.span = std::max(total.span, end);
    }
    return total;
}

double simulate_greedy(exec::dependency_graph const& graph, std::span<double const> seconds,
                       std::size_t cores) {
    using ending = std::pair<double, std::uint32_t>;
    std::priority_queue<ending, std::vector<ending>, std::greater<>> running;
    std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> ready;
    std::vector<std::uint32_t> waits = graph.waits;
    for (std::uint32_t task = 0; task < waits.size(); ++task)
        if (waits[task] == 0) ready.push(task);
    double now = 0;
    while (!ready.empty() || !running.empty()) {
        for (; !ready.empty() && running.size() < cores; ready.pop())
            running.emplace(now + seconds[ready.top()], ready.top());
        now = running.top().first;
        std::uint32_t const done = running.top().second;
        running.pop();
        for_each_next(graph, done, [&](std::uint32_t next) {
            if (--waits[next] == 0) ready.push(next);
        });
    }
    return now;
}

}  // namespace lockstep::bench

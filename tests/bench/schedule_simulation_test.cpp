// Schedules that can be drawn on paper.
#include "bench/schedule_simulation.h"

#include <gtest/gtest.h>

#include <vector>

namespace lockstep::bench {
namespace {

/// Tasks by the rows they name.
struct drawn_program {
    std::vector<std::vector<exec::row_key>> named;
    exec::row_store store;

    explicit drawn_program(std::vector<std::vector<std::uint32_t>> const& rows) {
        store.tables[0].count = 100;
        for (auto const& task : rows) {
            auto& keys = named.emplace_back();
            for (std::uint32_t const row : task) keys.push_back(exec::row_key::of(0, row));
        }
    }
    std::size_t tasks() const { return named.size(); }
    exec::row_store const& rows() const { return store; }
    std::span<exec::row_key const> keys(std::size_t task) const { return named[task]; }
};

double simulated(std::vector<std::vector<std::uint32_t>> const& rows,
                 std::vector<double> const& seconds, std::size_t cores) {
    return simulate_greedy(exec::build_dependencies(drawn_program(rows)), seconds, cores);
}

TEST(schedule_simulation, tasks_that_share_nothing_fill_the_cores) {
    std::vector<std::vector<std::uint32_t>> const rows{{0}, {1}, {2}, {3}, {4}, {5}, {6}};
    std::vector<double> const seconds(7, 1.0);
    EXPECT_EQ(simulated(rows, seconds, 1), 7);
    EXPECT_EQ(simulated(rows, seconds, 2), 4);
    EXPECT_EQ(simulated(rows, seconds, 3), 3);
    EXPECT_EQ(simulated(rows, seconds, 128), 1);
    auto const [work, span] = measure_graph(exec::build_dependencies(drawn_program(rows)), seconds);
    EXPECT_EQ(work, 7);
    EXPECT_EQ(span, 1);
}

TEST(schedule_simulation, a_chain_takes_as_long_on_any_number_of_cores) {
    std::vector<std::vector<std::uint32_t>> const rows{{0, 1}, {1, 2}, {2, 3}, {3, 4}};
    std::vector<double> const seconds{1, 2, 3, 4};
    for (std::size_t const cores : {1u, 2u, 64u}) EXPECT_EQ(simulated(rows, seconds, cores), 10);
    EXPECT_EQ(measure_graph(exec::build_dependencies(drawn_program(rows)), seconds).span, 10);
}

TEST(schedule_simulation, a_diamond_waits_for_its_longer_side) {
    // 0 -> {1, 2} -> 3, and 4 alone: the second core has 4 to do while 1 and 2 share the first.
    std::vector<std::vector<std::uint32_t>> const rows{{0, 1}, {0}, {1}, {0, 1}, {9}};
    std::vector<double> const seconds{1, 5, 2, 1, 3};
    EXPECT_EQ(simulated(rows, seconds, 1), 12);
    EXPECT_EQ(simulated(rows, seconds, 3), 7);
    EXPECT_EQ(simulated(rows, seconds, 2), 7);  // 0 | 4 until 1, 3; 1 until 6; 2 until 5; 3 until 7
    EXPECT_EQ(measure_graph(exec::build_dependencies(drawn_program(rows)), seconds).span, 7);
}

}  // namespace
}  // namespace lockstep::bench

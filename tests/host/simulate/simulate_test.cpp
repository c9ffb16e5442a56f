// The short form of `lockstep simulate`, and proof that it would find a mistake.
#include <gtest/gtest.h>

#include "host/simulate/simulation.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

simulation_report simulated(simulation_plan const& plan) {
    return simulate(plan, [](simulation_report const&) {});
}

TEST(simulation, keeps_what_was_acknowledged_through_a_thousand_crashes) {
    simulation_report const report = simulated({.seed = 1, .blocks = 2200});
    EXPECT_EQ("", report.failure) << "lockstep simulate --blocks 1 --seed " << report.failing_seed;
    EXPECT_GE(report.power_cuts + report.kills, 1000u);
    std::uint64_t faults = 0;
    for (auto const& [name, count] : report.faults) {
        EXPECT_GT(count, 0u) << name;
        faults += count;
    }
    EXPECT_EQ(6u, report.faults.size());
    EXPECT_GE(faults, 100u);
    EXPECT_GT(report.flips_found, 0u);
}

TEST(simulation, does_the_same_again_for_the_same_seed) {
    simulation_report const first = simulated({.seed = 90, .blocks = 120});
    simulation_report const second = simulated({.seed = 90, .blocks = 120});
    EXPECT_EQ("", first.failure);
    EXPECT_EQ(first.lives, second.lives);
    EXPECT_EQ(first.power_cuts, second.power_cuts);
    EXPECT_EQ(first.faults, second.faults);
    EXPECT_EQ(first.flips_found, second.flips_found);
}

TEST(simulation, finds_a_store_that_acknowledges_before_it_syncs) {
    simulation_report const report = simulated({.seed = 1, .blocks = 2000, .canary = true});
    EXPECT_NE(std::string::npos, report.failure.find("were acknowledged, the store has"))
        << report.failure;
    auto const again =
        run_lockstep("simulate --canary --blocks 1 --seed " + std::to_string(report.failing_seed));
    EXPECT_EQ(5, again.exit);
    EXPECT_NE(std::string::npos, again.out.find("FAILED: " + report.failure)) << again.out;
}

}  // namespace
}  // namespace lockstep

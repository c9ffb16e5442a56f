// Whole lives of a durable exchange in a world that breaks: a seeded workload on random executors,
// power cuts, full disks, failing reads and writes, flipped bits. After every recovery the store
// must hold all that it acknowledged, nothing twice, and the root of a twin that never stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace lockstep {

struct simulation_plan {
    std::uint64_t seed = 1;
    std::uint64_t blocks = 2000;
    double hours = 0;     // goes on so long, if that is longer
    bool canary = false;  // acknowledges before the sync: the simulation has to find that
};

struct simulation_report {
    std::uint64_t worlds = 0;
    std::uint64_t lives = 0;
    std::uint64_t blocks = 0;
    std::uint64_t commands = 0;
    std::uint64_t power_cuts = 0;
    std::uint64_t kills = 0;                      // the process died, the machine did not
    std::map<std::string, std::uint64_t> faults;  // injected, by name
    std::uint64_t flips_found = 0;
    std::uint64_t flips_harmless = 0;  // every record and the root are as they were
    std::string failure;               // empty: none
    std::uint64_t failing_seed = 0;    // of the world in which it came up
};

/// Blocks of one world; each world has a seed and an exchange of its own.
inline constexpr std::uint64_t blocks_of_a_world = 40;

/// Runs world after world, seed, seed + 1, ..., until the plan is done or something fails.
simulation_report simulate(simulation_plan const& plan,
                           std::function<void(simulation_report const&)> const& progress);

}  // namespace lockstep

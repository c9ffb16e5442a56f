#include "host/simulate/simulation.h"

#include <chrono>
#include <exception>

#include "host/simulate/world.h"

namespace lockstep {

simulation_report simulate(simulation_plan const& plan,
                           std::function<void(simulation_report const&)> const& progress) {
    using clock = std::chrono::steady_clock;  // how long to go on; nothing else depends on it
    auto const start = clock::now();
    auto const hours = [&] {
        return std::chrono::duration<double>(clock::now() - start).count() / 3600;
    };
    simulation_report report;
    auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    for (std::uint64_t seed = plan.seed; report.blocks < plan.blocks || hours() < plan.hours;
         ++seed) {
        try {
            world(seed, plan.canary, *device, report).run();
        } catch (std::exception const& error) {
            report.failure = error.what();
            report.failing_seed = seed;
            break;
        }
        progress(report);
    }
    return report;
}

}  // namespace lockstep

// `lockstep simulate`: a durable exchange in a world that breaks.
#include <fmt/core.h>

#include <memory>

#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/progress.h"
#include "host/simulate/simulation.h"

namespace lockstep {

namespace {

exit_code run(simulation_plan const& plan) {
    simulation_report report;
    {
        progress_line bar("blocks", plan.hours > 0 ? 0 : plan.blocks);
        report =
            simulate(plan, [&](simulation_report const& so_far) { bar.reached(so_far.blocks); });
    }
    std::uint64_t faults = 0;
    fmt::print("{} worlds, {} lives, {} blocks, {} commands\n", report.worlds, report.lives,
               report.blocks, report.commands);
    fmt::print("{} crashes: {} power cuts, {} killed processes\n", report.power_cuts + report.kills,
               report.power_cuts, report.kills);
    for (auto const& [name, count] : report.faults) faults += count;
    fmt::print("{} faults besides\n", faults);
    for (auto const& [name, count] : report.faults) fmt::print("  {:<14} {:>8}\n", name, count);
    fmt::print("  of the flipped bits {} were noticed, {} changed nothing\n", report.flips_found,
               report.flips_harmless);
    if (report.failure.empty()) {
        fmt::print("nothing acknowledged was lost, every root is its twin's\n");
        return exit_code::done;
    }
    fmt::print("\nFAILED: {}\nagain: lockstep simulate --seed {} --blocks 1{}\n", report.failure,
               report.failing_seed, plan.canary ? " --canary" : "");
    return exit_code::internal;
}

}  // namespace

void add_simulate_command(CLI::App& app, exit_code& result) {
    auto* command =
        app.add_subcommand("simulate", "Crash and spoil a durable exchange, and see what it keeps");
    auto plan = std::make_shared<simulation_plan>();
    command->add_option("--seed", plan->seed, "Seed of the first world; each next one has the next")
        ->capture_default_str();
    auto* blocks = command->add_option("--blocks", plan->blocks, "Blocks to run, at least")
                       ->check(CLI::Range(std::uint64_t{1}, UINT64_MAX))
                       ->capture_default_str();
    command
        ->add_option("--hours", plan->hours,
                     "Go on for so long, in place of --blocks; a world that was begun is ended")
        ->check(number_between(1e-6, 1e6))
        ->excludes(blocks);
    command->add_flag("--canary", plan->canary)->group("");  // not listed: a planted mistake
    command->footer(
        "A world is an exchange of 40 blocks of every kind of command on a disk in memory, which "
        "fails,\n"
        "fills up, loses what was not synced and flips bits. The same seed does the same again. A\n"
        "failure ends the run with exit code 5 and prints the command that repeats it.\n\n"
        "Examples:\n"
        "  lockstep simulate --blocks 10000\n"
        "  lockstep simulate --seed 7 --hours 8");
    command->callback([plan, &result] {
        if (plan->hours > 0) plan->blocks = 1;  // the time alone says when to end
        result = run(*plan);
    });
}

}  // namespace lockstep

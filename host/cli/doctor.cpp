// `lockstep doctor`: what was found when this binary was built, what this machine has, and what
// falls back to what. Nothing here changes a result; it only says how it will be reached.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "host/cli/command.h"
#include "kernels/backend.h"

namespace lockstep {

namespace {

struct finding {
    std::string what;
    std::string found;
    std::string then;  // what follows from it
};

#ifdef LOCKSTEP_HAS_QUANTLIB
constexpr bool has_quantlib = true;
#else
constexpr bool has_quantlib = false;
#endif
#ifdef LOCKSTEP_HAS_CHARTS
constexpr bool has_charts = true;
#else
constexpr bool has_charts = false;
#endif

std::vector<finding> examine(machine_report const& machine) {
    std::vector<finding> rows;
#if defined(__clang__)
    std::string const compiler = __VERSION__;  // names itself
#else
    std::string const compiler = std::string("g++ ") + __VERSION__;
#endif
    rows.push_back({"compiler", compiler, "results do not depend on it"});
    rows.push_back(
        {"processor", machine.processor, fmt::format("{} hardware threads", machine.threads)});
    rows.push_back(
        {"instruction sets", fmt::format("{}", fmt::join(machine.instruction_sets, ", ")),
         fmt::format("'{}' is used; --isa forces another", machine.instruction_sets.back())});
    rows.push_back(
        {"CUDA backend", machine.cuda_built ? "built in" : "not in this build",
         machine.cuda_built ? "used when a device answers" : "everything runs on the CPU backend"});
    if (machine.cuda_built)
        rows.push_back({"CUDA device", machine.cuda_device,
                        machine.cuda_present ? "used unless --backend cpu"
                                             : "the CPU backend is used instead"});
    rows.push_back(
        {"QuantLib", has_quantlib ? "built in" : "not in this build",
         has_quantlib
             ? "measured beside us by `lockstep bench`"
             : "`lockstep bench` shows no peer (install libquantlib0-dev and build again)"});
    rows.push_back(
        {"Chart.js", has_charts ? "embedded" : "not in this build",
         has_charts ? "report.html draws its charts"
                    : "report.html shows tables only (install libjs-chart.js and build again)"});
    return rows;
}

}  // namespace

void add_doctor_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand(
        "doctor", "Say what this build and machine have, and what falls back to what");
    command->footer("Example:\n  lockstep doctor");
    command->callback([&result] {
        for (auto const& row : examine(examine_machine()))
            fmt::print("{:<17} {:<26} {}\n", row.what, row.found, row.then);
        fmt::print("\nruns on           {}\n", make_backend({})->name());
        result = exit_code::done;
    });
}

}  // namespace lockstep

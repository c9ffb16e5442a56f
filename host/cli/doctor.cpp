#include <fmt/core.h>

#include "host/cli/command.h"
#include "kernels/backend.h"

namespace lockstep {

void add_doctor_command(CLI::App& app, exit_code& result) {
    auto* command =
        app.add_subcommand("doctor", "Say what this machine has and what falls back to what");
    command->callback([&result] {
        fmt::print("backend: {}\n", make_backend({})->name());
        result = exit_code::done;
    });
}

}  // namespace lockstep

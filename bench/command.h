// `lockstep bench`. It stands above the host's library, which does not know it: the command's
// main.cpp adds it where it was built.
#pragma once

#include "host/cli/command.h"

namespace lockstep {

void add_bench_command(CLI::App& app, exit_code& result);

}  // namespace lockstep

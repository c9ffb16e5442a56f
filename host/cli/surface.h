// `lockstep surface`, as command.h has the others.
#pragma once

#include "host/cli/command.h"

namespace lockstep {

void add_surface_command(CLI::App& app, exit_code& result);

}  // namespace lockstep

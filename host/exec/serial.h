// The specification: one task after the other, in log order.
#pragma once

#include "host/exec/program.h"

namespace lockstep::exec {

template <class Program>
counters run_serial(Program& program) {
    direct_rows rows(program.rows());
    for (std::size_t task = 0; task < program.tasks(); ++task) program.execute(task, rows);
    return {.tasks = program.tasks(), .executions = program.tasks(), .segments = 1};
}

}  // namespace lockstep::exec

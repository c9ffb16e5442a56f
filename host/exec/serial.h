// The specification: one task after the other, in log order.
#pragma once

#include "host/exec/program.h"

namespace lockstep::exec {

/// Tasks [first, last), one after the other. Kept in one piece, so that whoever falls back on it
/// runs the same machine code as the serial executor.
template <class Program>
[[gnu::noinline]] void run_in_order(Program& program, std::size_t first, std::size_t last) {
    constexpr std::size_t ahead = 12;  // rows fetched before they are needed, where a program can
    direct_rows rows(program.rows());
    for (std::size_t task = first; task < last; ++task) {
        if constexpr (requires { program.prefetch(task); })
            if (task + ahead < last) program.prefetch(task + ahead);
        program.execute(task, rows);
    }
}

template <class Program>
counters run_serial(Program& program) {
    run_in_order(program, 0, program.tasks());
    return {.tasks = program.tasks(), .executions = program.tasks(), .segments = 1};
}

}  // namespace lockstep::exec

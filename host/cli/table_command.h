// What the commands share that take a table of contracts and give it back with results.
#pragma once

#include <functional>
#include <string>

#include "host/cli/command.h"
#include "host/price/row_stream.h"

namespace lockstep {

struct table_command {
    std::string input;
    std::string also_read;  // a file that the command wants besides, if any
    std::string output = "-";
    std::string backend_name = "auto";
    backend_options backend;
};

/// --input, --output, --backend, --threads and --isa.
void add_table_options(CLI::App& command, table_command& chosen);

using table_function =
    std::function<row_summary(block_reader&, backend&, int threads, text_sink const&)>;

/// Runs the table through `work` and says on standard error how many rows were `done`.
exit_code run_table(table_command& chosen, table_function const& work, char const* done);

}  // namespace lockstep

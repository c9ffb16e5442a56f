#include "host/cli/table_command.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "host/cli/backend_name.h"
#include "host/cli/checks.h"
#include "host/cli/say.h"
#include "host/io/output_file.h"

namespace lockstep {
namespace {

void write_to_stdout(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
        throw machine_error(std::string("standard output: ") + std::strerror(errno));
}

row_summary stream_to(table_command const& command, table_function const& work, block_reader& input,
                      backend& with) {
    int const threads = command.backend.threads;
    if (command.output == "-") {
        auto const summary = work(input, with, threads, write_to_stdout);
        if (std::fflush(stdout) != 0)
            throw machine_error(std::string("standard output: ") + std::strerror(errno));
        return summary;
    }
    atomic_file file(command.output);
    auto const summary =
        work(input, with, threads, [&](std::string_view text) { file.write(text); });
    file.commit();
    return summary;
}

}  // namespace

void add_table_options(CLI::App& command, table_command& chosen) {
    command.add_option("--input", chosen.input, "CSV table, plain or .gz; - is standard input")
        ->required()
        ->type_name("FILE");
    command
        .add_option("--output", chosen.output,
                    "file to write, whole or not at all; standard output when absent")
        ->type_name("FILE");
    add_backend_option(command, chosen.backend_name, "What computes");
    command.add_option("--threads", chosen.backend.threads, "threads; 0 (the default): all")
        ->check(CLI::Range(0, threads_max))
        ->type_name("N");
    command
        .add_option("--isa", chosen.backend.isa,
                    "CPU instruction set to force; the best when absent")
        ->check(instruction_set())
        ->type_name("NAME");
}

exit_code run_table(table_command& command, table_function const& work, char const* done) {
    if (command.output != "-")
        keep_apart(command.output, {command.input, command.also_read}, "--output");
    command.backend.kind = backend_named(command.backend_name);
    auto const with = make_backend(command.backend);
    block_reader input(command.input);
    auto const summary = stream_to(command, work, input, *with);
    for (auto const& name : summary.repeated_columns)
        say("lockstep: warning: the input already has a column {}; ours is the last\n", name);
    say("lockstep: {} rows, {} {}, {} not (see status), backend {}\n", summary.rows,
        summary.rows - summary.rows_without_value, done, summary.rows_without_value, with->name());
    return summary.rows_without_value == 0 ? exit_code::done : exit_code::done_with_exceptions;
}

}  // namespace lockstep

#include <fmt/core.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "host/base/error.h"
#include "host/cli/command.h"
#include "host/io/output_file.h"
#include "host/price/price_table.h"
#include "kernels/backend.h"

namespace lockstep {
namespace {

struct price_command {
    std::string input;
    std::string output = "-";
    std::string backend_name = "auto";
    backend_options backend;
};

backend_kind kind_of(std::string const& name) {
    if (name == "cpu") return backend_kind::cpu;
    return name == "cuda" ? backend_kind::cuda : backend_kind::automatic;
}

constexpr char const* help_text = R"(
The input is a CSV table, plain or .gz, with its columns in any order; others are carried along:
  kind      option or european (the default: on the forward if given, else on the spot),
            black76 (on the forward), bsm (on the spot), future, perpetual
  type      C or P
  spot, forward   one of them; dividend is the yield of the spot, or the coin's rate if inverse
  strike, time, vol   time in years, vol 0.65 is 65 % per square root of a year
  rate, dividend      continuously compounded; 0 when absent
  settle    linear (the default), or inverse: priced in the coin
  funding_rate, funding_interest, funding_interval, funding_spot   of a perpetual: rate for each
            interval (years; 0: continuous, rate per year), on the previous or the current spot
The output is each row as it stood, then price, delta, gamma, vega, theta, rho, vanna, volga, charm,
speed, zomma, color, veta, ultima, delta_usd, delta_net, status, reason. Greeks are derivatives of
the price as quoted, per 1.00 of vol or rate and per year. A row that cannot be valued keeps its
place with blank values, a status and a reason; the exit code is then 1.

Examples:
  lockstep price --input options.csv
  lockstep price --input options.csv.gz --output priced.csv --backend cpu --threads 2
  printf 'type,forward,strike,time,vol\nC,65000,70000,0.0822,0.62\n' | lockstep price --input -
)";

void write_to_stdout(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
        throw machine_error(std::string("standard output: ") + std::strerror(errno));
}

price_summary price_to(price_command const& command, block_reader& input, backend& with) {
    int const threads = command.backend.threads;
    if (command.output == "-") {
        auto const summary = price_table(input, with, threads, write_to_stdout);
        if (std::fflush(stdout) != 0)
            throw machine_error(std::string("standard output: ") + std::strerror(errno));
        return summary;
    }
    atomic_file file(command.output);
    auto const summary =
        price_table(input, with, threads, [&](std::string_view text) { file.write(text); });
    file.commit();
    return summary;
}

exit_code run(price_command& command) {
    command.backend.kind = kind_of(command.backend_name);
    auto const with = make_backend(command.backend);
    block_reader input(command.input);
    auto const summary = price_to(command, input, *with);
    for (auto const& name : summary.repeated_columns)
        fmt::print(stderr,
                   "lockstep: warning: the input already has a column {}; ours is the last\n",
                   name);
    fmt::print(stderr, "lockstep: {} rows, {} valued, {} not (see status), backend {}\n",
               summary.rows, summary.rows - summary.rows_without_value, summary.rows_without_value,
               with->name());
    return summary.rows_without_value == 0 ? exit_code::done : exit_code::done_with_exceptions;
}

}  // namespace

void add_price_command(CLI::App& app, exit_code& result) {
    auto command = std::make_shared<price_command>();
    auto* sub = app.add_subcommand(
        "price", "Value a table of options, futures and perpetuals, with every Greek");
    sub->footer(help_text);
    sub->add_option("--input", command->input, "CSV table, plain or .gz; - is standard input")
        ->required()
        ->type_name("FILE");
    sub->add_option("--output", command->output,
                    "file to write, whole or not at all; standard output when absent")
        ->type_name("FILE");
    sub->add_option("--backend", command->backend_name, "auto (the default), cpu or cuda")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->type_name("NAME");
    sub->add_option("--threads", command->backend.threads, "threads; 0 (the default): all")
        ->check(CLI::Range(0, 4096))
        ->type_name("N");
    sub->add_option("--isa", command->backend.isa,
                    "CPU instruction set to force: base, v3 or v4; the best when absent")
        ->type_name("NAME");
    sub->callback([command, &result] { result = run(*command); });
}

}  // namespace lockstep

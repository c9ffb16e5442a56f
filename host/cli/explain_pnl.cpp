// `lockstep explain-pnl`: why a portfolio is worth more or less than at an earlier snapshot.
#include <fmt/core.h>

#include <memory>

#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/io/output_file.h"
#include "host/pnl/explain_pnl.h"

namespace lockstep {

void add_explain_pnl_command(CLI::App& app, exit_code& result) {
    struct flags {
        pnl_paths paths;
        std::string out = "out/pnl";
        backend_options options;
    };
    auto chosen = std::make_shared<flags>();
    auto* command = app.add_subcommand(
        "explain-pnl", "Explain a change of value between two snapshots by Greeks and a residual");
    command->add_option("--from", chosen->paths.from, "Option chain at first: CSV, plain or gzip")
        ->required();
    command->add_option("--to", chosen->paths.to, "Option chain afterwards")->required();
    command->add_option("--perpetuals-from", chosen->paths.perpetuals_from,
                        "Prices of perpetuals at first; without it they are priced at the index");
    command->add_option("--perpetuals-to", chosen->paths.perpetuals_to,
                        "Prices of perpetuals afterwards");
    command
        ->add_option("--portfolio", chosen->paths.portfolio,
                     "Folder with accounts.csv, cash.csv and positions.csv, held throughout")
        ->required();
    command->add_option("--funding", chosen->paths.funding,
                        "Rates that perpetuals paid: CSV with time, instrument, rate, price");
    command->add_option("--out", chosen->out, "Folder for the results, replaced whole")
        ->capture_default_str();
    command->add_option("--threads", chosen->options.threads, "Threads; 0: as many as there are")
        ->check(CLI::Range(0, threads_max))
        ->capture_default_str();
    command->footer(
        "Terms: delta, gamma, vega, theta, rho (of the carry that forwards imply), vanna, volga,\n"
        "and the residual that makes them add up to the change exactly, for each instrument,\n"
        "account and book. Funding received meanwhile is cash and stands beside them. The summary\n"
        "goes to standard output as JSON too.\n"
        "\nExample:\n"
        "  lockstep explain-pnl --from monday.csv.gz --to tuesday.csv.gz --portfolio book\n"
        "\nExit code 0: done; 1: done, and exceptions.csv is not empty; 2: usage; 3: an input\n"
        "cannot be used; 4: disk, memory, or what is printed cannot be written.\n"
        "The folder is not there, or is the earlier one, unless it is 0 or 1.");
    command->callback([chosen, &result] {
        pnl_paths const& p = chosen->paths;
        expect_files("explain-pnl",
                     {p.from, p.to, p.perpetuals_from, p.perpetuals_to, p.portfolio, p.funding});
        keep_apart(chosen->out,
                   {p.from, p.to, p.perpetuals_from, p.perpetuals_to, p.portfolio, p.funding});
        atomic_directory folder(chosen->out);
        chosen->options.kind = backend_kind::cpu;  // two valuations: a device would only wait
        auto const device = make_backend(chosen->options);
        pnl_result const all = explain_pnl(chosen->paths, *device);
        write_pnl(folder.path(), chosen->paths, all);
        fmt::print("{}", pnl_json(all));
        expect_printed();
        folder.commit();
        bool const whole = all.rejected.empty() && all.sets.excluded.empty();
        result = whole ? exit_code::done : exit_code::done_with_exceptions;
    });
}

}  // namespace lockstep

// `lockstep surface fit`: a chain in, a folder with its volatility surfaces out, whole or not at
// all.
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/say.h"

#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "host/base/error.h"
#include "host/cli/backend_name.h"
#include "host/cli/progress_bar.h"
#include "host/io/output_file.h"
#include "host/report/manifest.h"
#include "host/surface/write.h"

namespace lockstep {

namespace {

constexpr std::size_t stages_of_a_fit = 3;

struct surface_command {
    std::string market;
    std::string out = "out/surface";
    std::string quotes = "mid";
    std::string backend = "auto";
    backend_options options;
    bool json = false;
};

exit_code run(surface_command const& command) {
    expect_files("surface fit", {command.market});
    keep_apart(command.out, {command.market});
    atomic_directory folder(command.out);
    std::optional<tbb::global_control> limit;
    if (command.options.threads > 0)
        limit.emplace(tbb::global_control::max_allowed_parallelism, command.options.threads);
    auto const device = make_backend(command.options);
    surface_options options;
    if (command.quotes == "mark") options.price = fitted_price::mark;

    progress_bar bar(stages_of_a_fit);
    surface_run result;
    bar.show("load market", 0, 0);
    result.table = load_quotes(command.market, result.rejected);
    bar.show("fit", 0, 0);
    result.fit = fit_surfaces(result.table, options, *device);
    bar.show("write results", 0, 0);
    auto const outputs = write_surface(folder.path(), result);
    result_file manifest(folder.path(), "manifest.json");
    manifest.write(manifest_json(result.table.time, {{"quotes", command.quotes}},
                                 digest_inputs({command.market}), outputs));
    manifest.finish();
    bar.clear();
    if (command.json)
        fmt::print("{}", surface_json(result));
    else
        fmt::print("{}results       {}  (open {}/surface.html)\n", surface_text(result),
                   command.out, command.out);
    expect_printed();
    folder.commit();
    say("lockstep: vols by {}\n", device->name());
    bool const whole = std::ranges::all_of(result.fit.slices, &surface_slice::has_curve);
    return whole && result.rejected.empty() ? exit_code::done : exit_code::done_with_exceptions;
}

void add_fit_command(CLI::App& surface, exit_code& result) {
    auto* command = surface.add_subcommand(
        "fit", "Fit SVI to every expiry of a chain and SSVI to each underlying");
    auto chosen = std::make_shared<surface_command>();
    command
        ->add_option("--market", chosen->market,
                     "Option chain or table of listed options: CSV, plain or gzip")
        ->required()
        ->type_name("FILE");
    command->add_option("--out", chosen->out, "Folder for the results, replaced whole")
        ->capture_default_str();
    command
        ->add_option("--quotes", chosen->quotes,
                     "What is fitted: the middle of bid and ask, or the exchange's marks")
        ->check(CLI::IsMember({"mid", "mark"}))
        ->capture_default_str();
    add_backend_option(*command, chosen->backend, "What computes the vols");
    command->add_option("--threads", chosen->options.threads, "Threads; 0: as many as there are")
        ->check(CLI::Range(0, threads_max))
        ->capture_default_str();
    command->add_option("--isa", chosen->options.isa, "CPU instruction set: base, v3 or v4")
        ->check(instruction_set());
    command->add_flag("--json", chosen->json, "Print surface.json instead of the summary");
    command->footer(
        "Every curve that is written is free of butterfly and calendar arbitrage over all "
        "strikes,\n"
        "or says what remains; an expiry without a curve says why.\n"
        "Examples:\n"
        "  lockstep surface fit --market data/sample/chain.csv\n"
        "  lockstep surface fit --market chain.csv.gz --out out/vols --quotes mark\n"
        "  lockstep surface fit --market listed.csv --json      (forwards by put-call parity)\n"
        "\nExit code 0: every expiry has a curve; 1: some have none, or records were rejected; 2:\n"
        "usage; 3: the input cannot be used; 4: disk, memory or device. Nothing is written unless\n"
        "it is 0 or 1.");
    command->callback([chosen, &result] {
        chosen->options.kind = backend_named(chosen->backend);
        result = run(*chosen);
    });
}

}  // namespace

void add_surface_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand("surface", "Volatility surfaces of a chain");
    command->require_subcommand(1);
    add_fit_command(*command, result);
}

}  // namespace lockstep

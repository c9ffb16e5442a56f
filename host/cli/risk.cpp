// `lockstep risk`: the nightly run. Reads a market and a portfolio, writes a folder of results
// whole or not at all, prints what a person wants to know first.
#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <sys/resource.h>

#include <algorithm>
#include <future>
#include <optional>
#include <utility>

#include "host/base/error.h"
#include "host/cli/backend_name.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/progress_bar.h"
#include "host/cli/say.h"
#include "host/io/output_file.h"
#include "host/margin/builtin_presets.h"
#include "host/report/write_run.h"
#include "host/risk/run.h"

namespace lockstep {

namespace {

constexpr std::size_t stages_of_a_run = 10;  // and one more with fitted vols
constexpr std::size_t stages_of_a_tail = 3;
constexpr char const* built_in_stress = "historical";  // anything else is a file

struct risk_command {
    risk_inputs_paths paths;
    std::string out = "out/risk";
    std::string preset = "deribit_pm";
    std::string vols = "mark";
    std::string backend = "auto";
    backend_options options;
    model_choice models;
    std::vector<std::string> parameters;  // NAME=FILE
    std::string stress = built_in_stress;
    std::size_t top = 20;
    bool json = false;
    std::string tail_method = "historical";
    std::vector<double> tail_levels{0.99, 0.975};
    std::vector<CLI::Option const*> of_draws;  // that only the Monte-Carlo method has
};

/// Of the text that load_preset reads for this name.
std::string digest_of_preset(std::string const& name_or_file) {
    for (auto const& [name, text] : builtin_preset_texts) {
        if (name_or_file != name) continue;
        sha256 digest;
        digest.update(text);
        return digest.finish();
    }
    return digest_file(name_or_file).sha256;
}

model_choice models_of(risk_command const& command) {
    model_choice choice = command.models;
    for (std::string const& pair : command.parameters) {
        std::size_t const at = pair.find('=');
        if (at == std::string::npos)
            throw CLI::ValidationError("--parameters", "must be MODEL=FILE, not '" + pair + "'");
        std::string model = pair.substr(0, at);
        if (std::string const fault = known_margin_model()(model); !fault.empty())
            throw CLI::ValidationError("--parameters", fault);
        if (!choice.parameters.emplace(model, pair.substr(at + 1)).second)
            throw CLI::ValidationError("--parameters", "names model " + model + " twice");
    }
    choice.parameters.emplace("deribit_cross", command.preset);  // the engine's, unless it has own
    return choice;
}

double peak_memory_mib() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

void keep_from_inputs(risk_command const& command) {
    risk_inputs_paths const& paths = command.paths;
    keep_apart(command.out, {paths.market, paths.perpetuals, paths.portfolio, paths.haircuts,
                             paths.tail.history, command.stress, command.preset});
    for (auto const& [model, file] : models_of(command).parameters) keep_apart(command.out, {file});
}

/// What was asked for and has no effect, or less than it seems.
void warn_of_what_does_little(risk_command const& command, risk_result const& result) {
    bool whole = false;
    for (std::uint32_t a = 0; a < result.accounts.size() && !whole; ++a)
        whole = result.models.asks_whole_accounts(result.models.of({a}));
    if (!command.paths.haircuts.empty() && !whole)
        say("lockstep: warning: --haircuts {} changes nothing: no account is held to "
            "deribit_cross\n",
            command.paths.haircuts);
    if (!result.tail) return;
    std::size_t const scenarios = result.tail->times.size();
    for (std::uint32_t const ppm : result.tail->tails_ppm)
        if (scenarios * ppm < tail_ppm_whole)
            say("lockstep: warning: a tail of {} % of {} scenarios is less than one: value "
                "at risk and shortfall are the worst loss\n",
                ppm / 1e4, scenarios);
}

exit_code run(risk_command const& command) {
    risk_inputs_paths const& paths = command.paths;
    expect_files("risk", {paths.market, paths.perpetuals, paths.portfolio, paths.haircuts,
                          paths.tail.history, command.stress, command.preset});
    for (auto const& [model, file] : models_of(command).parameters) expect_files("risk", {file});
    keep_from_inputs(command);
    atomic_directory folder(command.out);
    risk_settings const settings{
        load_preset(command.preset), models_of(command), command.top, load_stress(command.stress),
        command.vols == "surface" ? vol_source::surface : vol_source::mark};
    std::optional<tbb::global_control> limit;
    if (command.options.threads > 0)
        limit.emplace(tbb::global_control::max_allowed_parallelism, command.options.threads);
    auto const device = make_backend(command.options);

    progress_bar bar(stages_of_a_run + (settings.vols == vol_source::surface ? 1 : 0) +
                     (command.paths.tail.history.empty() ? 0 : stages_of_a_tail));
    stage_watch watch([&](std::string const& stage, std::size_t done, std::size_t all) {
        bar.show(stage, done, all);
    });
    auto inputs = std::async(std::launch::async, [&] {
        return digest_inputs({command.paths.market, command.paths.perpetuals,
                              command.paths.portfolio, command.paths.haircuts,
                              command.paths.tail.history,
                              command.stress == built_in_stress ? "" : command.stress});
    });
    risk_result const result = run_risk(command.paths, settings, *device, watch);
    manifest_parts parts;
    parts.preset_name = settings.preset.name;
    parts.preset_sha256 = digest_of_preset(command.preset);
    parts.vols = command.vols;
    parts.tail = paths.tail;
    watch.run("write results", [&] {
        parts.outputs = write_results(folder.path(), result);
        parts.inputs = inputs.get();
    });
    run_circumstances const how{
        device->name(),
        command.options.threads > 0 ? command.options.threads : tbb::info::default_concurrency(),
        watch.times(), peak_memory_mib()};
    write_manifest(folder.path(), parts, result, how);
    bar.clear();
    fmt::print("{}", command.json ? summary_json(result) : summary_text(result, how, command.out));
    expect_printed();
    folder.commit();
    warn_of_what_does_little(command, result);
    if (command.json) say("lockstep: ran on {}, results in {}\n", how.backend, command.out);
    return result.all.counts.exceptions == 0 ? exit_code::done : exit_code::done_with_exceptions;
}

void add_tail_options(CLI::App& command, risk_command& chosen) {
    tail_request& tail = chosen.paths.tail;
    auto* of_tail =
        command
            .add_option(
                "--tail", tail.history,
                "Scenario history (lockstep history): value at risk and expected shortfall too")
            ->type_name("FILE");
    command
        .add_option("--tail-method", chosen.tail_method,
                    "Scenarios: historical, filtered (scaled to today's vols, "
                    "decay 0.94) or monte-carlo")
        ->check(CLI::IsMember({"historical", "filtered", "monte-carlo"}))
        ->needs(of_tail)
        ->capture_default_str();
    command.add_option("--tail-level", chosen.tail_levels, "Levels, such as 0.99,0.975")
        ->delimiter(',')
        ->check(number_between(0.5, 0.9999))
        ->needs(of_tail)
        ->capture_default_str();
    chosen.of_draws = {
        command.add_option("--tail-draws", tail.draws, "Scenarios of the Monte-Carlo method")
            ->check(CLI::Range(100, 100'000))
            ->needs(of_tail)
            ->capture_default_str(),
        command.add_option("--tail-seed", tail.seed, "Of the Monte-Carlo method")
            ->needs(of_tail)
            ->capture_default_str()};
}

void take_tail_options(risk_command& chosen) {
    tail_request& tail = chosen.paths.tail;
    for (tail_method const method :
         {tail_method::historical, tail_method::filtered, tail_method::monte_carlo})
        if (chosen.tail_method == name_of(method)) tail.method = method;
    for (CLI::Option const* option : chosen.of_draws)
        if (option->count() > 0 && tail.method != tail_method::monte_carlo)
            throw CLI::ValidationError(option->get_name(), "is for --tail-method monte-carlo; " +
                                                               chosen.tail_method + " has none");
    tail.tails_ppm.clear();
    for (double const level : chosen.tail_levels)
        tail.tails_ppm.push_back(static_cast<std::uint32_t>((1 - level) * tail_ppm_whole + 0.5));
    for (std::size_t i = 1; i < tail.tails_ppm.size(); ++i)
        if (std::find(tail.tails_ppm.begin(),
                      tail.tails_ppm.begin() + static_cast<std::ptrdiff_t>(i),
                      tail.tails_ppm[i]) != tail.tails_ppm.begin() + static_cast<std::ptrdiff_t>(i))
            throw CLI::ValidationError("--tail-level", "names a level twice, to a millionth");
}

/// What accounts are held to, and what else is asked about them.
void add_margin_options(CLI::App& command, risk_command& chosen) {
    command
        .add_option("--preset", chosen.preset,
                    "Preset of deribit, and of deribit_cross without parameters of its own: a "
                    "name, or a TOML file")
        ->capture_default_str();
    command
        .add_option("--model", chosen.models.model,
                    "Model of accounts that name none: " + margin_model_names())
        ->check(known_margin_model())
        ->type_name("NAME")
        ->capture_default_str();
    command
        .add_option(
            "--parameters", chosen.parameters,
            "TOML file of a model's parameters, for span also an exchange's .pa2; may be repeated")
        ->type_name("MODEL=FILE");
    command
        .add_option("--stress", chosen.stress,
                    "Shocks to revalue every account after: historical, or a TOML file")
        ->type_name("FILE")
        ->capture_default_str();
    command
        .add_option("--vols", chosen.vols,
                    "Vols of options: the market's marks, or a surface fitted to its quotes")
        ->check(CLI::IsMember({"mark", "surface"}))
        ->capture_default_str();
    command.add_option("--haircuts", chosen.paths.haircuts,
                       "Haircuts on collateral, by asset: for accounts of deribit_cross");
}

}  // namespace

void add_risk_command(CLI::App& app, exit_code& result) {
    auto* command =
        app.add_subcommand("risk", "Value a market, margin every account, write a risk report");
    auto chosen = std::make_shared<risk_command>();
    command->add_option("--market", chosen->paths.market, "Option chain: CSV, plain or gzip")
        ->required();
    command->add_option("--perpetuals", chosen->paths.perpetuals,
                        "Prices of perpetuals; without it they are priced at the index");
    command
        ->add_option("--portfolio", chosen->paths.portfolio,
                     "Folder with accounts.csv, cash.csv and positions.csv")
        ->required();
    command->add_option("--out", chosen->out, "Folder for the results, replaced whole")
        ->capture_default_str();
    add_margin_options(*command, *chosen);
    add_backend_option(*command, chosen->backend, "What computes");
    command->add_option("--threads", chosen->options.threads, "Threads; 0: as many as there are")
        ->check(CLI::Range(0, threads_max))
        ->capture_default_str();
    command->add_option("--isa", chosen->options.isa, "CPU instruction set: base, v3 or v4")
        ->check(instruction_set());
    command->add_option("--top", chosen->top, "Accounts in each ranking of summary and report")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    command->add_flag("--json", chosen->json, "Print summary.json instead of the summary");
    add_tail_options(*command, *chosen);
    command->footer(
        "Examples:\n"
        "  lockstep risk --market data/sample/chain.csv --portfolio data/sample/portfolio\n"
        "  lockstep risk --market chain.csv.gz --portfolio book --out out/tonight --json\n"
        "  lockstep risk --market chain.csv --portfolio book --backend cpu --threads 2\n"
        "  lockstep risk --market chain.csv --portfolio book --model srm --parameters "
        "srm=my.toml\n"
        "  lockstep risk --market chain.csv --portfolio book --tail history.csv --tail-level 0.99\n"
        "\nExit code 0: done; 1: done, and exceptions.csv is not empty; 2: usage; 3: an input\n"
        "cannot be used; 4: disk, memory or device, or what is printed\n"
        "cannot be written. The folder is not there, or is the earlier one, unless it is 0 or 1.");
    command->callback([chosen, &result] {
        chosen->options.kind = backend_named(chosen->backend);
        take_tail_options(*chosen);
        result = run(*chosen);
    });
}

}  // namespace lockstep

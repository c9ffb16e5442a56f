// `lockstep mc`: one contract on random paths, its price and Greeks with their errors in JSON.
#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <string>

#include "host/cli/backend_name.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/say.h"
#include "host/io/json_text.h"
#include "host/paths/contract_file.h"
#include "host/paths/valuation.h"

namespace lockstep {
namespace {

constexpr char const* mc_help = R"(
The contract is a TOML file (data/FORMATS.md has every key; data/sample/basket.toml is one): european, asian,
worst_of, best_of, barrier or american, on one asset or on up to 8 with correlations.
Every figure comes with its standard error: what chance on the valued paths makes of it. It leaves out what a step of
a difference misses and, of an american contract, what the fitted policy does: its moments of exercise stay when an
input moves, so that its Greeks are off by 1 to 3 %, by up to a tenth with a dividend or over years, theta by up to a
sixth, and they spread over seeds by several errors. Its dates do not include today. Where vol times the root of the
time is above 3, or no path paid, a warning says that the paths miss most of the value and the error does not show it.
The paths are functions of the seed and their number alone: the same figures come out, to the last bit, on every
backend and any number of threads.

Examples:
  lockstep mc --contract data/sample/basket.toml
  lockstep mc --contract data/sample/basket.toml --paths 1000000 --source philox --seed 7 --no-greeks
  printf 'payoff = "american"\ntype = "P"\nstrike = 40\ntime = 1\nrate = 0.06\ndates = 50\n[[asset]]\nname = "S"\nspot = 36\nvol = 0.2\n' | lockstep mc --contract -
)";

struct mc_command {
    std::string contract, source = "sobol", backend_name = "auto";
    path_settings settings;
    backend_options backend;
    bool no_greeks = false;
};

void write_figures(json_text& json, path_valuation const& v, int asset) {
    for (path_figure const& f : v.figures) {
        if (f.asset != asset) continue;
        json.open_object(f.name);
        json.number("value", f.value);
        json.number("error", f.error);
        json.close_object();
    }
}

std::string answer(mc_command const& command, named_contract const& n, path_valuation const& v,
                   std::string const& backend_name) {
    json_text json;
    json.open_object();
    write_figures(json, v, -1);
    if (command.settings.greeks) {
        json.open_array("assets");
        for (std::size_t a = 0; a < n.assets.size(); ++a) {
            json.open_object();
            json.text("name", n.assets[a]);
            write_figures(json, v, static_cast<int>(a));
            json.close_object();
        }
        json.close_array();
    }
    json.integer("paths", static_cast<std::int64_t>(v.paths));
    json.text("source", command.source);
    json.text("seed", std::to_string(command.settings.seed));
    json.text("digest", v.digest);
    json.text("backend", backend_name);
    json.close_object();
    return json.take();
}

/// Beyond this vol over the whole time most of a value lies on paths that are never drawn, and what
/// the drawn ones spread by says little of it.
constexpr double deviation_most = 3;

void warn_of_what_paths_miss(named_contract const& n, path_valuation const& v) {
    for (std::size_t a = 0; a < n.assets.size(); ++a) {
        double const deviation = n.contract.asset[a].vol * std::sqrt(n.contract.time);
        if (deviation > deviation_most)
            say("lockstep: warning: asset {}: vol times the root of the time is {:.1f}; "
                "beyond {} rare paths make most of a value, and the errors do not show it\n",
                n.assets[a], deviation, deviation_most);
    }
    path_figure const& price = v.figures.front();
    if (price.value == 0 && price.error == 0)
        say("lockstep: warning: none of the {} paths paid: the price is too small for so "
            "few, and its error of 0 is none\n",
            v.paths);
}

exit_code run(mc_command& command) {
    command.settings.sobol = command.source == "sobol";
    command.settings.greeks = !command.no_greeks;
    command.backend.kind = backend_named(command.backend_name);
    named_contract const n = read_contract(command.contract);
    auto const with = make_backend(command.backend);
    auto const v = value_on_paths(n.contract, command.settings, *with);
    warn_of_what_paths_miss(n, v);
    fmt::print("{}", answer(command, n, v, with->name()));
    return exit_code::done;
}

}  // namespace

void add_mc_command(CLI::App& app, exit_code& result) {
    auto command = std::make_shared<mc_command>();
    auto* sub = app.add_subcommand(
        "mc", "Value a contract on random paths, with Greeks and standard errors");
    sub->footer(mc_help);
    sub->add_option("--contract", command->contract, "TOML file; - is standard input")
        ->required()
        ->type_name("FILE");
    sub->add_option("--paths", command->settings.paths, "at least so many (65536)")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 36))
        ->type_name("N");
    sub->add_option("--policy-paths", command->settings.policy_paths,
                    "an american contract's policy is fitted to (32768)")
        ->check(CLI::Range(std::uint64_t{256}, std::uint64_t{1} << 22))
        ->type_name("N");
    sub->add_option("--seed", command->settings.seed, "of every random number (1)");
    sub->add_option("--source", command->source, "sobol (the default), or philox")
        ->check(CLI::IsMember({"sobol", "philox"}))
        ->type_name("NAME");
    sub->add_flag("--no-greeks", command->no_greeks, "the price alone, which is much faster");
    add_backend_option(*sub, command->backend_name, "What computes");
    sub->add_option("--threads", command->backend.threads, "threads; 0 (the default): all")
        ->check(CLI::Range(0, threads_max))
        ->type_name("N");
    sub->add_option("--isa", command->backend.isa,
                    "CPU instruction set to force; the best when absent")
        ->check(instruction_set())
        ->type_name("NAME");
    sub->callback([command, &result] { result = run(*command); });
}

}  // namespace lockstep

// `lockstep heston`: prices under Heston's or Bates' model, and its parameters from a chain.
#include <fmt/core.h>

#include <memory>

#include "host/cli/checks.h"
#include "host/cli/rejected.h"
#include "host/cli/say.h"
#include "host/cli/table_command.h"
#include "host/heston/fit_report.h"
#include "host/heston/parameters_file.h"
#include "host/io/output_file.h"
#include "host/market/load.h"
#include "host/price/heston_table.h"

namespace lockstep {
namespace {

constexpr char const* price_help = R"(
The input is a CSV table, plain or .gz, with its columns in any order; others are carried along:
  type                     C or P
  forward, spot            one of them; where both are given, the forward
  strike, time             time in years
  rate, dividend           continuously compounded; 0 when absent; dividend is the yield of a spot
FILE holds v0, kappa, theta, sigma, rho, and for jumps jump_intensity, jump_mean, jump_vol.
The output is each row as it stood, then price, error (a bound on the price's own), delta, gamma,
theta, rho, by_v0, by_kappa, by_theta, by_sigma, by_rho, status, reason. Rows that follow each other
and differ in strike and type alone are valued together: sort a large table by expiry.

Examples:
  lockstep heston price --parameters BTC.toml --input options.csv
  printf 'type,spot,strike,time\nC,100,100,1\n' | lockstep heston price --parameters p.toml --input -
)";

constexpr char const* fit_help = R"(
Each underlying of the chain is fitted on its own, to the vols of its options out of the money, all
with equal weight, to first order in the price: what is squared and summed is the distance of the
prices over the market's vega (at least a hundredth of the largest of its expiry). DIR gets
UNDERLYING.toml (for heston price), residuals.csv and manifest.json.

Example:
  lockstep heston fit --market data/sample/chain.csv --out out/heston

Exit code 0: done; 1: done, and a fit did not converge or records were rejected; 2: usage; 3: the
chain cannot be used; 4: disk or device. The folder is written whole or not at all.
)";

void add_price(CLI::App& heston, exit_code& result) {
    struct flags {
        table_command table;
        std::string parameters;
    };
    auto chosen = std::make_shared<flags>();
    auto* command = heston.add_subcommand("price", "Value a table of options, with Greeks");
    command->footer(price_help);
    command->add_option("--parameters", chosen->parameters, "TOML file of the model's parameters")
        ->required()
        ->type_name("FILE");
    add_table_options(*command, chosen->table);
    command->callback([chosen, &result] {
        chosen->table.also_read = chosen->parameters;
        heston_parameters const p = read_heston_parameters(chosen->parameters);
        auto const work = [&](block_reader& input, backend& with, int threads,
                              text_sink const& write) {
            return heston_table(input, with, threads, write, p);
        };
        result = run_table(chosen->table, work, "valued");
    });
}

struct fit_flags {
    std::string market, out;
    heston_chain_options chain;
    backend_options backend;
};

exit_code run_fit(fit_flags const& chosen) {
    keep_apart(chosen.out, {chosen.market});
    exception_log rejected;
    market const seen = load_market(chosen.market, rejected);
    auto const with = make_backend(chosen.backend);
    say("lockstep: prices by {}\n", with->name());
    atomic_directory folder(chosen.out);
    std::vector<fitted_chain> fits;
    bool good = rejected.empty();
    for (auto& chain : heston_chains_of(seen, chosen.chain)) {
        heston_fit fit = fit_heston(chain.quotes, *with);
        fmt::print("{}: {}, {} options in {} expiries", chain.underlying, name_of(fit.status),
                   chain.quotes.size(), chain.quotes.expiries.size());
        for (int i = 0; i < heston_fit_parameters; ++i)
            if (fit.at_bound[i]) fmt::print(", {} is at the end of its range", heston_fit_names[i]);
        if (!fit.vol.empty())
            fmt::print(", off by {:.2f} vol points (root mean square), {:.2f} at most",
                       100 * fit.rmse_vol, 100 * fit.worst_vol);
        fmt::print("\n");
        good = good && fit.status <= heston_fit_status::converged_at_a_bound;
        fits.push_back({std::move(chain), std::move(fit)});
    }
    write_heston_fits(folder.path(), seen, fits);
    say_what_was_rejected(rejected);
    if (!rejected.empty()) fmt::print("{} records of the chain were rejected\n", rejected.size());
    expect_printed();
    folder.commit();
    return good ? exit_code::done : exit_code::done_with_exceptions;
}

void add_fit(CLI::App& heston, exit_code& result) {
    auto chosen = std::make_shared<fit_flags>();
    auto* command = heston.add_subcommand("fit", "Find the parameters that a chain implies");
    command->footer(fit_help);
    command->add_option("--market", chosen->market, "Chain, plain or .gz")->required();
    command->add_option("--out", chosen->out, "Folder to write; an earlier fit is replaced")
        ->required();
    command->add_option("--days-min", chosen->chain.days_min, "Days to expiry an option must have")
        ->check(number_between(0, 36500))
        ->capture_default_str();
    command->add_option("--delta-min", chosen->chain.delta_min, "Delta that it must have")
        ->check(number_between(0, 0.5))
        ->capture_default_str();
    command->add_option("--threads", chosen->backend.threads, "threads; 0 (the default): all")
        ->check(CLI::Range(0, threads_max))
        ->type_name("N");
    command->callback([chosen, &result] { result = run_fit(*chosen); });
}

}  // namespace

void add_heston_command(CLI::App& app, exit_code& result) {
    auto* heston = app.add_subcommand("heston", "Heston's and Bates' model: prices, calibration");
    heston->require_subcommand(1);
    add_price(*heston, result);
    add_fit(*heston, result);
}

}  // namespace lockstep

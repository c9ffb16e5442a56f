#include <memory>

#include "host/cli/table_command.h"
#include "host/price/price_table.h"

namespace lockstep {
namespace {

constexpr char const* price_help = R"(
The input is a CSV table, plain or .gz, with its columns in any order; others are carried along:
  kind      option or european (the default: on the forward if given, else on the spot),
            black76 (on the forward), bsm (on the spot), future, perpetual
  type      C or P
  spot, forward   one of them (where both are given, see kind); dividend is the yield of the
            spot, or the coin's rate if inverse
  strike, time, vol   time in years, vol 0.65 is 65 % per square root of a year
  rate, dividend      continuously compounded; 0 when absent
  style     european (the default), american, or bermudan with exercise_dates such as 0.25;0.5
  cash_dividends      of a spot, TIME:AMOUNT, such as 0.25:2;0.75:2
  settle    linear (the default), or inverse: priced in the coin
  funding_rate, funding_interest, funding_interval, funding_spot   of a perpetual: rate for each
            interval (years; 0: continuous, rate per year), on the previous or the current spot
  payoff    vanilla (the default), or one of those below, each with columns of its own, which
            data/FORMATS.md describes: cash_or_nothing, asset_or_nothing, gap, supershare; one_touch,
            one_touch_at_expiry, no_touch; down_out, down_in, up_out, up_in; double_out, double_in;
            asian, asian_geometric, asian_two_moments, settlement_average; lookback_fixed,
            lookback_floating; quanto; exchange, spread, on_smaller, on_larger, correlation
The output is each row as it stood, then price, delta, gamma, vega, theta, rho, vanna, volga, charm,
speed, zomma, color, veta, ultima, delta_usd, delta_net, status, reason. Greeks are derivatives of
the price as quoted, per 1.00 of vol or rate and per year. American rows and payoffs other than vanilla have
the first six, and with a second underlying delta_2, gamma_2, gamma_cross, vega_2 and
correlation_slope behind all others; rows with exercise_dates or cash_dividends have
price, delta, gamma and theta. A row that cannot be valued keeps its place with blank values, a status and a reason; the exit code is then 1.

Examples:
  lockstep price --input options.csv
  lockstep price --input options.csv.gz --output priced.csv --backend cpu --threads 2
  printf 'type,forward,strike,time,vol\nC,65000,70000,0.0822,0.62\n' | lockstep price --input -
  printf 'payoff,type,spot,strike,barrier,time,vol\ndown_out,C,100,100,90,0.5,0.3\n' | lockstep price --input -
  printf 'style,type,spot,strike,time,vol,cash_dividends\namerican,C,100,90,1,0.25,0.5:7\n' | lockstep price --input -
)";

}  // namespace

void add_price_command(CLI::App& app, exit_code& result) {
    auto command = std::make_shared<table_command>();
    auto* sub = app.add_subcommand(
        "price", "Value a table of options, futures and perpetuals, with every Greek");
    sub->footer(price_help);
    add_table_options(*sub, *command);
    sub->callback([command, &result] { result = run_table(*command, price_table, "valued"); });
}

}  // namespace lockstep

#include <memory>

#include "host/cli/table_command.h"
#include "host/price/implied_vol_table.h"

namespace lockstep {
namespace {

constexpr char const* iv_help = R"(
The input is a CSV table, plain or .gz, with its columns in any order; others are carried along:
  type              C or P
  forward, strike   of the option
  time              years to expiry
  price             as paid today; discounted, when there is a discount
  discount          today's price of 1 at expiry; 1 when absent
  model             black (the default), or bachelier: the vol is in price units, and forward and
                    strike may be negative
  style             european (the default), or american: exercised at any time into the forward,
                    or into the spot where one is given (black alone)
  spot              of an american option's asset; its yield follows from forward and discount
The output is each row as it stood, then vol, vol_error, status, reason. vol_error is what half a
unit in the price's last place leaves undecided: no method knows the vol better. A price that no
vol gives (or none that a double holds), or that every small vol gives, has a status instead:
below_intrinsic, above_maximum, underflow, no_time. The exit code is then 1.

Examples:
  lockstep iv --input prices.csv
  lockstep iv --input prices.csv.gz --output vols.csv --threads 2
  printf 'type,forward,strike,time,price\nC,100,150,1,7.088134312870483\n' | lockstep iv --input -
)";

}  // namespace

void add_iv_command(CLI::App& app, exit_code& result) {
    auto command = std::make_shared<table_command>();
    auto* sub = app.add_subcommand("iv", "Find the vols that a table of option prices implies");
    sub->footer(iv_help);
    add_table_options(*sub, *command);
    sub->callback(
        [command, &result] { result = run_table(*command, implied_vol_table, "computed"); });
}

}  // namespace lockstep

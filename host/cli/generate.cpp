#include <fmt/core.h>

#include <memory>
#include <string>

#include "host/base/error.h"
#include "host/cli/command.h"
#include "host/cli/progress.h"
#include "host/generate/exchange.h"
#include "host/market/timestamp.h"

namespace lockstep {
namespace {

struct generate_flags {
    std::string out;
    std::string time = "2026-05-01T09:05:00Z";
    exchange_plan plan;
};

void generate(generate_flags& flags) {
    auto const time = parse_timestamp(flags.time);
    if (!time) throw input_error("--time: is not a time: " + flags.time);
    flags.plan.time = *time;
    exchange_counts counts;
    {
        progress_line bar("writing accounts", flags.plan.accounts);
        counts = generate_exchange(flags.plan, flags.out,
                                   [&](std::uint64_t done) { bar.reached(done); });
    }
    fmt::print("{}: {} instruments, {} accounts, {} cash rows, {} positions\n", flags.out,
               counts.instruments, counts.book.accounts, counts.book.cash, counts.book.positions);
    fmt::print(
        "next: lockstep risk --market {0}/chain.csv --portfolio {0}/portfolio --out RESULT\n",
        flags.out);
}

}  // namespace

void add_generate_command(CLI::App& app, exit_code& result) {
    auto flags = std::make_shared<generate_flags>();
    auto* command = app.add_subcommand(
        "generate", "Write a synthetic exchange: an option chain, accounts, cash and positions");
    command->add_option("--out", flags->out, "Folder to write; an earlier output is replaced")
        ->required();
    command->add_option("--seed", flags->plan.seed, "The same seed gives the same bytes")
        ->capture_default_str();
    command->add_option("--accounts", flags->plan.accounts, "Accounts, beside the HOUSE")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}))
        ->capture_default_str();
    command
        ->add_option("--positions-per-account", flags->plan.positions_per_account,
                     "Average number of positions of an account")
        ->check(CLI::Range(1.0, 10'000.0))
        ->capture_default_str();
    command
        ->add_option("--options", flags->plan.options_per_underlying,
                     "Options on BTC and on ETH; a quarter on SOL, an eighth on XRP")
        ->check(CLI::Range(16U, 100'000U))
        ->capture_default_str();
    command->add_option("--time", flags->time, "Moment of the snapshot, UTC")
        ->capture_default_str();
    command->callback([flags, &result] {
        generate(*flags);
        result = exit_code::done;
    });
}

}  // namespace lockstep

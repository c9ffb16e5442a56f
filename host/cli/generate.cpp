#include <fmt/core.h>
#include <oneapi/tbb/info.h>

#include <map>
#include <memory>
#include <string>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/progress.h"
#include "host/generate/exchange.h"
#include "host/generate/listed_series.h"
#include "host/generate/signed_transactions.h"
#include "host/generate/transactions.h"
#include "host/io/output_file.h"
#include "host/io/timestamp.h"
#include "host/log/log_writer.h"

namespace lockstep {
namespace {

std::map<std::string, market_mood> const moods{{"calm", market_mood::calm},
                                               {"swinging", market_mood::swinging},
                                               {"crashing", market_mood::crashing}};

struct generate_flags {
    std::string out;
    std::string time = "2026-05-01T09:05:00Z";
    exchange_plan plan;
    transaction_plan log;
    std::string mix = "mixed";
    bool sign = false;
    std::string market = "calm";
};

std::string fault_of_mix(std::string const& text) {
    try {
        mix_of(text);
    } catch (input_error const& error) {
        return error.what();
    }
    return "";
}

/// A log instead of an exchange: binary, or JSON lines when the name says so.
void generate_log(generate_flags& flags) {
    transaction_plan& plan = flags.log;
    if (flags.plan.accounts > 100'000'000 || flags.plan.accounts < 2)
        throw CLI::ValidationError("--accounts", "a log needs 2 to 100000000");
    plan.seed = flags.plan.seed;
    plan.accounts = static_cast<std::uint32_t>(flags.plan.accounts);
    plan.mix = mix_of(flags.mix);
    plan.market = moods.at(flags.market);
    auto const file = make_log_writer(flags.out);
    auto const write = [&](block const& b) { file->write(b); };
    if (flags.sign)
        generate_signed_transactions(plan, tbb::info::default_concurrency(), write);
    else
        generate_transactions(plan, write);
    fmt::print("{}: {} commands over {} accounts and {} books\n", flags.out, plan.transactions,
               plan.accounts, plan.books);
    fmt::print("next: lockstep run --log {} --out RESULT\n", flags.out);
    expect_printed();
    file->commit();
}

void generate(generate_flags& flags) {
    auto const time = parse_timestamp(flags.time);
    if (!time) throw CLI::ValidationError("--time", "is not a time: " + flags.time);
    if (!names_tell_expiries_after(*time))
        throw CLI::ValidationError(
            "--time", "its expiries must lie in 2000 to 2099, which two digits of a name can tell");
    flags.plan.time = *time;
    atomic_directory folder(flags.out);
    exchange_counts counts;
    {
        progress_line bar("writing accounts", flags.plan.accounts);
        counts = write_exchange(flags.plan, folder.path(),
                                [&](std::uint64_t done) { bar.reached(done); });
    }
    book_counts const& book = counts.book;
    fmt::print(
        "{}: {} instruments, {} accounts, {} cash rows, {} positions ({:.1f} an account beside the "
        "HOUSE; {:g} were asked for)\n",
        flags.out, counts.instruments, book.accounts, book.cash, book.positions,
        static_cast<double>(book.positions - book.of_house) /
            static_cast<double>(flags.plan.accounts),
        flags.plan.positions_per_account);
    fmt::print("next: lockstep risk --market {} --portfolio {}/portfolio --out RESULT\n",
               flags.plan.market.empty() ? flags.out + "/chain.csv" : flags.plan.market, flags.out);
    expect_printed();
    folder.commit();
}

void add_exchange_options(CLI::App* command, generate_flags& flags) {
    command->add_option("--accounts", flags.plan.accounts, "Accounts, beside the HOUSE")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000'000}))
        ->capture_default_str();
    command
        ->add_option("--positions-per-account", flags.plan.positions_per_account,
                     "Average number of positions that an account asks for; it holds each "
                     "instrument once, and of many it gets fewer")
        ->check(number_between(1, 10'000))
        ->capture_default_str();
    command
        ->add_option("--options", flags.plan.options_per_underlying,
                     "Options on BTC and on ETH; a quarter on SOL, an eighth on XRP")
        ->check(CLI::Range(16U, 100'000U))
        ->capture_default_str();
    auto* chain =
        command->add_option("--chain", flags.plan.market,
                            "A chain file to generate accounts for, instead of writing a chain");
    command->add_option("--time", flags.time, "Moment of the snapshot, UTC")->capture_default_str();
    for (char const* of_written_chain : {"--options", "--time"})
        chain->excludes(command->get_option(of_written_chain));
}

/// Options of a log, which need the one that asks for it; those of an exchange do not go with it.
void add_log_options(CLI::App* command, CLI::Option* transactions, generate_flags& flags) {
    for (char const* of_exchange : {"--positions-per-account", "--options", "--chain", "--time"})
        transactions->excludes(command->get_option(of_exchange));
    auto const of_log = [&](CLI::Option* option) {
        option->needs(transactions)->capture_default_str();
    };
    of_log(command->add_option("--books", flags.log.books, "Log: instruments")
               ->check(CLI::Range(1U, 4'000U)));
    of_log(command
               ->add_option("--mix", flags.mix,
                            "Log: transfers, orders, mixed (both, plain), day (everything), or "
                            "weights of events: order=40,cancel=20,mark=5")
               ->check(fault_of_mix));
    of_log(command->add_option("--market", flags.market, "Log: calm, swinging or crashing marks")
               ->check(CLI::IsMember(moods)));
    of_log(command
               ->add_option("--conflict", flags.log.conflict,
                            "Log: commands of 1,000 that touch one of --hot accounts and book 0")
               ->check(CLI::Range(0U, 1'000U)));
    of_log(command->add_option("--hot", flags.log.hot, "Log: hot accounts")
               ->check(CLI::Range(1U, 1'000'000U)));
    of_log(command
               ->add_option("--repeats", flags.log.repeats,
                            "Log: commands of 1,000 that are sent again, half of them changed")
               ->check(CLI::Range(0U, 1'000U)));
    of_log(command->add_option("--skew", flags.log.skew, "Log: 0 (all alike) to 0.99")
               ->check(number_between(0, 0.99)));
    of_log(command->add_option("--bad", flags.log.bad, "Log: bad commands of 1,000, about")
               ->check(CLI::Range(0U, 1'000U)));
    of_log(command->add_option("--block", flags.log.block, "Log: commands in a block")
               ->check(CLI::Range(1U, 1U << 20)));
    command
        ->add_flag("--sign", flags.sign,
                   "Log: an operator key, a key for each account, every command signed")
        ->needs(transactions);
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
    add_exchange_options(command, *flags);
    auto* transactions =
        command->add_option("--transactions", flags->log.transactions,
                            "Write a transaction log of that many commands instead, into the file "
                            "--out; JSON lines when it ends in .jsonl");
    add_log_options(command, transactions, *flags);
    command->footer(
        "Examples:\n"
        "  lockstep generate --accounts 10000 --out exchange\n"
        "  lockstep generate --transactions 1000000 --skew 0.8 --out orders.log\n"
        "  lockstep generate --transactions 100000 --mix day --market crashing --bad 20 \\\n"
        "      --repeats 10 --out day.jsonl");
    command->callback([flags, transactions, &result] {
        keep_apart(flags->out, {flags->plan.market});
        if (transactions->count() > 0)
            generate_log(*flags);
        else
            generate(*flags);
        result = exit_code::done;
    });
}

}  // namespace lockstep

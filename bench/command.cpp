// `lockstep bench VERB`: options in, tables out. What is timed, and how, is in the other files of
// this folder.
#include "bench/command.h"

#include <fmt/core.h>

#include <cmath>
#include <memory>
#include <utility>

#include "bench/benches.h"
#include "bench/report.h"
#include "host/cli/checks.h"

namespace lockstep {

namespace {

using bench::settings;

struct bench_verb {
    char const* name;
    char const* description;
    char const* size_of_what;
    void (*run)(settings const&, bench::case_sink const&);
    bool has_instruments;
    char const* footer;
    std::size_t size_min = 1;  // with less there is nothing to check an answer by
};

constexpr bench_verb verbs[] = {
    {"price", "Option prices and Greeks, checked against and timed beside QuantLib", "options",
     bench::bench_price, false,
     "Examples:\n"
     "  lockstep bench price\n"
     "  lockstep bench price --size 1e3,1e6 --isa v4 --seconds 2\n"
     "  lockstep bench price --backend cuda --size 1e7 --json > price.json"},
    {"iv", "Implied vols, checked against those that made the prices, beside QuantLib", "options",
     bench::bench_implied_vol, false,
     "Examples:\n"
     "  lockstep bench iv\n"
     "  lockstep bench iv --size 1e6 --isa v4 --seconds 2"},
    {"american", "American options of the Andersen-Lake-Offengenden grid, beside QuantLib",
     "options", bench::bench_american, false,
     "Examples:\n"
     "  lockstep bench american\n"
     "  lockstep bench american --size 6000 --isa v4 --seconds 2"},
    {"heston", "Options under Heston's model, 40 strikes an expiry, beside QuantLib's engines",
     "expiries", bench::bench_heston, false,
     "Examples:\n"
     "  lockstep bench heston\n"
     "  lockstep bench heston --size 500 --isa v4 --seconds 3"},
    {"surface", "A snapshot's implied vols and all of its surfaces, against the true ones",
     "options", bench::bench_surface, false,
     "Examples:\n"
     "  lockstep bench surface\n"
     "  lockstep bench surface --size 2016,20160 --isa v4 --seconds 3",
     9},
    {"mc", "Contracts on random paths: errors and cost beside QuantLib's Monte-Carlo engines",
     "paths for each contract", bench::bench_mc, false,
     "Examples:\n"
     "  lockstep bench mc\n"
     "  lockstep bench mc --size 1e4,1e5 --isa v4 --seconds 5",
     2},
    {"var", "Value at risk and shortfall of every account, every option revalued", "accounts",
     bench::bench_var, false,
     "Examples:\n"
     "  lockstep bench var\n"
     "  lockstep bench var --size 1e4,1e5 --isa v4 --seconds 5"},
    {"risk-arrays", "Instrument x scenario revaluation with sensitivities", "instruments",
     bench::bench_risk_arrays, false,
     "Examples:\n"
     "  lockstep bench risk-arrays\n"
     "  lockstep bench risk-arrays --size 8000 --threads 2"},
    {"margin", "Account x scenario sums and margin requirements", "accounts", bench::bench_margin,
     true,
     "Examples:\n"
     "  lockstep bench margin --size 1e4,1e5\n"
     "  lockstep bench margin --size 1e6 --instruments 8000 --seconds 3"},
    {"watch", "A tick through the whole watch, from marks to verdicts", "accounts",
     bench::bench_watch, true,
     "Examples:\n"
     "  lockstep bench watch --size 1e5\n"
     "  lockstep bench watch --size 1e6 --instruments 2000 --isa v4 --seconds 5"},
    {"matching", "One order book on one core: calm, swinging and crashing markets", "messages",
     bench::bench_matching, false,
     "Examples:\n"
     "  lockstep bench matching\n"
     "  lockstep bench matching --size 1e7 --seconds 10"},
    {"root", "Leaf and node digests beside OpenSSL, and the state root", "messages or rows",
     bench::bench_root, false,
     "Examples:\n"
     "  lockstep bench root\n"
     "  OPENSSL_ia32cap=:~0x20000000 lockstep bench root --size 1e5   (OpenSSL without the\n"
     "                                               processor's SHA-256 instructions)"},
    {"signatures", "Ed25519 signatures of a block: one core, all cores, and an OpenSSL loop",
     "commands", bench::bench_signatures, false,
     "Examples:\n"
     "  lockstep bench signatures\n"
     "  lockstep bench signatures --size 1e5 --threads 8 --json"},
    {"execution", "Executors against the serial one: light and heavy tasks, few rows and many",
     "accounts", bench::bench_execution, false,
     "Lines that say SIMULATED are no measurements: a greedy schedule of measured task costs.\n"
     "Examples:\n"
     "  lockstep bench execution\n"
     "  lockstep bench execution --size 10,1e4 --threads 2 --seconds 3"},
    {"blocks", "Whole blocks through the ledger: transfers and orders with receipts and root",
     "accounts", bench::bench_blocks, false,
     "Examples:\n"
     "  lockstep bench blocks\n"
     "  lockstep bench blocks --size 1e4 --seconds 3"},
    {"store", "Durable blocks, a sync each, beside the same in memory; recovery", "accounts",
     bench::bench_store, false,
     "Writes in a folder of its own where it is started, and removes it.\n"
     "Examples:\n"
     "  lockstep bench store\n"
     "  lockstep bench store --size 1e6 --seconds 10 --json"},
};

/// What CLI11 writes into; numbers may be given as 1e6.
struct raw_options {
    std::vector<double> sizes;
    std::vector<double> instruments;
    std::string backend = "auto";
    bool json = false;
    settings chosen;
};

std::vector<std::size_t> whole_numbers(std::vector<double> const& given, char const* option,
                                       std::size_t low) {
    std::vector<std::size_t> numbers;
    for (double const number : given) {
        if (!(number >= static_cast<double>(low) && number <= 1e10) || number != std::floor(number))
            throw CLI::ValidationError(option,
                                       fmt::format("must be whole numbers from {} to 1e10", low));
        numbers.push_back(static_cast<std::size_t>(number));
    }
    return numbers;
}

settings settings_of(bench_verb const& verb, raw_options const& raw) {
    settings chosen = raw.chosen;
    chosen.sizes = whole_numbers(raw.sizes, "--size", verb.size_min);
    chosen.instruments = whole_numbers(raw.instruments, "--instruments", 1);
    if (raw.backend == "cpu") chosen.backend = backend_kind::cpu;
    if (raw.backend == "cuda") chosen.backend = backend_kind::cuda;
    return chosen;
}

void run_verb(bench_verb const& verb, raw_options const& raw) {
    settings const chosen = settings_of(verb, raw);
    bench::device_chosen(chosen);  // a forced device that is not there is said before anything else
    if (!chosen.isa.empty()) make_backend({backend_kind::cpu, 1, chosen.isa});
    auto const limits = bench::measure_machine(std::min(0.3, chosen.seconds), chosen.threads);
    bench::report report(verb.name, chosen, limits, raw.json);
    report.begin();
    verb.run(chosen, [&](bench::bench_case const& work) {
        report.add(bench::run_case(work, chosen, limits));
    });
    report.end();
}

void add_verb(CLI::App& bench, bench_verb const& verb, exit_code& result) {
    auto raw = std::make_shared<raw_options>();
    auto* command = bench.add_subcommand(verb.name, verb.description);
    command->add_option("--size", raw->sizes, fmt::format("Numbers of {}", verb.size_of_what))
        ->delimiter(',');
    if (verb.has_instruments)
        command->add_option("--instruments", raw->instruments, "Numbers of instruments")
            ->delimiter(',');
    command->add_option("--seconds", raw->chosen.seconds, "Time for each contender in each case")
        ->check(number_between(0, 3600))
        ->capture_default_str();
    command->add_option("--seed", raw->chosen.seed, "Of the random inputs")->capture_default_str();
    command->add_option("--backend", raw->backend, "Which backends take part: auto is every one")
        ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
        ->capture_default_str();
    command
        ->add_option("--isa", raw->chosen.isa,
                     "Only this instruction set beside the reference (base, v3, v4)")
        ->check(instruction_set());
    command->add_option("--threads", raw->chosen.threads, "Of the threaded contender; 0: all")
        ->check(CLI::Range(0, threads_max))
        ->capture_default_str();
    command->add_flag("--json", raw->json, "One JSON document instead of tables");
    command->footer(verb.footer);
    command->callback([&verb, raw, &result] {
        run_verb(verb, *raw);
        result = exit_code::done;
    });
}

}  // namespace

void add_bench_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand(
        "bench", "Check answers, then time them: scalar, vector, threads, device and peers");
    command->require_subcommand(1);
    command->footer(
        "No time is printed for an answer that is wrong (the exit code is then 5).\n"
        "Examples:\n"
        "  lockstep bench price\n"
        "  lockstep bench margin --size 1e5 --json > margin.json");
    for (auto const& verb : verbs) add_verb(*command, verb, result);
}

}  // namespace lockstep

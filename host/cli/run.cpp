// `lockstep run`: a transaction log in; receipts, a root for every block and a snapshot out.
#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "host/base/interruption.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/engine_flags.h"
#include "host/cli/live.h"
#include "host/cli/progress.h"
#include "host/cli/run_texts.h"
#include "host/cli/say.h"
#include "host/io/output_file.h"
#include "host/run/rank_agreement.h"
#include "host/run/run_log.h"

namespace lockstep {

namespace {

struct run_command {
    std::string log;
    std::string out = "out/run";
    engine_flags flags;
    std::string store;
    std::uint32_t blocks_per_sync = 1;
    live_flags live;
    std::uint64_t checkpoint_every = 0;
    std::uint64_t retain_blocks = 0;
    bool json = false;
    bool liquidate = false;
    bool trades = false;
    std::string operator_key;
};

/// About how many commands a plain binary log holds; zero where that cannot be told beforehand.
std::uint64_t commands_in(std::string const& log) {
    std::error_code none;
    std::uint64_t const bytes = std::filesystem::file_size(log, none);
    return none || log.ends_with(".gz") ? 0 : bytes / sizeof(transaction_row);
}

/// What the ranks of a job cannot do together is a fault of the command line.
void demand_for_ranks(run_command const& command) {
    auto const refuse = [](char const* option, char const* why) {
        throw CLI::ValidationError(option, why);
    };
    if (command.flags.executor != "sharded")
        refuse("--executor", "must be sharded on several ranks: the others know one process");
    if (command.log == "-") refuse("--log", "must be a file on several ranks: each reads it");
    if (command.live.on) refuse("--live", "is for one process alone");
    if (!command.store.empty()) refuse("--store", "is for one process alone");
}

void write_text(std::filesystem::path const& path, std::string const& text) {
    output_file file(path);
    file.write(text);
    file.close();
}

/// Says what became of a run whose files are written.
exit_code report(run_summary const& summary, run_command const& command, live_source const* live,
                 run_words const& words) {
    if (live == nullptr && summary.commands == 0 && summary.blocks_before == 0)
        say("lockstep: {}: holds no transaction\n",
            command.log == "-" ? "standard input" : command.log);
    if (live != nullptr) {
        say("lockstep: {} commands in {} blocks, {} lines not accepted\n", summary.commands,
            summary.blocks, live->not_accepted());
        live->rethrow_failure();  // what was accepted before it is safe
        return live->not_accepted() > 0 ? exit_code::done_with_exceptions : exit_code::done;
    }
    if (command.json)
        fmt::print("{}", manifest_text(summary));
    else
        print_summary(summary, words);
    return exit_code::done;
}

/// As the rank of a job that it is; null: alone.
exit_code run_as_rank(run_command const& command, exec::rank_exchange* job) {
    engine_options engine = command.flags.engine();
    engine.keep_trades = command.trades;
    if (job != nullptr && job->ranks() > 1) {
        demand_for_ranks(command);
        engine.ranks = job;
    }
    std::optional<private_key> key;
    if (!command.operator_key.empty()) key = private_key::read(command.operator_key);
    run_liquidation const liquidation{.on = command.liquidate,
                                      .operator_key = key ? &*key : nullptr};
    if (job != nullptr && job->rank() > 0) {
        follow_log(*open_log(command.log), engine, liquidation);
        return exit_code::done;
    }
    keep_apart(command.out, {command.log, command.operator_key});
    keep_out_of_store(command.out, command.store);
    keep_in_own_folder(command.store);
    atomic_directory folder(command.out);
    tbb::global_control const limit(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(engine.threads));
    auto const device = make_backend(command.flags.device());
    chosen_log const log = open_chosen_log(command.log, command.live, folder.path());
    std::optional<ledger_store> store;
    if (!command.store.empty())
        store.emplace(store_options{.files = {.folder = command.store},
                                    .blocks_per_sync = command.blocks_per_sync,
                                    .checkpoint_every = command.checkpoint_every,
                                    .acknowledge = {}});
    if (store && log.live != nullptr) log.live->when_idle([&store] { store->sync(); });
    run_summary summary;
    std::optional<on_interruption> signals;
    if (log.live != nullptr) signals.emplace([&log] { log.live->stop(); });
    {
        progress_line bar("commands", commands_in(command.log));
        summary = run_log(
            *log.source, engine, *device, folder.path(),
            [&](std::uint64_t done) { bar.reached(done); }, store ? &*store : nullptr, liquidation);
    }
    if (store && command.retain_blocks > 0) store->fold(command.retain_blocks, *device);
    run_words const words{.executor = command.flags.executor,
                          .device = device->name(),
                          .store = command.store,
                          .out = command.out};
    write_text(folder.path() / "counters.json", counters_text(summary, words));
    write_text(folder.path() / "manifest.json", manifest_text(summary));
    if (log.sealed) log.sealed->commit();
    folder.commit();
    return report(summary, command, log.live, words);
}

exit_code run(run_command const& command, exec::join_job const& join) {
    if (command.json && command.live.on)
        throw CLI::ValidationError("--json", "goes to standard output, where --live answers");
    auto const job = join ? join() : nullptr;
    try {
        return run_as_rank(command, job.get());
    } catch (ranks_differ const& difference) {
        // Said by the first rank for all; who left before would end it.
        if (job->rank() == 0) say("lockstep: {}\n", difference.what());
        job->gather({});
        return exit_code::bad_input;
    }
}

constexpr char const* run_footer =
    "Results: receipts.bin, roots.csv, snapshot.bin, manifest.json, counters.json; with "
    "--trades\ntrades.csv (data/FORMATS.md).\n\n"
    "Examples:\n"
    "  lockstep run --log day.log --out out/day\n"
    "  lockstep run --log day.log --out out/day --store exchange.store\n"
    "  lockstep run --log day.log --liquidate --trades --out out/day\n"
    "  lockstep run --log day.jsonl --executor deterministic --threads 2 --check\n"
    "  mpirun -n 4 lockstep run --log day.log --executor sharded --out out/day\n"
    "                          (where MPI was found: accounts and books are shared out\n"
    "                          over the ranks, which must have the same log and flags)\n"
    "  gateway | lockstep run --log - --live --store exchange --out out/day\n\n"
    "SIGINT, SIGTERM and SIGHUP end a live log as the end of its input does; any other run "
    "they "
    "end\nwithout a result. Results are in their place before the summary is printed: they are "
    "a ledger's,\nand stay when standard output is lost (exit code 4).";

}  // namespace

void add_run_command(CLI::App& app, exit_code& result, exec::join_job const& join) {
    auto* command = app.add_subcommand("run", "Run a transaction log: receipts, roots, snapshot");
    auto chosen = std::make_shared<run_command>();
    command
        ->add_option("--log", chosen->log,
                     "Log: binary or JSON lines, plain or gzip, '-' for stdin")
        ->required();
    command->add_option("--out", chosen->out, "Folder for the results, replaced whole")
        ->capture_default_str();
    chosen->flags.add_to(*command);
    command->add_flag("--require-signatures", chosen->flags.require_signatures,
                      "Refuse what is not signed, from the first command on; without it, from the "
                      "first operator key on");
    auto* store = command->add_option(
        "--store", chosen->store,
        "Folder of a durable store: made when there is none, else gone on with");
    command
        ->add_option("--blocks-per-sync", chosen->blocks_per_sync,
                     "Blocks that the store writes with one sync; fewer where no more arrive")
        ->check(CLI::Range(1, 1'000'000))
        ->needs(store)
        ->capture_default_str();
    auto* liquidate = command->add_flag(
        "--liquidate", chosen->liquidate,
        "Liquidate accounts under water; executed.log is the log with those commands");
    command
        ->add_option("--operator-key", chosen->operator_key,
                     "Private key (PEM) that signs liquidations: one of the operator's as soon "
                     "as he has any, which the log does not use: a nonce used twice ends it")
        ->needs(liquidate);
    command->add_flag("--trades", chosen->trades,
                      "Write trades.csv as well: every trade with its price, sides and fees");
    add_live_options(*command, chosen->live);
    command
        ->add_option("--checkpoint-every", chosen->checkpoint_every,
                     "Blocks between checkpoints of the store; 0: none")
        ->needs(store)
        ->capture_default_str();
    command
        ->add_option("--retain-blocks", chosen->retain_blocks,
                     "Blocks whose receipts the store keeps; 0: all")
        ->needs(store)
        ->capture_default_str();
    command->add_flag("--json", chosen->json, "Print the manifest as JSON");
    command->footer(run_footer);
    command->callback([chosen, &result, join] { result = run(*chosen, join); });
}

}  // namespace lockstep

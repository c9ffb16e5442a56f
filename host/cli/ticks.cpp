// `lockstep ticks`: snapshots of a chain in; a recording for `lockstep watch` out, or with a
// portfolio a transaction log for `lockstep run`.
#include <fmt/core.h>

#include <filesystem>
#include <optional>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/rejected.h"
#include "host/generate/market_log.h"
#include "host/io/csv_cell.h"
#include "host/io/output_file.h"
#include "host/log/log_writer.h"
#include "host/watch/recording.h"

namespace lockstep {
namespace fs = std::filesystem;

namespace {

struct ticks_flags {
    std::string snapshots, perpetuals, portfolio, out, names;
    std::uint32_t steps = 1;
};

/// Snapshots, and of a portfolio its tables: what else lies in its folder is not read.
std::vector<std::string> inputs_of(ticks_flags const& chosen) {
    std::vector<std::string> files = snapshots_in(chosen.snapshots);
    files.push_back(chosen.perpetuals);
    if (chosen.portfolio.empty()) return files;
    for (char const* table : {"/accounts.csv", "/cash.csv", "/positions.csv"})
        for (char const* ending : {"", ".gz"}) files.push_back(chosen.portfolio + table + ending);
    return files;
}

recorded_snapshots snapshots_of(ticks_flags const& chosen) {
    return {snapshots_in(chosen.snapshots), chosen.steps, chosen.perpetuals};
}

/// Before the file takes its place.
void say_what_was_made(ticks_flags const& chosen, recording_counts const& n,
                       exception_log const& rejected) {
    say_what_was_rejected(rejected);
    fmt::print(
        "{}: {} ticks from {} snapshots, {} marks, {} instruments settled; {} records "
        "of later snapshots are not listed in the first; {} records rejected\n",
        chosen.out, n.ticks, n.snapshots, n.marks, n.settled, n.not_listed, rejected.size());
    expect_printed();
}

void write_recording(ticks_flags const& chosen, exception_log& rejected) {
    recorded_snapshots const snapshots = snapshots_of(chosen);
    if (snapshots.files.size() < 2)
        throw input_error(chosen.snapshots +
                          ": holds one snapshot; a recording goes from one to the next");
    atomic_file file(chosen.out);
    recording_counts const n =
        record(snapshots, rejected, [&](std::string const& line) { file.write(line); });
    say_what_was_made(chosen, n, rejected);
    file.commit();
}

/// What the log calls by number.
std::string names_of(market_log const& log) {
    std::string text = "what,number,name,asset\n";
    auto const row = [&text](char const* what, std::size_t number, std::string const& name,
                             std::string const& asset) {
        text += fmt::format("{},{},", what, number);
        append_cell(text, name);
        text += ',';
        append_cell(text, asset);
        text += '\n';
    };
    market const& listed = log.listed();
    for (std::size_t i = 0; i < listed.assets.size(); ++i) row("asset", i, listed.assets[i], "");
    for (std::size_t i = 0; i < listed.instruments.size(); ++i)
        row("instrument", i, listed.names[i],
            listed.assets[listed.instruments[i].settle_asset.value]);
    for (std::size_t i = 0; i < log.accounts().size(); ++i)
        row("account", i, log.accounts()[i].name, listed.assets[log.accounts()[i].asset]);
    return text;
}

void write_log(ticks_flags const& chosen, exception_log& rejected) {
    auto const file = make_log_writer(chosen.out);
    std::optional<atomic_file> names;
    if (!chosen.names.empty()) names.emplace(chosen.names);
    auto const device = make_backend({.kind = backend_kind::cpu});
    market_log log(chosen.portfolio, *device, rejected, [&](block const& b) { file->write(b); });
    recording_counts const n = play(snapshots_of(chosen), rejected, log);
    log.ends();
    market_log_counts const& made = log.counts();
    fmt::print(
        "{}: {} commands in {} blocks: {} accounts, {} of them isolated, open {} positions; {} "
        "positions have no price, {} accounts are richer than the portfolio says; perpetuals pay "
        "funding {} times\n",
        chosen.out, made.commands, made.blocks, made.accounts, made.isolated, made.trades,
        made.left_out, made.richer, made.fundings);
    if (names) names->write(names_of(log));
    say_what_was_made(chosen, n, rejected);
    file->commit();
    if (names) names->commit();
}

}  // namespace

void add_ticks_command(CLI::App& app, exit_code& result) {
    auto chosen = std::make_shared<ticks_flags>();
    auto* command = app.add_subcommand(
        "ticks",
        "Turn snapshots of a chain into a recording for watch, or with a portfolio into a "
        "transaction log for run");
    command
        ->add_option("--snapshots", chosen->snapshots,
                     "Folder of chain files, in the order of their names")
        ->required();
    command->add_option("--perpetuals", chosen->perpetuals,
                        "Prices of perpetuals, of every snapshot's time; without it they are "
                        "priced at the index");
    auto* portfolio =
        command->add_option("--portfolio", chosen->portfolio,
                            "Folder of accounts.csv, cash.csv, positions.csv in what the first "
                            "snapshot lists: write a transaction log of an exchange that holds it");
    command
        ->add_option("--out", chosen->out,
                     "File to write, replaced: JSON lines of a recording, or a log (binary; JSON "
                     "lines when it ends in .jsonl)")
        ->required();
    command
        ->add_option("--names", chosen->names,
                     "File to write, replaced: a CSV of the names of what the log calls by number")
        ->needs(portfolio);
    command
        ->add_option("--steps", chosen->steps,
                     "Ticks from each snapshot to the next; those between go in straight lines")
        ->check(CLI::Range(1u, 100'000u))
        ->capture_default_str();
    command->footer(
        "Example:\n"
        "  lockstep ticks --snapshots deribit_stress_2026-02-05 --steps 60 --out fall.jsonl\n"
        "  lockstep generate --accounts 100000 --chain FIRST_SNAPSHOT --out crowd\n"
        "  lockstep ticks --snapshots deribit_stress_2026-02-05 --steps 40 \\\n"
        "      --portfolio crowd/portfolio --out fall.log --names names.csv\n"
        "  lockstep run --log fall.log --liquidate --check --out fall\n"
        "\nExit code 0: done; 1: done, and records were rejected; 2: usage; 3: a\n"
        "snapshot cannot be used; 4: disk. The file is written whole or not at all.");
    command->callback([chosen, &result] {
        if (chosen->perpetuals == "-")
            throw CLI::ValidationError("--perpetuals", "is read for each snapshot: not from -");
        keep_apart(chosen->out, inputs_of(*chosen));
        keep_out_of_folder(chosen->out, chosen->snapshots);
        if (!chosen->names.empty()) {
            keep_apart(chosen->names, inputs_of(*chosen));
            keep_out_of_folder(chosen->names, chosen->snapshots);
            if (weakly_canonical(fs::absolute(chosen->names)) ==
                weakly_canonical(fs::absolute(chosen->out)))
                throw CLI::ValidationError("--names", "is the file of --out");
        }
        exception_log rejected;
        if (chosen->portfolio.empty())
            write_recording(*chosen, rejected);
        else
            write_log(*chosen, rejected);
        result = rejected.empty() ? exit_code::done : exit_code::done_with_exceptions;
    });
}

}  // namespace lockstep

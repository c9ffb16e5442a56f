// `lockstep history`: snapshots of a chain in, a scenario history for `lockstep risk --tail` out.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <set>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/progress_bar.h"
#include "host/cli/rejected.h"
#include "host/io/output_file.h"
#include "host/market/load.h"
#include "host/tail/history.h"
#include "host/watch/recording.h"

namespace lockstep {

namespace {

/// Names of what some snapshot has and not every one, separated by commas.
std::string underlyings_left_out(std::vector<market_smiles> const& seen,
                                 tail_history const& history) {
    std::set<std::string> names;
    for (market_smiles const& m : seen) {
        for (underlying_smile const& u : m.underlyings) names.insert(u.name);
        names.insert(m.without.begin(), m.without.end());
    }
    for (std::string const& kept : history.underlyings) names.erase(kept);
    return fmt::format("{}", fmt::join(names, ", "));
}

std::vector<market_smiles> read_snapshots(std::vector<std::string> const& names,
                                          exception_log& rejected) {
    std::vector<market_smiles> seen;
    progress_bar bar(1);
    for (std::string const& name : names) {
        bar.show("read snapshots", seen.size(), names.size());
        seen.push_back(smiles_of(load_market(name, rejected)));
    }
    bar.clear();
    return seen;
}

}  // namespace

void add_history_command(CLI::App& app, exit_code& result) {
    struct flags {
        std::string snapshots, out;
    };
    auto chosen = std::make_shared<flags>();
    auto* command = app.add_subcommand(
        "history", "Turn snapshots of a chain into a scenario history for risk --tail");
    command
        ->add_option("--snapshots", chosen->snapshots,
                     "Folder of chain files, in the order of their names")
        ->required();
    command->add_option("--out", chosen->out, "File of scenarios to write; replaced")->required();
    command->footer(
        "Each scenario is how forwards and smiles moved from one snapshot to the next.\n"
        "Example:\n"
        "  lockstep history --snapshots deribit_daily --out history.csv\n"
        "\nExit code 0: done; 1: done, and records of snapshots were rejected (the first\n"
        "twenty are named on standard error), or an underlying\n"
        "that has no smile in some snapshot was left out; 2: usage; 3: a\n"
        "snapshot cannot be used; 4: disk. The file is written whole or not at all.");
    command->callback([chosen, &result] {
        auto const names = snapshots_in(chosen->snapshots);
        keep_apart(chosen->out, names);
        keep_out_of_folder(chosen->out, chosen->snapshots);
        if (names.size() < 2)
            throw input_error(chosen->snapshots + ": a history needs two snapshots at least");
        exception_log rejected;
        atomic_file file(chosen->out);
        std::vector<market_smiles> const seen = read_snapshots(names, rejected);
        tail_history const history = history_of(seen);
        file.write(history_text(history));
        say_what_was_rejected(rejected);
        fmt::print("{}: {} scenarios of {} underlyings from {} snapshots; {} records rejected\n",
                   chosen->out, history.scenarios(), history.underlyings.size(), names.size(),
                   rejected.size());
        std::string const left_out = underlyings_left_out(seen, history);
        if (!left_out.empty())
            fmt::print("left out, without a smile in every snapshot: {}\n", left_out);
        expect_printed();
        file.commit();
        result = rejected.empty() && left_out.empty() ? exit_code::done
                                                      : exit_code::done_with_exceptions;
    });
}

}  // namespace lockstep

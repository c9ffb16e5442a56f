// `lockstep replay`: runs a store's journal again and compares. `lockstep verify`: looks at every
// record of a store.
#include <fmt/core.h>
#include <oneapi/tbb/global_control.h>

#include <memory>
#include <optional>
#include <string>

#include "host/base/error.h"
#include "host/cli/command.h"
#include "host/cli/engine_flags.h"
#include "host/cli/progress.h"
#include "host/cli/say.h"
#include "host/root/proof_json.h"
#include "host/store/replay.h"
#include "host/store/verify.h"
#include "host/store/writer_watch.h"

namespace lockstep {

namespace {

std::string hex(sha256_digest const& digest) { return hex_text(digest.bytes, sizeof digest.bytes); }

struct replay_command {
    std::string store;
    engine_flags flags;
    std::uint64_t from = 1, to = 0;
};

exit_code run_replay(replay_command const& command) {
    replay_plan const plan{command.flags.engine(), command.from, command.to};
    tbb::global_control const limit(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(plan.engine.threads));
    auto const device = make_backend(command.flags.device());
    replay_report const report = look_at_store(command.store, [&](auto& store, auto& writer) {
        progress_line bar("commands", 0);
        replay_report found =
            replay(store, plan, *device, [&](std::uint64_t done) { bar.reached(done); });
        if (found.differs != 0) writer.excuse(fmt::format("block {} differs", found.differs));
        return found;
    });
    if (report.started_after > 0)
        fmt::print("Began after the checkpoint of block {}\n", report.started_after);
    if (report.differs == 0) {
        std::string const roots =
            report.roots == report.blocks
                ? "every root is the one in the journal"
                : fmt::format(
                      "their receipts and {} roots are those in the journal, which has no "
                      "more roots of folded blocks",
                      report.roots);
        fmt::print("Replayed {} commands in {} blocks, {} to {}: {}\nroot {}\n", report.commands,
                   report.blocks, report.started_after + 1, report.started_after + report.blocks,
                   roots, hex(report.root));
        return exit_code::done;
    }
    fmt::print("Block {} differs:\n", report.differs);
    for (std::string const& finding : report.findings) fmt::print("{}\n", finding);
    return exit_code::done_with_exceptions;
}

struct verify_command {
    std::string store, packed, root;
};

verify_report verify(verify_command const& command, std::optional<sha256_digest> const& expected) {
    auto const device = make_backend({.kind = backend_kind::cpu});
    if (!command.packed.empty()) return verify_packed(command.packed, expected, *device);
    return look_at_store(command.store, [&](auto& store, auto& writer) {
        verify_report found = verify_store(store, expected, *device);
        if (!found.findings.empty()) writer.excuse(found.findings.front());
        return found;
    });
}

exit_code run_verify(verify_command const& command) {
    std::optional<sha256_digest> expected;
    if (!command.root.empty() &&
        read_digest(command.root, expected.emplace()) != proof_status::verified)
        throw CLI::ValidationError("--root", "a root has 64 lower-case hexadecimal digits");
    verify_report const report = verify(command, expected);
    for (std::string const& finding : report.findings) fmt::print("{}\n", finding);
    if (report.more) fmt::print("... and more\n");
    if (!report.findings.empty()) {
        say("lockstep: {}: is not what was written\n", command.store + command.packed);
        return exit_code::bad_input;
    }
    fmt::print("{} blocks, {} commands, {} rows: all as they were written\nroot {}\n",
               report.blocks, report.commands, report.rows, hex(report.root));
    return exit_code::done;
}

}  // namespace

void add_replay_command(CLI::App& app, exit_code& result) {
    auto* command =
        app.add_subcommand("replay", "Run a store's journal again and compare every root");
    auto chosen = std::make_shared<replay_command>();
    command->add_option("--store", chosen->store, "Folder of the store")->required();
    command
        ->add_option("--from", chosen->from,
                     "A block to compare; begins to compare after the nearest checkpoint before it")
        ->capture_default_str();
    command->add_option("--to", chosen->to, "Last block; 0: the store's last")
        ->capture_default_str();
    chosen->flags.add_to(*command);
    command->footer(
        "Stops at the first block that differs and names the rows and receipts that do (exit code "
        "1).\n\n"
        "Examples:\n"
        "  lockstep replay --store exchange.store\n"
        "  lockstep replay --store exchange.store --from 1000 --to 1100 --executor deterministic "
        "--threads 2");
    command->callback([chosen, &result] { result = run_replay(*chosen); });
}

void add_verify_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand(
        "verify", "Check every record of a store: checksums, chain, rows, root, invariants");
    auto chosen = std::make_shared<verify_command>();
    auto* what = command->add_option_group("what")->require_option(1);
    what->add_option("--store", chosen->store, "Folder of the store");
    what->add_option("--snapshot", chosen->packed, "File that `store export` wrote");
    command->add_option("--root", chosen->root,
                        "The root that it should have, from roots.csv of its run");
    command->footer(
        "Each record that is not what was written is named, by block or by table and row (exit "
        "code 3).\n\n"
        "Examples:\n  lockstep verify --store exchange.store\n"
        "  lockstep verify --snapshot exchange.packed --root 5f0c...");
    command->callback([chosen, &result] { result = run_verify(*chosen); });
}

}  // namespace lockstep

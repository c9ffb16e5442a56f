// `lockstep explain`: why an account stands as it does after a block.
#include <fmt/core.h>

#include <memory>
#include <string>

#include "host/cli/command.h"
#include "host/store/explain.h"
#include "host/store/writer_watch.h"

namespace lockstep {

void add_explain_command(CLI::App& app, exit_code& result) {
    struct options {
        std::string store;
        std::uint32_t account = 0;
        std::uint64_t block = 0;
        bool json = false;
    };
    auto* command = app.add_subcommand(
        "explain", "Why an account was refused, charged or flagged in a block, with every input");
    auto chosen = std::make_shared<options>();
    command->add_option("--store", chosen->store, "Folder of the store")->required();
    command->add_option("--account", chosen->account, "Number of the account")->required();
    command->add_option("--block", chosen->block, "Block, from 1")->required();
    command->add_flag("--json", chosen->json, "As JSON; amounts are strings");
    command->footer(
        "Runs the journal again up to that block, from the nearest checkpoint. Under `cash` (in "
        "JSON\n"
        "`payments`) stands everything that the account's cash has changed by, with what it was\n"
        "computed from: fills and fees, funding, settlements, interest, the cover of losses. "
        "Under\n"
        "`cancelled` (`cancellations`) stands what its orders lost without a trade, and why. What\n"
        "a refused command lacked is what it asked at its own place in the block.\n\n"
        "Example:\n  lockstep explain --store exchange.store --account 7 --block 42");
    command->callback([chosen, &result] {
        auto const device = make_backend({.kind = backend_kind::cpu});
        explanation const e = look_at_store(chosen->store, [&](auto& store, auto&) {
            return explain(store, chosen->account, chosen->block, *device);
        });
        fmt::print("{}", chosen->json ? json_of(e) : text_of(e));
        result = exit_code::done;
    });
}

}  // namespace lockstep

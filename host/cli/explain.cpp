// `lockstep explain`: why an account stands as it does after a block, and which blocks touched it.
#include <fmt/core.h>

#include <memory>
#include <string>

#include "host/cli/command.h"
#include "host/cli/progress.h"
#include "host/store/account_history.h"
#include "host/store/explain.h"
#include "host/store/writer_watch.h"

namespace lockstep {

namespace {

struct explain_flags {
    std::string store;
    std::uint32_t account = 0;
    std::uint64_t block = 0;  // 0: all that touched the account
    bool json = false;
};

std::string answer(explain_flags const& chosen) {
    auto const device = make_backend({.kind = backend_kind::cpu});
    return look_at_store(chosen.store, [&](auto& store, auto&) {
        if (chosen.block != 0) {
            explanation const e = explain(store, chosen.account, chosen.block, *device);
            return chosen.json ? json_of(e) : text_of(e);
        }
        progress_line bar("blocks", store.blocks());
        account_history const h = history_of(store, chosen.account, *device,
                                             [&](std::uint64_t done) { bar.reached(done); });
        return chosen.json ? json_of(h) : text_of(h);
    });
}

}  // namespace

void add_explain_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand(
        "explain", "Why an account was refused, charged or flagged in a block, with every input");
    auto chosen = std::make_shared<explain_flags>();
    command->add_option("--store", chosen->store, "Folder of the store")->required();
    command->add_option("--account", chosen->account, "Number of the account")->required();
    command
        ->add_option("--block", chosen->block,
                     "Block, from 1; without it, all blocks that touched the account")
        ->check(CLI::Range(std::uint64_t{1}, ~std::uint64_t{0}));
    command->add_flag("--json", chosen->json, "As JSON; amounts are strings");
    command->footer(
        "Runs the journal again up to that block, from the nearest checkpoint. Under `cash` (in "
        "JSON\n"
        "`payments`) stands everything that the account's cash has changed by, with what it was\n"
        "computed from: fills and fees, funding, settlements, interest, the cover of losses. "
        "Under\n"
        "`cancelled` (`cancellations`) stands what its orders lost without a trade, and why. What\n"
        "a refused command lacked is what it asked at its own place in the block.\n"
        "Without a block the whole journal is run again, and each block that had commands about\n"
        "the account, or left it another cash, margin, reserve or standing, is a row.\n\n"
        "Examples:\n"
        "  lockstep explain --store exchange.store --account 7\n"
        "  lockstep explain --store exchange.store --account 7 --block 42");
    command->callback([chosen, &result] {
        fmt::print("{}", answer(*chosen));
        result = exit_code::done;
    });
}

}  // namespace lockstep

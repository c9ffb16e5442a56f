// `lockstep store`: what is in a store, whether it opens, and keeping it small.
#include <fmt/core.h>

#include <map>
#include <memory>
#include <string>

#include "host/cli/command.h"
#include "host/root/proof_json.h"
#include "host/store/ledger_store.h"

namespace lockstep {

namespace {

struct store_command {
    std::string folder;
    std::uint64_t retained = 0;
};

ledger_store open_store(store_command const& command, open_mode mode) {
    return ledger_store({.files = {.folder = command.folder, .mode = mode}, .acknowledge = {}});
}

std::string root_of(ledger_store const& store) {
    if (store.blocks() == 0) return "none";
    sha256_digest const root = store.entry(store.blocks()).head.root;
    return hex_text(root.bytes, sizeof root.bytes);
}

exit_code stats(store_command const& command) {
    ledger_store const store = open_store(command, open_mode::read_only);
    std::uint64_t entries = 0, folded = 0, commands = 0;
    store.files().scan(column::journal, {}, {}, [&](std::string_view, std::string_view value) {
        journal_entry const entry = parse_entry(value, command.folder);
        entries += 1;
        commands += entry.head.commands;
        if (entry.is_folded()) folded = entry.head.block;
        return true;
    });
    struct sum {
        std::uint64_t rows = 0, bytes = 0;
    };
    std::map<std::uint32_t, sum> tables;
    store.files().scan(column::rows, {}, {}, [&](std::string_view key, std::string_view value) {
        sum& s = tables[static_cast<std::uint8_t>(key[0])];
        s.rows += 1;
        s.bytes += value.size() - sizeof(std::uint64_t);
        return true;
    });
    fmt::print("{} blocks, {} commands, {} journal entries; folded up to block {}\nroot {}\n\n",
               store.blocks(), commands, entries, folded, root_of(store));
    for (auto const& [table, s] : tables) {
        std::string const name = name_of_row(table, 0);
        fmt::print("  {:<14} {:>12} rows {:>14} bytes\n", name.substr(0, name.find(' ')), s.rows,
                   s.bytes);
    }
    std::uint64_t disk = 0;
    for (auto const c : {column::meta, column::rows, column::journal, column::bodies}) {
        std::uint64_t bytes = 0;
        store.files().db().GetIntProperty(store.files().handle(c), "rocksdb.total-sst-files-size",
                                          &bytes);
        disk += bytes;
    }
    fmt::print("\n{} bytes in table files, besides the write-ahead log\n", disk);
    return exit_code::done;
}

/// What `run --store` would look at before it goes on.
exit_code check(store_command const& command) {
    ledger_store store = open_store(command, open_mode::read_only);
    auto const device = make_backend({.kind = backend_kind::cpu});
    restored_ledger const at = store.restore({}, *device);
    fmt::print("{} blocks, {} accounts: the store opens\nroot {}\n", store.blocks(),
               at.ledger->state().accounts.size(), root_of(store));
    return exit_code::done;
}

exit_code compact(store_command const& command) {
    ledger_store const store = open_store(command, open_mode::must_exist);
    for (auto const c : {column::meta, column::rows, column::journal, column::bodies})
        demand(store.files().db().CompactRange({}, store.files().handle(c), nullptr, nullptr),
               command.folder);
    return exit_code::done;
}

exit_code prune(store_command const& command) {
    ledger_store store = open_store(command, open_mode::must_exist);
    auto const device = make_backend({.kind = backend_kind::cpu});
    store.fold(command.retained, *device);
    return exit_code::done;
}

exit_code checkpoint(store_command const& command) {
    ledger_store store = open_store(command, open_mode::must_exist);
    fmt::print("{}\n", store.checkpoint().string());
    return exit_code::done;
}

}  // namespace

void add_store_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand("store", "What a store holds, and keeping it small");
    command->require_subcommand(1);
    auto chosen = std::make_shared<store_command>();
    auto const add = [&](char const* name, char const* what,
                         exit_code (*work)(store_command const&)) {
        auto* sub = command->add_subcommand(name, what);
        sub->add_option("--store", chosen->folder, "Folder of the store")->required();
        sub->callback([chosen, work, &result] { result = work(*chosen); });
        return sub;
    };
    add("stats", "Blocks, rows and bytes by table", stats);
    add("check", "Restore it: rows, chain and root, as `run --store` does before it goes on",
        check);
    add("compact", "Merge its files, so that nothing overwritten takes room", compact);
    add("checkpoint", "Copy it as it is now, sharing files; a later replay can begin there",
        checkpoint);
    add("prune", "Fold old blocks: receipts and changed rows go, commands and outcomes stay", prune)
        ->add_option("--retain-blocks", chosen->retained, "The last blocks, which stay whole")
        ->required();
    command->footer(
        "Pruned blocks still replay, and every id is remembered; their receipts, and which rows "
        "they\n"
        "changed, can no longer be read or named.\n\n"
        "Examples:\n"
        "  lockstep store stats --store exchange.store\n"
        "  lockstep store prune --store exchange.store --retain-blocks 10000");
}

}  // namespace lockstep

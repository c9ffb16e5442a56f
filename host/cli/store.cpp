// `lockstep store`: what is in a store, whether it opens, keeping it small, and moving it.
#include <fmt/core.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/progress.h"
#include "host/io/output_file.h"
#include "host/root/proof_json.h"
#include "host/store/packed_store.h"
#include "host/store/writer_watch.h"

namespace lockstep {

namespace {

struct store_command {
    std::string folder;
    std::uint64_t retained = 0;
    std::string file, root;
};

ledger_store open_to_write(store_command const& command) {
    return ledger_store(
        {.files = {.folder = command.folder, .mode = open_mode::must_exist}, .acknowledge = {}});
}

std::string root_of(ledger_store const& store) {
    if (store.blocks() == 0) return "none";
    sha256_digest const root = store.entry(store.blocks()).head.root;
    return hex_text(root.bytes, sizeof root.bytes);
}

exit_code print_stats(ledger_store const& store) {
    std::uint64_t entries = 0, folded = 0, commands = 0;
    store.files().scan(column::journal, {}, {}, [&](std::string_view, std::string_view value) {
        journal_entry const entry = parse_entry(value, store.files().folder().string());
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

exit_code stats(store_command const& command) {
    return look_at_store(command.folder, [](auto& store, auto&) { return print_stats(store); });
}

/// What `run --store` would look at before it goes on.
exit_code check(store_command const& command) {
    auto const device = make_backend({.kind = backend_kind::cpu});
    return look_at_store(command.folder, [&](auto& store, auto&) {
        restored_ledger const at = store.restore({}, *device);
        fmt::print("{} blocks, {} accounts: the store opens\nroot {}\n", store.blocks(),
                   at.ledger->state().accounts.size(), root_of(store));
        return exit_code::done;
    });
}

exit_code compact(store_command const& command) {
    ledger_store store = open_to_write(command);
    for (auto const c : {column::meta, column::rows, column::journal, column::bodies})
        store.files().compact(c);
    return exit_code::done;
}

exit_code prune(store_command const& command) {
    ledger_store store = open_to_write(command);
    auto const device = make_backend({.kind = backend_kind::cpu});
    store.fold(command.retained, *device);
    return exit_code::done;
}

exit_code checkpoint(store_command const& command) {
    ledger_store store = open_to_write(command);
    fmt::print("{}\n", store.checkpoint().string());
    return exit_code::done;
}

double ratio(std::uint64_t raw, std::uint64_t packed_bytes) {
    return packed_bytes == 0 ? 0 : static_cast<double>(raw) / static_cast<double>(packed_bytes);
}

void print_parts(export_report const& report) {
    fmt::print("  {:<14} {:>12} {:>15} {:>15} {:>8}\n", "table", "rows", "raw bytes", "packed",
               "ratio");
    std::uint64_t raw[2] = {}, small[2] = {};  // of rows, of history
    for (std::size_t t = 0; t < report.parts.size(); ++t) {
        packed_part const& part = report.parts[t];
        bool const history = t < packed::first_of_root && t != packed::blocks;
        raw[history] += part.raw_bytes();
        small[history] += part.packed_bytes;
        if (part.table.rows > 0)
            fmt::print("  {:<14} {:>12} {:>15} {:>15} {:>8.2f}\n", part.table.name, part.table.rows,
                       part.raw_bytes(), part.packed_bytes,
                       ratio(part.raw_bytes(), part.packed_bytes));
    }
    auto const per = [](std::uint64_t bytes, std::uint64_t count) {
        return count == 0 ? 0 : static_cast<double>(bytes) / static_cast<double>(count);
    };
    fmt::print("rows      {:>12.1f} bytes an account, {:.2f} times smaller than raw\n",
               per(small[0], report.accounts), ratio(raw[0], small[0]));
    fmt::print("history   {:>12.1f} bytes a command, {:.2f} times smaller than raw\n",
               per(small[1], report.commands), ratio(raw[1], small[1]));
    fmt::print("all       {:>12} bytes, {:.2f} times smaller than raw\n", small[0] + small[1],
               ratio(raw[0] + raw[1], small[0] + small[1]));
}

std::string hex_digest(sha256_digest const& d) { return hex_text(d.bytes, sizeof d.bytes); }

exit_code export_to(store_command const& command) {
    keep_apart(command.file, {});
    keep_out_of_store(command.file, command.folder);
    auto const device = make_backend({.kind = backend_kind::cpu});
    progress_line bar("rows", 100);
    export_report const report = look_at_store(command.folder, [&](auto& store, auto&) {
        return export_store(
            store, command.file, *device,
            [&](std::uint64_t done, std::uint64_t all) { bar.reached(done * 100 / all); });
    });
    print_parts(report);
    fmt::print("root      {}\nfile      {} {}\n", hex_digest(report.root),
               hex_digest(report.digest), command.file);
    return exit_code::done;
}

exit_code import_from(store_command const& command) {
    std::optional<sha256_digest> expected;
    if (!command.root.empty() &&
        read_digest(command.root, expected.emplace()) != proof_status::verified)
        throw CLI::ValidationError("--root", "a root has 64 lower-case hexadecimal digits");
    keep_in_own_folder(command.folder);
    if (std::filesystem::exists(command.folder) && !std::filesystem::is_empty(command.folder))
        throw input_error(command.folder + ": is there already, and a store is never written over");
    atomic_directory folder(command.folder);
    auto const device = make_backend({.kind = backend_kind::cpu});
    progress_line bar("rows", 100);
    import_report const report =
        import_store(command.file, {.folder = folder.path()}, expected, *device,
                     [&](std::uint64_t done, std::uint64_t all) { bar.reached(done * 100 / all); });
    fmt::print("{} blocks, {} commands, {} accounts: the rows give the root\nroot {}\n",
               report.blocks, report.commands, report.accounts, hex_digest(report.root));
    expect_printed();
    folder.commit();
    return exit_code::done;
}

}  // namespace

void add_store_command(CLI::App& app, exit_code& result) {
    auto* command = app.add_subcommand("store", "What a store holds; keeping it small, moving it");
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
    auto* out =
        add("export", "Pack it into one small file: history and rows, column by column", export_to);
    out->add_option("--out", chosen->file, "The file, replaced whole")->required();
    auto* in = add("import", "Make a store of such a file; refused unless its rows give its root",
                   import_from);
    in->add_option("--snapshot", chosen->file, "File that export wrote")->required();
    in->add_option("--root", chosen->root, "The root that it should have");
    command->footer(
        "Pruned blocks still replay, and every id is remembered; their receipts, and which rows "
        "they\n"
        "changed, can no longer be read or named.\n\n"
        "Examples:\n"
        "  lockstep store stats --store exchange.store\n"
        "  lockstep store prune --store exchange.store --retain-blocks 10000\n"
        "  lockstep store export --store exchange.store --out exchange.packed\n"
        "  lockstep store import --snapshot exchange.packed --store copy.store");
}

}  // namespace lockstep

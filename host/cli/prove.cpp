// `lockstep prove`: a proof that one account stands in a snapshot as it does, for somebody who has
// nothing but the root. `lockstep diff`: which rows of two snapshots differ.
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "host/base/error.h"
#include "host/cli/checks.h"
#include "host/cli/command.h"
#include "host/cli/say.h"
#include "host/io/output_file.h"
#include "host/root/proof_json.h"
#include "host/run/snapshot.h"

namespace lockstep {

namespace {

struct sound_snapshot {
    snapshot rows;
    state_tree tree;
};

/// Throws input_error when what the file claims does not follow from its rows.
sound_snapshot read_sound(std::string const& file, backend& device) {
    snapshot s = read_snapshot(file);
    state_tree tree = tree_of(s, device);
    if (!(tree.root() == s.root))
        throw input_error(file + ": its rows do not give the root that it claims");
    for (std::size_t t = 0; t < s.root_tables; ++t)
        if (s.tables[t].shape.name == "blocks" && s.tables[t].rows() != s.blocks)
            throw input_error(fmt::format("{}: claims {} blocks and has rows of {}", file, s.blocks,
                                          s.tables[t].rows()));
    return {std::move(s), std::move(tree)};
}

exit_code prove(std::string const& file, std::string const& table, std::uint64_t row,
                std::string const& out) {
    if (!out.empty()) keep_apart(out, {file});
    auto const device = make_backend({.kind = backend_kind::cpu});
    auto const [s, tree] = read_sound(file, *device);
    for (std::size_t t = 0; t < s.root_tables; ++t) {
        snapshot_table const& rows = s.tables[t];
        if (rows.shape.name != table) continue;
        if (rows.rows() == 0)
            throw input_error(fmt::format("{}: table '{}' has no rows", file, table));
        if (row >= rows.rows())
            throw input_error(fmt::format("{}: table '{}' has rows 0 .. {}, not {}", file, table,
                                          rows.rows() - 1, row));
        std::string const text =
            proof_text(tree.prove(t, row, {rows.bytes.data(), rows.bytes.size()}));
        if (out.empty()) {
            fmt::print("{}", text);
        } else {
            atomic_file proof(out);
            proof.write(text);
            proof.commit();
        }
        say("root {}\n", hex_text(s.root.bytes, sizeof s.root.bytes));
        return exit_code::done;
    }
    for (snapshot_table const& other : s.tables)
        if (other.shape.name == table)
            throw input_error(fmt::format(
                "{}: table '{}' is not under the root: nothing can be proved of its rows", file,
                table));
    throw input_error(fmt::format("{}: has no table '{}'", file, table));
}

/// Names rows that differ, `most` at the most for each table; returns how many there are.
std::uint64_t differing_rows(snapshot_table const& a, snapshot_table const& b, std::uint64_t most) {
    std::uint64_t found = 0;
    std::uint64_t const rows = std::max(a.rows(), b.rows());
    for (std::uint64_t row = 0; row < rows; ++row) {
        std::size_t const at = row * a.shape.row_bytes;
        bool const both = row < a.rows() && row < b.rows();
        if (both && std::memcmp(a.bytes.data() + at, b.bytes.data() + at, a.shape.row_bytes) == 0)
            continue;
        if (found++ >= most) continue;
        if (!both) {
            fmt::print("{} row {}: only in the {}\n", a.shape.name, row,
                       row < a.rows() ? "first" : "second");
            continue;
        }
        fmt::print("{} row {}:\n  first  {}\n  second {}\n", a.shape.name, row,
                   hex_text(a.bytes.data() + at, a.shape.row_bytes),
                   hex_text(b.bytes.data() + at, a.shape.row_bytes));
    }
    if (found > most) fmt::print("{}: {} more rows differ\n", a.shape.name, found - most);
    return found;
}

exit_code diff(std::string const& first, std::string const& second, std::uint64_t most) {
    auto const device = make_backend({.kind = backend_kind::cpu});
    snapshot const a = read_sound(first, *device).rows;
    snapshot const b = read_sound(second, *device).rows;
    std::uint64_t found = 0;
    auto const table_of = [](snapshot const& s, std::string const& name) -> snapshot_table const* {
        for (snapshot_table const& t : s.tables)
            if (t.shape.name == name) return &t;
        return nullptr;
    };
    for (snapshot_table const& t : a.tables) {
        snapshot_table const* other = table_of(b, t.shape.name);
        if (other == nullptr || !(other->shape == t.shape)) {
            fmt::print("table {}: not in the second in this shape\n", t.shape.name);
            ++found;
            continue;
        }
        found += differing_rows(t, *other, most);
    }
    for (snapshot_table const& t : b.tables)
        if (table_of(a, t.shape.name) == nullptr) {
            fmt::print("table {}: only in the second\n", t.shape.name);
            ++found;
        }
    fmt::print("{}\n", found == 0 ? "no row differs" : fmt::format("{} differences", found));
    return found == 0 ? exit_code::done : exit_code::done_with_exceptions;
}

}  // namespace

void add_prove_command(CLI::App& app, exit_code& result) {
    struct options {
        std::string snapshot, table = "accounts", out;
        std::uint64_t row = 0;
    };
    auto* command =
        app.add_subcommand("prove", "Prove that an account stands in a snapshot as it does");
    auto chosen = std::make_shared<options>();
    command->add_option("--snapshot", chosen->snapshot, "snapshot.bin of a run")->required();
    command->add_option("--account", chosen->row, "Number of the account, or row of another table")
        ->required();
    command->add_option("--table", chosen->table, "Table of the row")->capture_default_str();
    command->add_option("--out", chosen->out, "File for the proof; without it, standard output");
    command->footer(
        "Example:\n  lockstep prove --snapshot out/run/snapshot.bin --account 7 --out proof.json");
    command->callback([chosen, &result] {
        result = prove(chosen->snapshot, chosen->table, chosen->row, chosen->out);
    });
}

void add_diff_command(CLI::App& app, exit_code& result) {
    struct options {
        std::string first, second;
        std::uint64_t most = 10;
    };
    auto* command = app.add_subcommand("diff", "Name the rows in which two snapshots differ");
    auto chosen = std::make_shared<options>();
    command->add_option("first", chosen->first, "A snapshot.bin")->required();
    command->add_option("second", chosen->second, "Another")->required();
    command->add_option("--top", chosen->most, "Rows shown for each table")->capture_default_str();
    command->footer(
        "Exit code 0: no row differs; 1: some do.\n\nExample:\n  lockstep diff a/snapshot.bin "
        "b/snapshot.bin");
    command->callback(
        [chosen, &result] { result = diff(chosen->first, chosen->second, chosen->most); });
}

}  // namespace lockstep

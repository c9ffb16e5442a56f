// A ledger snapshot: the rows of every table of the root, as they are hashed, and the books at
// rest. Two runs that agree write the same bytes; two that do not can be compared row by row.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/root/state_tree.h"
#include "pricing/base/sha256.h"
#include "pricing/base/view.h"

namespace lockstep {

/// A table as bytes, with the shape under which it is hashed.
struct snapshot_table {
    table_shape shape;
    std::vector<std::uint8_t> bytes;
    std::uint64_t rows() const { return bytes.size() / shape.row_bytes; }
};

struct snapshot {
    std::uint64_t blocks = 0;
    sha256_digest root{};
    std::vector<snapshot_table> tables;  // those of the root first, in its order
    std::size_t root_tables = 0;         // how many of them
};

/// Whole or not at all.
void write_snapshot(std::filesystem::path const& target, snapshot const& s);

/// Throws input_error, naming the file and the table, when it is not a whole snapshot.
snapshot read_snapshot(std::string const& path);

/// The tree over the snapshot's tables, built from nothing. Its root must be the one that the
/// snapshot claims; a caller that wants to trust it compares.
state_tree tree_of(snapshot const& s, backend& hasher);

}  // namespace lockstep

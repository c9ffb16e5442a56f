// How rows become leaves, leaves a tree, and trees one root. data/FORMATS.md says the same in
// words, for people who check a root with tools of their own; what is hashed is decided here alone.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "pricing/base/sha256.h"

namespace lockstep {

/// A table of rows of one size. One leaf is rows_per_leaf rows, as they lie in memory; a last leaf
/// that is not full ends in zero bytes. Leaves that hold one row keep its proof free of other rows.
struct table_shape {
    std::string name;  // 1 to 16 characters of a-z, 0-9 and _
    std::uint32_t row_bytes = 0;
    std::uint32_t rows_per_leaf = 1;

    std::size_t leaf_bytes() const { return std::size_t{row_bytes} * rows_per_leaf; }
    std::uint64_t leaves(std::uint64_t rows) const {
        return rows / rows_per_leaf + (rows % rows_per_leaf != 0 ? 1 : 0);
    }
    bool operator==(table_shape const&) const = default;
};

/// What the state root says of a table.
struct table_summary {
    table_shape shape;
    std::uint64_t rows = 0;
    sha256_digest root{};
    friend bool operator==(table_summary const& a, table_summary const& b) {
        return a.shape == b.shape && a.rows == b.rows && a.root == b.root;
    }
};

inline constexpr std::size_t leaf_bytes_max = 65536;
inline constexpr std::uint64_t leaves_max = std::uint64_t{1} << 32;
inline constexpr std::size_t tables_max = 64;
inline constexpr int tree_depth_max = 32;

/// Why a table cannot be in a state, as the end of a sentence ("its leaf has 64 bytes, as ...");
/// null when it can.
char const* fault_of(table_shape const& shape);

/// Levels above the leaves: the smallest depth with 2^depth >= leaves.
int tree_depth(std::uint64_t leaves);

/// Roots of trees without rows, by depth: 32 zero bytes, then the node of two of those, and so on.
std::array<sha256_digest, tree_depth_max + 1> const& empty_roots();

/// SHA-256 of the 64 bytes of both.
sha256_digest node_of(sha256_digest const& left, sha256_digest const& right);

/// The root of all: SHA-256 of the tables' summaries, in order.
sha256_digest state_root_of(std::vector<table_summary> const& tables);

}  // namespace lockstep

// The tree over one table's rows. It keeps digests only, some 64 bytes a leaf, and never a row;
// the rows stay where they are and are shown to it when it is brought up to date.
//
// The tree is binary and complete: with the smallest depth whose 2^depth is not under the number of
// leaves, places beyond the last leaf hold the empty digest. A row that is added fills the next
// place; only when the places run out does the tree grow one level, and then the old root is the
// left child of the new one.
#pragma once

#include <cstdint>
#include <vector>

#include "host/base/big_memory.h"
#include "host/root/table_shape.h"
#include "kernels/backend.h"
#include "pricing/base/view.h"

namespace lockstep {

class merkle_tree {
  public:
    /// Throws std::invalid_argument for a shape that has a fault.
    explicit merkle_tree(table_shape const& shape);

    /// Says that a row's bytes have changed since the last update; of a row that is new there is no
    /// need to say so. Not for several threads at once.
    void touch(std::uint64_t row) {
        if (row >= rows_) return;
        std::uint64_t const leaf = row / shape_.rows_per_leaf;
        dirty_[leaf / 64] |= std::uint64_t{1} << (leaf % 64);
    }

    /// Hashes the leaves of all rows touched or added and what lies above them, one batch a level.
    /// `rows` is the whole table; it may have grown, never shrunk (std::invalid_argument).
    void update(backend& hasher, view<std::uint8_t const> rows);

    table_shape const& shape() const { return shape_; }
    std::uint64_t rows() const { return rows_; }
    sha256_digest root() const;
    table_summary summary() const { return {shape_, rows_, root()}; }

    /// What stands beside the path from a leaf to the root, from the leaf up.
    std::vector<sha256_digest> siblings(std::uint64_t leaf) const;

    std::size_t memory_bytes() const;

  private:
    void grow(std::uint64_t rows);
    std::vector<std::uint32_t> take_dirty();
    void hash_leaves(backend& hasher, view<std::uint8_t const> rows,
                     std::vector<std::uint32_t> const& dirty);
    void hash_levels(backend& hasher, std::vector<std::uint32_t> dirty);

    table_shape shape_;
    std::uint64_t rows_ = 0;
    /// levels_[k] holds the nodes k levels above the leaves that have a leaf below them, and one
    /// empty digest more where their number is odd, so that every pair lies together.
    std::vector<big_vector<sha256_digest>> levels_;
    std::vector<std::uint64_t> dirty_;  // one bit a leaf
};

}  // namespace lockstep

// The state root: one tree for each table, one digest for all. Bringing it up to date costs what
// has changed, and the root is the same as that of a tree built from scratch.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>
#include <vector>

#include "host/root/merkle_tree.h"
#include "host/root/proof.h"

namespace lockstep {

/// Rows that may be hashed as they lie in memory.
template <class RowT, class Allocator>
view<std::uint8_t const> row_bytes_of(std::vector<RowT, Allocator> const& rows) {
    static_assert(std::is_trivially_copyable_v<RowT>);
    static_assert(std::has_unique_object_representations_v<RowT>,
                  "no padding may reach the state root");
    return {reinterpret_cast<std::uint8_t const*>(rows.data()), rows.size() * sizeof(RowT)};
}

class state_tree {
  public:
    /// Tables are named by their place in `shapes` from here on. The last of them, from place
    /// `always` on, join the state with their first rows: the root of a state that has none is as
    /// if nobody knew of such tables. Throws std::invalid_argument for a shape with a fault, a name
    /// given twice or too many tables. The backend must outlive the tree.
    state_tree(std::vector<table_shape> const& shapes, backend& hasher,
               std::size_t always = tables_max);

    void touch(std::size_t table, std::uint64_t row) { trees_[table].touch(row); }
    void update(std::size_t table, view<std::uint8_t const> rows) {
        trees_[table].update(*hasher_, rows);
    }

    /// The root of what the last updates were shown.
    sha256_digest root() const { return state_root_of(summaries()); }
    std::vector<table_summary> summaries() const;
    std::size_t memory_bytes() const;

    /// Proof that a row is in the state. `rows` is the table as the last update saw it. Throws
    /// std::out_of_range when there is no such row.
    row_proof prove(std::size_t table, std::uint64_t row, view<std::uint8_t const> rows) const;

  private:
    std::vector<merkle_tree> trees_;
    std::size_t always_;
    backend* hasher_;
};

}  // namespace lockstep

// The root of the exchange: every table, every book, and the receipts of every block under one
// digest. It is brought up to date by the rows that a block changed.
#pragma once

#include <cstdint>
#include <vector>

#include "host/block/dirty_rows.h"
#include "host/root/row_digest.h"
#include "host/root/state_tree.h"
#include "host/state/engine_state.h"
#include "kernels/backend.h"
#include "margin/ledger/status.h"

namespace lockstep {

/// Tables of the root, in this order. In proofs by name, never by number.
enum class root_table : std::size_t {
    assets,
    accounts,
    listings,
    positions,
    pendings,
    open_orders,
    exchange,
    keys,
    books,
    blocks,
    book_orders,
    tiers,  // joins the root with its first row
};

/// Their shapes, in that order.
std::vector<table_shape> root_shapes();

/// One block: its receipts are as much part of the root as its rows.
struct block_summary_row {
    std::int64_t time;
    std::uint64_t first_sequence;
    std::uint64_t commands;
    std::uint64_t reserved;
    sha256_digest receipts;
};
static_assert(sizeof(block_summary_row) == 64);
static_assert(std::has_unique_object_representations_v<block_summary_row>);

class ledger_root {
  public:
    /// The backend must outlive the root.
    explicit ledger_root(backend& hasher);
    /// The root of a state at rest, hashed from nothing.
    ledger_root(backend& hasher, engine_state const& state, std::vector<block_summary_row> blocks);

    /// After a block: hashes what it changed and returns the new root.
    sha256_digest update(engine_state const& state, dirty_tables const& dirty,
                         big_vector<receipt_row> const& receipts);

    sha256_digest root() const { return tree_.root(); }
    std::vector<table_summary> tables() const { return tree_.summaries(); }
    /// By instrument; time and number of positions are zero.
    std::vector<book_header_row> const& books() const { return books_; }
    /// What the books know of open orders, by slot; zeros where the slot is free.
    big_vector<order_row> const& book_orders() const { return book_orders_; }
    std::vector<block_summary_row> const& blocks() const { return blocks_; }

  private:
    void hash_tables(engine_state const& state, dirty_tables const& dirty);
    void read_orders(engine_state const& state, dirty_rows const& dirty);
    void read_books(engine_state const& state, dirty_tables const& dirty);
    void read_far_books(far_books const& far);
    void read_header(std::uint32_t book, book_header_row const& now);
    order_row row_in_book(engine_state const& state, std::uint32_t slot) const;
    void look_ahead(engine_state const& state, std::uint32_t far, std::uint32_t nearer,
                    std::uint32_t next) const;
    void read_order(std::uint32_t slot, order_row const& now);

    row_digester digest_rows_;
    state_tree tree_;
    std::vector<book_header_row> books_;
    big_vector<order_row> book_orders_;
    big_vector<std::uint32_t> links_;  // by slot, when it was hashed: next_free, or slot_in_use
    std::vector<block_summary_row> blocks_;
};

}  // namespace lockstep

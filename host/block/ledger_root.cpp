#include "host/block/ledger_root.h"

#include <utility>

#include "host/block/tables.h"

namespace lockstep {

namespace {

std::size_t number(root_table t) { return static_cast<std::size_t>(t); }

}  // namespace

std::vector<table_shape> root_shapes() {
    // Rows of 64 bytes go in pairs: a leaf of 64 bytes could be taken for a node.
    return {{"assets", sizeof(asset_row), 1},       {"accounts", sizeof(account_row), 1},
            {"listings", sizeof(listing_row), 1},   {"positions", sizeof(position_row), 2},
            {"pendings", sizeof(pending_row), 2},   {"open_orders", sizeof(open_order_row), 2},
            {"exchange", sizeof(exchange_row), 1},  {"keys", sizeof(key_row), 2},
            {"books", sizeof(book_summary_row), 2}, {"blocks", sizeof(block_summary_row), 2}};
}

ledger_root::ledger_root(backend& hasher) : digest_rows_(hasher), tree_(root_shapes(), hasher) {}

ledger_root::ledger_root(backend& hasher, engine_state const& state,
                         std::vector<block_summary_row> blocks)
    : ledger_root(hasher) {
    blocks_ = std::move(blocks);
    hash_tables(state, {});
}

void ledger_root::summarise_books(engine_state const& state, dirty_tables const& dirty) {
    auto const summarise = [&](std::uint32_t instrument) {
        book_rows rows = state.books[instrument]->export_rows();
        rows.header.time = 0;  // passes for every book alike; the block says it
        sha256_digest const parts[3] = {
            fast_sha256(&rows.header, sizeof rows.header),
            digest_rows_(rows.orders.data(), rows.orders.size(), sizeof(order_row)),
            digest_rows_(rows.positions.data(), rows.positions.size(), sizeof(book_position_row))};
        books_[instrument] = {.instrument = instrument,
                              .orders = static_cast<std::uint32_t>(rows.orders.size()),
                              .reserved = {},
                              .rows = fast_sha256(parts, sizeof parts)};
        tree_.touch(number(root_table::books), instrument);
    };
    auto const known = static_cast<std::uint32_t>(books_.size());
    books_.resize(state.books.size());
    for (auto book = known; book < books_.size(); ++book) summarise(book);
    for (std::uint32_t const book : dirty.books.rows())
        if (book < known) summarise(book);
}

void ledger_root::hash_tables(engine_state const& state, dirty_tables const& dirty) {
    visit_tables(state, dirty, [&](root_table t, auto const& rows, dirty_rows const& changed) {
        for (std::uint32_t const row : changed.rows()) tree_.touch(number(t), row);
        tree_.update(number(t), row_bytes_of(rows));
    });
    summarise_books(state, dirty);
    tree_.update(number(root_table::books), row_bytes_of(books_));
    tree_.update(number(root_table::blocks), row_bytes_of(blocks_));
}

sha256_digest ledger_root::update(engine_state const& state, dirty_tables const& dirty,
                                  std::vector<receipt_row> const& receipts) {
    blocks_.push_back(
        {.time = state.time,
         .first_sequence = state.history.size() - receipts.size() + 1,
         .commands = receipts.size(),
         .reserved = 0,
         .receipts = digest_rows_(receipts.data(), receipts.size(), sizeof(receipt_row))});
    hash_tables(state, dirty);
    return tree_.root();
}

}  // namespace lockstep

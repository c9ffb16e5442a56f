#include "host/block/ledger_root.h"

#include <openssl/evp.h>

#include <stdexcept>

namespace lockstep {

namespace {

std::size_t number(root_table t) { return static_cast<std::size_t>(t); }

sha256_digest sha256_of(void const* bytes, std::size_t count) {
    sha256_digest digest;
    if (EVP_Digest(bytes, count, digest.bytes, nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed in libcrypto");
    return digest;
}

}  // namespace

std::vector<table_shape> root_shapes() {
    // Rows of 64 bytes go in pairs: a leaf of 64 bytes could be taken for a node.
    return {{"assets", sizeof(asset_row), 1},       {"accounts", sizeof(account_row), 1},
            {"listings", sizeof(listing_row), 1},   {"positions", sizeof(position_row), 2},
            {"pendings", sizeof(pending_row), 2},   {"open_orders", sizeof(open_order_row), 2},
            {"books", sizeof(book_summary_row), 2}, {"blocks", sizeof(block_summary_row), 2}};
}

ledger_root::ledger_root(backend& hasher) : hasher_(hasher), tree_(root_shapes(), hasher) {}

/// SHA-256 of the concatenated digests of equal groups of rows, many groups at a time; the last
/// group may be short. The grouping is part of the definition (data/FORMATS.md).
sha256_digest ledger_root::digest_rows(void const* rows, std::size_t count, std::size_t row_bytes) {
    constexpr std::size_t group = 16;
    auto const* bytes = static_cast<std::uint8_t const*>(rows);
    std::size_t const whole = count / group;
    scratch_.resize(whole + 1);
    if (whole > 0)
        hasher_.sha256(
            {.bytes = bytes, .message_bytes = group * row_bytes, .which = nullptr, .count = whole},
            {scratch_.data(), whole});
    std::size_t const rest = count % group;
    scratch_[whole] = sha256_of(bytes + whole * group * row_bytes, rest * row_bytes);
    return sha256_of(scratch_.data(), (whole + 1) * sizeof(sha256_digest));
}

void ledger_root::summarise_books(engine_state const& state, dirty_tables const& dirty) {
    auto const summarise = [&](std::uint32_t instrument) {
        book_rows rows = state.books[instrument]->export_rows();
        rows.header.time = 0;  // passes for every book alike; the block says it
        sha256_digest const parts[3] = {
            sha256_of(&rows.header, sizeof rows.header),
            digest_rows(rows.orders.data(), rows.orders.size(), sizeof(order_row)),
            digest_rows(rows.positions.data(), rows.positions.size(), sizeof(book_position_row))};
        books_[instrument] = {.instrument = instrument,
                              .orders = static_cast<std::uint32_t>(rows.orders.size()),
                              .reserved = {},
                              .rows = sha256_of(parts, sizeof parts)};
        tree_.touch(number(root_table::books), instrument);
    };
    auto const known = static_cast<std::uint32_t>(books_.size());
    books_.resize(state.books.size());
    for (auto book = known; book < books_.size(); ++book) summarise(book);
    for (std::uint32_t const book : dirty.books.rows())
        if (book < known) summarise(book);
}

sha256_digest ledger_root::update(engine_state const& state, dirty_tables const& dirty,
                                  std::vector<receipt_row> const& receipts) {
    auto const table = [&](root_table t, auto const& rows, dirty_rows const& changed) {
        for (std::uint32_t const row : changed.rows()) tree_.touch(number(t), row);
        tree_.update(number(t), row_bytes_of(rows));
    };
    table(root_table::assets, state.assets, dirty.assets);
    table(root_table::accounts, state.accounts, dirty.accounts);
    table(root_table::listings, state.listings, dirty.listings);
    table(root_table::positions, state.positions, dirty.positions);
    table(root_table::pendings, state.pendings, dirty.pendings);
    table(root_table::open_orders, state.open_orders.rows(), dirty.open_orders);
    summarise_books(state, dirty);
    tree_.update(number(root_table::books), row_bytes_of(books_));
    blocks_.push_back(
        {.time = state.time,
         .first_sequence = state.history.size() - receipts.size() + 1,
         .commands = receipts.size(),
         .reserved = 0,
         .receipts = digest_rows(receipts.data(), receipts.size(), sizeof(receipt_row))});
    tree_.update(number(root_table::blocks), row_bytes_of(blocks_));
    return tree_.root();
}

}  // namespace lockstep

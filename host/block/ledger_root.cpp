#include "host/block/ledger_root.h"

#include <cstring>
#include <utility>

#include "host/block/tables.h"
#include "host/state/prefetch.h"

namespace lockstep {

namespace {

std::size_t number(root_table t) { return static_cast<std::size_t>(t); }

constexpr std::uint32_t slot_in_use = slot_pool::none - 1;

/// The tag is the row's number in the table.
order_row untagged(order_row row) {
    row.tag = 0;
    return row;
}

std::uint32_t link_of(open_order_row const& row) {
    return row.sequence == 0 ? row.next_free : slot_in_use;
}

}  // namespace

std::vector<table_shape> root_shapes() {
    // Rows of 64 bytes go in pairs: a leaf of 64 bytes could be taken for a node.
    return {{"assets", sizeof(asset_row), 1},      {"accounts", sizeof(account_row), 1},
            {"listings", sizeof(listing_row), 1},  {"positions", sizeof(position_row), 2},
            {"pendings", sizeof(pending_row), 2},  {"open_orders", sizeof(open_order_row), 2},
            {"exchange", sizeof(exchange_row), 1}, {"keys", sizeof(key_row), 2},
            {"books", sizeof(book_header_row), 2}, {"blocks", sizeof(block_summary_row), 2},
            {"book_orders", sizeof(order_row), 1}, {"tiers", sizeof(tier_row), 1}};
}

ledger_root::ledger_root(backend& hasher)
    : digest_rows_(hasher), tree_(root_shapes(), hasher, number(root_table::tiers)) {}

ledger_root::ledger_root(backend& hasher, engine_state const& state,
                         std::vector<block_summary_row> blocks)
    : ledger_root(hasher) {
    blocks_ = std::move(blocks);
    hash_tables(state, {});
}

order_row ledger_root::row_in_book(engine_state const& state, std::uint32_t slot) const {
    open_order_row const& o = state.open_orders[slot];
    return o.left.size > 0 ? untagged(state.books[o.instrument.value]->find(o.sequence))
                           : order_row{};
}

/// Asks for the memory of slots to come, in three steps: a slot's own rows, then where its book has
/// the order, then the order there.
LOCKSTEP_PREFETCHES inline void ledger_root::look_ahead(engine_state const& state,
                                                        std::uint32_t far, std::uint32_t nearer,
                                                        std::uint32_t next) const {
    prefetch(&state.open_orders[far]);
    if (links_[far] == slot_in_use) prefetch(&book_orders_[far]);
    open_order_row const& soon = state.open_orders[nearer];
    if (soon.left.size > 0) {
        prefetch(&book_orders_[nearer]);
        state.books[soon.instrument.value]->expect_find_soon(soon.sequence);
    }
    open_order_row const& now = state.open_orders[next];
    if (now.left.size > 0) state.books[now.instrument.value]->expect_find_next(now.sequence);
}

/// Open orders, and what their books say of them. A slot that was taken and given back since its
/// row was hashed is as it was if the same slot is free behind it: most slots of a block are.
void ledger_root::read_orders(engine_state const& state, dirty_rows const& dirty) {
    auto const known = static_cast<std::uint32_t>(links_.size());
    auto const end = static_cast<std::uint32_t>(state.open_orders.rows().size());
    links_.resize(end, slot_in_use);
    book_orders_.resize(end);
    constexpr std::uint32_t far = 16, nearer = 10, next = 4;
    for (std::uint32_t slot = known; slot < end; ++slot) {
        if (slot + far < end) look_ahead(state, slot + far, slot + nearer, slot + next);
        links_[slot] = link_of(state.open_orders[slot]);
        book_orders_[slot] = row_in_book(state, slot);
    }
    std::vector<std::uint32_t> const& changed = dirty.rows();
    for (std::size_t i = 0; i < changed.size(); ++i) {
        if (i + far < changed.size())
            look_ahead(state, changed[i + far], changed[i + nearer], changed[i + next]);
        std::uint32_t const slot = changed[i], link = link_of(state.open_orders[slot]);
        if (link == links_[slot] && link != slot_in_use) continue;
        links_[slot] = link;
        tree_.touch(number(root_table::open_orders), slot);
        if (slot < known) read_order(slot, row_in_book(state, slot));
    }
}

/// Rows of the books themselves, and those of trailing stops, which follow a price without a word.
void ledger_root::read_books(engine_state const& state, dirty_tables const& dirty) {
    auto const read = [&](std::uint32_t book) {
        read_header(book, state.books[book]->header());
        state.books[book]->each_trailing(
            [&](order_row const& order) { read_order(order.tag, untagged(order)); });
    };
    auto const known = static_cast<std::uint32_t>(books_.size());
    books_.resize(state.books.size());
    for (auto book = known; book < books_.size(); ++book) read(book);
    for (std::uint32_t const book : dirty.books.rows())
        if (book < known) read(book);
    read_far_books(dirty.far);
}

/// Books of other ranks are empty here, and were read so.
void ledger_root::read_far_books(far_books const& far) {
    for (far_books::named_header const& header : far.headers) read_header(header.book, header.row);
    for (order_row const& order : far.orders) read_order(order.tag, untagged(order));
}

void ledger_root::read_header(std::uint32_t book, book_header_row const& now) {
    books_[book] = now;
    books_[book].time = 0;  // passes for every book alike; the block says it
    tree_.touch(number(root_table::books), book);
}

void ledger_root::read_order(std::uint32_t slot, order_row const& now) {
    if (std::memcmp(&book_orders_[slot], &now, sizeof now) == 0) return;
    book_orders_[slot] = now;
    tree_.touch(number(root_table::book_orders), slot);
}

void ledger_root::hash_tables(engine_state const& state, dirty_tables const& dirty) {
    read_orders(state, dirty.open_orders);
    visit_tables(state, dirty, [&](root_table t, auto const& rows, dirty_rows const& changed) {
        if (t != root_table::open_orders)  // of those, more are named than have changed
            for (std::uint32_t const row : changed.rows()) tree_.touch(number(t), row);
        tree_.update(number(t), row_bytes_of(rows));
    });
    read_books(state, dirty);
    tree_.update(number(root_table::books), row_bytes_of(books_));
    tree_.update(number(root_table::blocks), row_bytes_of(blocks_));
    tree_.update(number(root_table::book_orders), row_bytes_of(book_orders_));
}

sha256_digest ledger_root::update(engine_state const& state, dirty_tables const& dirty,
                                  big_vector<receipt_row> const& receipts) {
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

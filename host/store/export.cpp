#include <algorithm>

#include "host/base/error.h"
#include "host/block/tables.h"
#include "host/store/packed_store.h"

namespace lockstep {

namespace {

/// The signatures of all commands in order, zeros where there are none.
class signature_rows {
  public:
    explicit signature_rows(ledger_store const& store) : store_(store) {}

    signature_row const* at(std::uint64_t command) {
        while (command >= first_ + count_) {
            entry_ = store_.entry(entry_.head.block + 1);
            first_ = entry_.head.first_sequence - 1;
            count_ = entry_.head.commands;
            rows_.clear();
            if (entry_.section(section_kind::signatures) != nullptr)
                rows_ = rows_of<signature_row>(store_.section(entry_, section_kind::signatures));
            rows_.resize(count_);
        }
        return &rows_[command - first_];
    }

  private:
    ledger_store const& store_;
    journal_entry entry_;
    std::uint64_t first_ = 0, count_ = 0;
    std::vector<signature_row> rows_;
};

bool has_signatures(ledger_store const& store) {
    for (std::uint64_t block = 1; block <= store.blocks();) {
        journal_entry const entry = store.entry(block);
        block = entry.head.block + 1;
        if (entry.section(section_kind::signatures) == nullptr) continue;
        auto const rows = rows_of<signature_row>(store.section(entry, section_kind::signatures));
        if (!std::all_of(rows.begin(), rows.end(),
                         [](signature_row const& s) { return s.is_empty(); }))
            return true;
    }
    return false;
}

/// All blocks as one entry, whose digest is that of the last: the next one follows it.
journal_entry whole_entry(ledger_store const& store, engine_state const& state) {
    journal_entry whole = store.entry(store.blocks());
    whole.head.folded = digest_of(whole);
    whole.head.flags = store.entry(1).head.flags;
    whole.head.first_block = whole.head.first_sequence = 1;
    whole.head.commands = state.history.size();
    whole.head.previous = {};
    whole.sections.clear();
    return whole;
}

/// Open orders as their books have them, by slot.
std::vector<book_order_row> orders_of(engine_state const& state, changed_rows const& seen) {
    std::vector<book_order_row> orders(state.open_orders.rows().size());
    for (auto const& book : state.books)
        for (order_row const& order : book->export_rows().orders) {
            std::uint32_t const slot = state.outcomes[order.order - 1].row;
            orders[slot] = {order, seen.rank_of(slot)};
        }
    return orders;
}

std::vector<book_header_row> headers_of(engine_state const& state) {
    std::vector<book_header_row> headers;
    for (auto const& book : state.books) {
        headers.push_back(book->export_rows().header);
        headers.back().time = 0;  // the block says it
    }
    return headers;
}

}  // namespace

export_report export_store(ledger_store& store, std::filesystem::path const& target,
                           backend& device, rows_progress const& progress) {
    if (store.blocks() == 0)
        throw input_error(store.files().folder().string() + ": holds no block yet");
    restored_ledger const at = store.restore({}, device);
    engine_state const& state = at.ledger->state();
    std::vector<block_summary_row> const& blocks = at.root->blocks();
    std::vector<book_order_row> const orders = orders_of(state, at.seen);
    std::vector<book_header_row> const headers = headers_of(state);

    std::vector<packed_table> tables = packed_tables(!state.tiers.empty());
    tables[packed::blocks].rows = blocks.size();
    tables[packed::commands].rows = tables[packed::outcomes].rows = state.history.size();
    tables[packed::signatures].rows = has_signatures(store) ? state.history.size() : 0;
    auto const left_out = [](root_table t, auto const& rows) {
        return t == root_table::tiers && rows.empty();
    };
    std::size_t next = packed::first_of_root;
    visit_tables(state, {}, [&](root_table t, auto const& rows, dirty_rows const&) {
        if (!left_out(t, rows)) tables[next++].rows = rows.size();
    });
    tables[tables.size() - 2].rows = orders.size();
    tables.back().rows = headers.size();
    std::uint64_t all = 0, done = 0;
    for (packed_table const& table : tables) all += table.rows;

    export_report report{.blocks = store.blocks(),
                         .commands = state.history.size(),
                         .accounts = state.accounts.size(),
                         .root = at.root->root(),
                         .digest = {},
                         .parts = {}};
    packed_writer out(target, whole_entry(store, state), tables);
    auto const write = [&](auto&& row_at) {
        std::uint64_t const packed_bytes = out.write_table([&](std::uint64_t i) {
            if (++done % packed::rows_per_piece == 0) progress(done, all);
            return row_at(i);
        });
        report.parts.push_back({tables[report.parts.size()], packed_bytes});
    };
    signature_rows signatures(store);
    write([&](std::uint64_t i) { return &blocks[i]; });
    write([&](std::uint64_t i) { return &state.history[i]; });
    write([&](std::uint64_t i) { return signatures.at(i); });
    write([&](std::uint64_t i) { return &state.outcomes[i]; });
    visit_tables(state, {}, [&](root_table t, auto const& rows, dirty_rows const&) {
        if (!left_out(t, rows)) write([&](std::uint64_t i) { return &rows[i]; });
    });
    write([&](std::uint64_t i) { return &orders[i]; });
    write([&](std::uint64_t i) { return &headers[i]; });
    report.digest = out.commit();
    return report;
}

}  // namespace lockstep

// From rows and history back to an engine. Everything that can be derived is derived again, and the
// root over it must be the one that was stored.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "host/base/error.h"
#include "host/block/prepare.h"
#include "host/block/tables.h"
#include "host/root/row_digest.h"
#include "host/store/journal_reader.h"
#include "host/store/ledger_store.h"
#include "host/store/references.h"

namespace lockstep {

namespace {

/// Reads one store; `where` begins every complaint.
class restorer {
  public:
    restorer(ledger_store const& store, rows_behind const& behind)
        : store_(store),
          files_(store.files()),
          behind_(behind),
          where_(files_.folder().string() + ": ") {}

    engine_state state() {
        engine_state s;
        read_history(s);
        bool const pool = fill_tables(
            s, [&](root_table t, auto& rows) { read_rows(static_cast<std::uint32_t>(t), rows); });
        if (!pool) throw input_error(where_ + "the free slots of open_orders form no chain");
        check_references(s, where_);
        check_outcomes(s, where_);
        index_rows(s);
        read_books(s);
        return s;
    }
    std::vector<block_summary_row> take_blocks() { return std::move(summaries_); }
    std::vector<book_order_row> take_orders() { return std::move(orders_); }
    journal_entry const& last() const { return last_; }

  private:
    /// Entries from the first to the last, with commands and what became of them.
    void read_history(engine_state& s) {
        sha256_digest previous{};
        std::uint64_t block = 0;
        files_.scan(column::journal, {}, {}, [&](std::string_view key, std::string_view value) {
            std::string const what = fmt::format("{}journal entry {}", where_, block_of_key(key));
            journal_entry entry = parse_entry(value, what);
            if (key != journal_key(entry.head.block))
                throw input_error(fmt::format("{}: is that of block {}", what, entry.head.block));
            if (entry.head.first_block != block + 1)
                throw input_error(fmt::format("{}journal entry {}: is missing", where_, block + 1));
            if (!(entry.head.previous == previous))
                throw input_error(what + ": does not follow the one before it");
            block = entry.head.block;
            previous = digest_of(entry);
            read_entry(s, entry);
            last_ = std::move(entry);
            return true;
        });
        s.blocks = block;
        s.time = last_.head.time;
    }

    void read_entry(engine_state& s, journal_entry const& entry) {
        auto const commands =
            rows_of<transaction_row>(store_.section(entry, section_kind::commands));
        if (entry.head.first_sequence != s.history.size() + 1 ||
            commands.size() != entry.head.commands)
            throw input_error(store_.name_of(entry) + ": commands are not those that it counts");
        for (outcome_row const& o : outcomes_of(store_, entry)) s.outcomes.push_back(o);
        if (entry.is_folded()) {
            auto const blocks =
                rows_of<block_summary_row>(store_.section(entry, section_kind::blocks));
            summaries_.insert(summaries_.end(), blocks.begin(), blocks.end());
        } else {
            summaries_.push_back(entry.summary());
        }
        if (s.outcomes.size() != s.history.size() + commands.size())
            throw input_error(store_.name_of(entry) + ": has not as many receipts as commands");
        enter_commands(s, commands);
    }
    static void enter_commands(engine_state& s, std::vector<transaction_row> const& rows) {
        constexpr std::size_t ahead = 8;  // ids fetched before they are needed
        std::size_t const first = s.history.size();
        s.history.append(big_vector<transaction_row>(rows.begin(), rows.end()));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (i + ahead < rows.size())
                __builtin_prefetch(s.places.first_line(hash_of(rows[i + ahead].id)), 1);
            if (reaches_the_id(s.outcomes[first + i].status))
                first_with_id(s, rows[i].id, hash_of(rows[i].id),
                              static_cast<std::uint32_t>(first + i));
        }
    }

    template <class Row, class Allocator>
    void read_rows(std::uint32_t table, std::vector<Row, Allocator>& rows) {
        std::uint64_t const wanted = rows_in(table);
        rows.assign(wanted, Row{});
        std::vector<bool> seen(wanted);
        scan_table(table, sizeof(Row), [&](std::uint32_t row, char const* bytes) {
            if (row >= wanted)
                throw input_error(where_ + name_of_row(table, row) +
                                  ": is not in the journal's table");
            std::memcpy(&rows[row], bytes, sizeof(Row));
            seen[row] = true;
        });
        auto const missing = std::find(seen.begin(), seen.end(), false);
        if (missing != seen.end())
            throw input_error(
                where_ + name_of_row(table, static_cast<std::uint64_t>(missing - seen.begin())) +
                ": is missing");
    }
    std::uint64_t rows_in(std::uint32_t table) const {
        return table < last_.tables.size() ? last_.tables[table].rows : 0;
    }

    /// Every row of the table that is there, in any order: from its record or, where that is
    /// behind, from the blocks.
    template <class See>
    void scan_table(std::uint32_t table, std::size_t row_bytes, See&& see) {
        std::string const prefix(1, static_cast<char>(table));
        files_.scan(column::rows, prefix, prefix,
                    [&](std::string_view key, std::string_view value) {
                        auto const row = static_cast<std::uint32_t>(block_of_key(key.substr(1)));
                        std::string const what = where_ + name_of_row(table, row);
                        if (key.size() != 5 || value.size() != row_bytes + sizeof(std::uint64_t))
                            throw input_error(what + ": has the wrong length");
                        std::uint64_t digest;
                        std::memcpy(&digest, value.data() + row_bytes, sizeof digest);
                        if (digest != digest_of_row(table, row, value.data(), row_bytes))
                            throw input_error(what + ": is not what was written there");
                        if (!behind_.is_behind(table, row)) see(row, value.data());
                        return true;
                    });
        behind_.each(table, [&](std::uint32_t row, std::string_view bytes) {
            if (bytes.empty()) return;
            if (bytes.size() != row_bytes)
                throw input_error(where_ + name_of_row(table, row) + ": has the wrong length");
            see(row, bytes.data());
        });
    }

    static void index_rows(engine_state& s) {
        for (pending_row const& p : s.pendings) s.pendings_of_account.append(p.debit.value);
        for (std::uint32_t row = 0; row < s.positions.size(); ++row) {
            position_row const& p = s.positions[row];
            s.position_rows.insert(engine_state::position_hash(p.account.value, p.instrument.value),
                                   row);
            s.positions_of_account.append(p.account.value);
            s.positions_of_listing.append(p.instrument.value);
        }
    }

    void read_books(engine_state& s) {
        std::vector<book_rows> books(s.listings.size());
        std::vector<char> seen(books.size());
        scan_table(book_header_table, sizeof(book_header_row),
                   [&](std::uint32_t book, char const* bytes) {
                       if (book >= books.size())
                           throw input_error(where_ + name_of_row(book_header_table, book) +
                                             ": there is no such instrument");
                       std::memcpy(&books[book].header, bytes, sizeof(book_header_row));
                       seen[book] = 1;
                   });
        for (std::uint32_t book = 0; book < books.size(); ++book)
            if (!seen[book])
                throw input_error(where_ + name_of_row(book_header_table, book) + ": is missing");
        read_orders(s, books);
        for (position_row const& p : s.positions) {
            if (p.size.nanos == 0 || p.instrument.value >= books.size()) continue;
            std::int64_t const lot = s.listings[p.instrument.value].lot.nanos;
            books[p.instrument.value].positions.push_back(
                {p.account.value, 0, lot == 0 ? 0 : p.size.nanos / lot});
        }
        for (std::uint32_t book = 0; book < books.size(); ++book) {
            books[book].header.time = s.time;
            s.books.push_back(std::make_unique<order_book>());
            try {
                s.books.back()->import_rows(books[book]);
            } catch (std::invalid_argument const& fault) {
                throw input_error(fmt::format("{}book {}: {}", where_, book, fault.what()));
            }
        }
    }
    void read_orders(engine_state& s, std::vector<book_rows>& books) {
        orders_.assign(s.open_orders.rows().size(), book_order_row{});
        std::vector<std::uint32_t> slots;
        scan_table(
            book_order_table, sizeof(book_order_row), [&](std::uint32_t slot, char const* bytes) {
                if (slot >= orders_.size() || s.open_orders[slot].sequence == 0 ||
                    s.open_orders[slot].instrument.value >= books.size())
                    throw input_error(where_ + name_of_row(book_order_table, slot) +
                                      ": there is no such open order");
                std::memcpy(&orders_[slot], bytes, sizeof(book_order_row));
                std::uint64_t const order = orders_[slot].order.order;
                if (order != s.open_orders[slot].sequence || s.outcomes[order - 1].row != slot)
                    throw input_error(where_ + name_of_row(book_order_table, slot) +
                                      ": is not the order of its slot");
                slots.push_back(slot);
            });
        std::sort(slots.begin(), slots.end(), [&](std::uint32_t a, std::uint32_t b) {
            return orders_[a].rank < orders_[b].rank;
        });
        for (std::uint32_t const slot : slots) {
            order_row order = orders_[slot].order;
            order.tag = slot;
            books[s.open_orders[slot].instrument.value].orders.push_back(order);
        }
        for (book_rows const& book : books) check_queues(s, book.orders, where_);
    }

    ledger_store const& store_;
    store_files const& files_;
    rows_behind const& behind_;
    std::string const where_;
    journal_entry last_;
    std::vector<block_summary_row> summaries_;
    std::vector<book_order_row> orders_;
};

engine_options on(engine_options options, backend& device) {
    options.device = &device;
    return options;
}

}  // namespace

restored_ledger fresh_ledger(engine_options const& options, backend& device) {
    auto ledger = std::make_unique<engine>(on(options, device));
    auto root =
        std::make_unique<ledger_root>(device, ledger->state(), std::vector<block_summary_row>{});
    return {std::move(ledger), std::move(root), {}};
}

restored_ledger ledger_store::restore(engine_options const& options, backend& device) {
    if (blocks_ == 0) return fresh_ledger(options, device);
    restored_ledger out;
    rows_behind behind = read_rows_behind();
    restorer reading(*this, behind);
    engine_state state = reading.state();
    out.root = std::make_unique<ledger_root>(device, state, reading.take_blocks());
    std::vector<table_summary> const tables = out.root->tables();
    std::vector<table_summary> const& stored = reading.last().tables;
    for (std::size_t t = 0; t < std::max(tables.size(), stored.size()); ++t)
        if (t >= tables.size() || t >= stored.size() || !(tables[t] == stored[t]))
            throw input_error(fmt::format(
                "{}: table {} is not the one whose root block {} has", files_.folder().string(),
                t < stored.size() ? stored[t].shape.name : tables[t].shape.name, blocks_));
    out.seen.remember(state, reading.take_orders(), reading.last().head.last_rank);
    changed_ = out.seen;
    if (options_.files.mode != open_mode::read_only)
        writer_ = std::make_unique<block_writer>(options_, files_, mark_, blocks_, last_entry_,
                                                 rows(), std::move(behind));
    out.ledger = std::make_unique<engine>(on(options, device), std::move(state));
    return out;
}

}  // namespace lockstep

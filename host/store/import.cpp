#include <fmt/format.h>

#include <algorithm>

#include "host/base/error.h"
#include "host/block/invariants.h"
#include "host/root/proof_json.h"
#include "host/root/row_digest.h"
#include "host/store/packed_store.h"

namespace lockstep {

namespace {

/// Commands are kept in entries of whole blocks, as folding makes them.
struct entry_span {
    std::uint64_t first_block, last_block;
    std::uint64_t first_command, commands;
};

/// Takes pieces in the order of the file and writes records. Nothing is synced on the way.
class importer {
  public:
    importer(packed_reader const& from, std::string const& file, store_files& files,
             backend& device)
        : from_(from), file_(file), files_(files), digest_rows_(device) {
        auto const& tables = from_.tables();
        std::uint64_t const commands = from_.entry().head.commands;
        std::uint64_t const signatures = tables[packed::signatures].rows;
        if (from_.entry().head.first_block != 1 || !from_.entry().is_folded() ||
            tables[packed::blocks].rows != from_.entry().head.block ||
            tables[packed::commands].rows != commands ||
            tables[packed::outcomes].rows != commands ||
            (signatures != 0 && signatures != commands))
            throw input_error(file + ": its history has not as many rows as its entry says");
    }

    void take(packed_piece const& piece) {
        switch (piece.table) {
            case packed::blocks: return take_blocks(piece);
            case packed::commands: return take_history(section_kind::commands, piece);
            case packed::signatures: return take_history(section_kind::signatures, piece);
            case packed::outcomes: return take_history(section_kind::outcomes, piece);
            default: return take_rows(piece);
        }
    }

    void finish() {
        for (std::size_t e = 0; e < spans_.size(); ++e)
            if (spans_[e].commands == 0)
                for (auto const kind : {section_kind::commands, section_kind::outcomes})
                    put_section(kind, e, nullptr, 0, row_bytes_of(kind));
        sha256_digest previous{};
        for (std::size_t e = 0; e < spans_.size(); ++e) {
            entry_span const& span = spans_[e];
            journal_entry& entry = entries_[e];
            bool const last = e + 1 == spans_.size();
            std::vector<section_row> const sections = std::move(entry.sections);
            if (last) entry = from_.entry();
            entry.sections = sections;
            entry.head.magic = journal_magic;
            entry.head.version = journal_version;
            entry.head.flags = from_.entry().head.flags;
            entry.head.first_block = span.first_block;
            entry.head.block = span.last_block;
            entry.head.time = blocks_[span.last_block - 1].time;
            entry.head.first_sequence = span.first_command + 1;
            entry.head.commands = span.commands;
            entry.head.previous = previous;
            if (!last) {  // nobody knows the root here
                std::string const bytes = bytes_of(entry);
                entry.head.folded = fast_sha256(bytes.data(), bytes.size());
            }
            previous = entry.head.folded;
            put(column::journal, journal_key(span.last_block), bytes_of(entry));
        }
        write();
        files_.settle();
    }

  private:
    void take_blocks(packed_piece const& piece) {
        auto const rows = rows_of<block_summary_row>(piece.bytes);
        blocks_.insert(blocks_.end(), rows.begin(), rows.end());
        if (blocks_.size() == from_.entry().head.block) cut_entries();
    }

    void cut_entries() {
        std::uint64_t commands = 0;
        for (std::uint64_t b = 1; b <= blocks_.size(); ++b) {
            block_summary_row const& block = blocks_[b - 1];
            if (block.first_sequence != commands + 1 ||
                block.commands > from_.entry().head.commands - commands)
                throw input_error(
                    fmt::format("{}: blocks row {}: does not count its commands on", file_, b - 1));
            if (spans_.empty() || spans_.back().commands + block.commands > folded_commands_max)
                spans_.push_back({b, b, commands, 0});
            spans_.back().last_block = b;
            spans_.back().commands += block.commands;
            commands += block.commands;
        }
        if (commands != from_.entry().head.commands)
            throw input_error(file_ + ": its blocks have not as many commands as its entry says");
        entries_.resize(spans_.size());
        for (std::size_t e = 0; e < spans_.size(); ++e)
            put_section(section_kind::blocks, e, &blocks_[spans_[e].first_block - 1],
                        spans_[e].last_block - spans_[e].first_block + 1,
                        sizeof(block_summary_row));
    }

    /// Gathers rows until an entry has all of its own.
    void take_history(section_kind kind, packed_piece const& piece) {
        std::size_t const row_bytes = from_.tables()[piece.table].row_bytes;
        if (piece.first_row == 0) filling_ = 0;
        for (std::uint64_t taken = 0; taken < piece.rows;) {
            while (spans_[filling_].commands == 0) ++filling_;
            entry_span const& span = spans_[filling_];
            std::uint64_t const more =
                std::min(piece.rows - taken, span.commands - gathered_.size() / row_bytes);
            auto const from = piece.bytes.begin() + static_cast<std::ptrdiff_t>(taken * row_bytes);
            gathered_.insert(gathered_.end(), from,
                             from + static_cast<std::ptrdiff_t>(more * row_bytes));
            taken += more;
            if (gathered_.size() < span.commands * row_bytes) return;
            put_section(kind, filling_++, gathered_.data(), span.commands, row_bytes);
            gathered_.clear();
        }
    }

    void put_section(section_kind kind, std::size_t e, void const* rows, std::size_t count,
                     std::size_t row_bytes) {
        auto const* bytes = static_cast<std::uint8_t const*>(rows);
        bool const empty = std::all_of(bytes, bytes + count * row_bytes,
                                       [](std::uint8_t byte) { return byte == 0; });
        if (kind == section_kind::signatures && empty) return;
        entries_[e].sections.push_back({kind, static_cast<std::uint32_t>(row_bytes), count,
                                        digest_rows_(rows, count, row_bytes)});
        put(column::bodies, body_key(kind, spans_[e].last_block),
            coder_.pack(rows, count, row_bytes));
    }

    void take_rows(packed_piece const& piece) {
        std::size_t const row_bytes = from_.tables()[piece.table].row_bytes;
        std::uint32_t const table = from_.tables()[piece.table].number;
        bool const orders = table == book_order_table;
        for (std::uint64_t i = 0; i < piece.rows; ++i) {
            std::string_view const bytes(
                reinterpret_cast<char const*>(piece.bytes.data()) + i * row_bytes, row_bytes);
            if (orders && bytes.find_first_not_of('\0') == bytes.npos) continue;  // a free slot
            auto const row = static_cast<std::uint32_t>(piece.first_row + i);
            std::uint64_t const digest = digest_of_row(table, row, bytes.data(), row_bytes);
            files_.put(batch_, column::rows, row_key_of(table, row), bytes,
                       {reinterpret_cast<char const*>(&digest), sizeof digest});
        }
        write();
    }

    void put(column c, std::string const& key, std::string const& value) {
        files_.put(batch_, c, key, value);
        if (batch_.GetDataSize() > (std::size_t{16} << 20)) write();
    }
    void write() {
        files_.write_unsynced(batch_);
        batch_.Clear();
    }

    packed_reader const& from_;
    std::string const file_;
    store_files& files_;
    row_digester digest_rows_;
    column_coder coder_{3};
    rocksdb::WriteBatch batch_;
    std::vector<block_summary_row> blocks_;
    std::vector<entry_span> spans_;
    std::vector<journal_entry> entries_;
    std::size_t filling_ = 0;             // entry
    std::vector<std::uint8_t> gathered_;  // its rows so far
};

}  // namespace

import_report import_store(std::string const& file, files_options const& chosen,
                           std::optional<sha256_digest> const& expected, backend& device,
                           rows_progress const& progress) {
    packed_reader from(file, open_bytes(file));
    sha256_digest const root = from.entry().head.root;
    if (expected && !(root == *expected))
        throw input_error(fmt::format("{}: has root {}, not the one expected", file,
                                      hex_text(root.bytes, sizeof root.bytes)));
    {
        store_files files(chosen);
        std::uint64_t all = 0, done = 0;
        for (packed_table const& table : from.tables()) all += table.rows;
        importer into(from, file, files, device);
        for (packed_piece piece; from.next(piece);) {
            into.take(piece);
            progress(done += piece.rows, all);
        }
        into.finish();
        acknowledged_mark mark(*files.db().GetEnv(), chosen.folder.string());
        mark.open_to_write();
        mark.write_synced(from.entry().head.block);
    }
    try {
        ledger_store store({.files = chosen, .acknowledge = {}});
        restored_ledger const at = store.restore({}, device);
        check_invariants(at.ledger->state());
        return {store.blocks(), at.ledger->state().history.size(),
                at.ledger->state().accounts.size(), at.root->root()};
    } catch (input_error const& error) {
        throw input_error(fmt::format("{}: does not open as a store: {}", file, error.what()));
    } catch (invariant_broken const& error) {
        throw input_error(fmt::format("{}: breaks an invariant: {}", file, error.what()));
    }
}

}  // namespace lockstep

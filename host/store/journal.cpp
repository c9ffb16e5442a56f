#include "host/store/journal.h"

#include <fmt/format.h>

#include <cstring>

#include "host/base/error.h"
#include "host/root/row_digest.h"
#include "host/state/engine_state.h"
#include "margin/state/signature.h"
#include "margin/state/transaction.h"
#include "pricing/base/digest.h"

namespace lockstep {

namespace {

template <class Row>
void append_row(std::string& bytes, Row const& row) {
    bytes.append(reinterpret_cast<char const*>(&row), sizeof row);
}

void append_big_endian(std::string& key, std::uint64_t number, int bytes) {
    for (int b = bytes - 1; b >= 0; --b) key.push_back(static_cast<char>(number >> (8 * b)));
}

journal_table_row row_of(table_summary const& table) {
    journal_table_row row{};
    std::memcpy(row.name, table.shape.name.data(),
                std::min(table.shape.name.size(), sizeof row.name));
    row.row_bytes = table.shape.row_bytes;
    row.rows_per_leaf = table.shape.rows_per_leaf;
    row.rows = table.rows;
    row.root = table.root;
    return row;
}

table_summary summary_of(journal_table_row const& row) {
    return {{std::string(row.name, strnlen(row.name, sizeof row.name)), row.row_bytes,
             row.rows_per_leaf},
            row.rows,
            row.root};
}

}  // namespace

section_row const* journal_entry::section(section_kind kind) const {
    for (section_row const& s : sections)
        if (s.kind == kind) return &s;
    return nullptr;
}

block_summary_row journal_entry::summary() const {
    section_row const* receipts = section(section_kind::receipts);
    return {.time = head.time,
            .first_sequence = head.first_sequence,
            .commands = head.commands,
            .reserved = 0,
            .receipts = receipts == nullptr ? sha256_digest{} : receipts->digest};
}

std::string bytes_of(journal_entry const& entry) {
    journal_head_row head = entry.head;
    head.sections = static_cast<std::uint32_t>(entry.sections.size());
    head.tables = static_cast<std::uint32_t>(entry.tables.size());
    std::string bytes;
    append_row(bytes, head);
    for (section_row const& s : entry.sections) append_row(bytes, s);
    for (table_summary const& t : entry.tables) append_row(bytes, row_of(t));
    return bytes;
}

sha256_digest digest_of(journal_entry const& entry) {
    if (entry.is_folded()) return entry.head.folded;
    std::string const bytes = bytes_of(entry);
    return fast_sha256(bytes.data(), bytes.size());
}

std::size_t row_bytes_of(section_kind kind) {
    switch (kind) {
        case section_kind::commands: return sizeof(transaction_row);
        case section_kind::receipts: return sizeof(receipt_row);
        case section_kind::changes: return sizeof(change_row);
        case section_kind::outcomes: return sizeof(outcome_row);
        case section_kind::blocks: return sizeof(block_summary_row);
        case section_kind::signatures: return sizeof(signature_row);
        case section_kind::rows: break;
    }
    return 0;
}

journal_entry parse_entry(std::string_view bytes, std::string const& what) {
    auto const damaged = [&](std::string const& why) { return input_error(what + ": " + why); };
    journal_entry entry;
    if (bytes.size() < sizeof entry.head) throw damaged("is no journal entry");
    std::memcpy(&entry.head, bytes.data(), sizeof entry.head);
    journal_head_row const& head = entry.head;
    if (head.magic != journal_magic) throw damaged("does not begin as a journal entry does");
    if (head.version != journal_version)
        throw damaged(
            fmt::format("has version {}; this is version {}", head.version, journal_version));
    if (head.sections > 64 || head.tables > tables_max ||
        bytes.size() != sizeof head + head.sections * sizeof(section_row) +
                            head.tables * sizeof(journal_table_row))
        throw damaged("has another length than it claims");
    char const* at = bytes.data() + sizeof head;
    entry.sections.resize(head.sections);
    if (head.sections > 0)
        std::memcpy(entry.sections.data(), at, head.sections * sizeof(section_row));
    for (section_row const& section : entry.sections)
        if (section.row_bytes == 0 || section.row_bytes != row_bytes_of(section.kind) ||
            entry.section(section.kind) != &section)
            throw damaged(fmt::format("section {} of {} bytes a row is none that an entry has",
                                      static_cast<std::uint32_t>(section.kind), section.row_bytes));
    at += head.sections * sizeof(section_row);
    for (std::uint32_t t = 0; t < head.tables; ++t, at += sizeof(journal_table_row)) {
        journal_table_row row;
        std::memcpy(&row, at, sizeof row);
        entry.tables.push_back(summary_of(row));
    }
    bool const rootless = entry.is_folded() && entry.tables.empty();
    if (!rootless && !(state_root_of(entry.tables) == head.root))
        throw damaged("its root does not follow from its tables");
    if (head.first_block == 0 || head.first_block > head.block ||
        (head.first_block != head.block && !entry.is_folded()))
        throw damaged("cannot be of the blocks that it names");
    return entry;
}

std::string journal_key(std::uint64_t block) {
    std::string key;
    append_big_endian(key, block, 8);
    return key;
}

std::uint64_t block_of_key(std::string_view key) {
    std::uint64_t block = 0;
    for (char const c : key.substr(key.size() - std::min<std::size_t>(key.size(), 8)))
        block = block << 8 | static_cast<std::uint8_t>(c);
    return block;
}

std::string body_key(section_kind kind, std::uint64_t block) {
    std::string key(1, static_cast<char>(kind));
    append_big_endian(key, block, 8);
    return key;
}

std::string row_key_of(std::uint32_t table, std::uint32_t row) {
    std::string key(1, static_cast<char>(table));
    append_big_endian(key, row, 4);
    return key;
}

std::string name_of_row(std::uint32_t table, std::uint64_t row) {
    static std::vector<table_shape> const shapes = root_shapes();
    if (table == book_order_table) return fmt::format("book_orders row {}", row);
    if (table == book_header_table) return fmt::format("book_headers row {}", row);
    if (table < shapes.size()) return fmt::format("{} row {}", shapes[table].name, row);
    return fmt::format("table {} row {}", table, row);
}

std::uint64_t digest_of_row(std::uint32_t table, std::uint32_t row, void const* bytes,
                            std::size_t count) {
    // The place enters as the index of the first word: 2^16 words a row, 2^32 rows a table.
    std::uint64_t const place = std::uint64_t{table} << 48 | std::uint64_t{row} << 16;
    auto const* at = static_cast<std::uint8_t const*>(bytes);
    digest128 sum{0, 0};
    for (std::size_t i = 0; i < count / 8; ++i) {
        std::uint64_t word;
        std::memcpy(&word, at + 8 * i, sizeof word);
        sum = sum + digest_word(place + i, word);
    }
    return sum.lo ^ sum.hi;
}

}  // namespace lockstep

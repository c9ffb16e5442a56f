#include "host/store/packed_file.h"

#include <fmt/format.h>
#include <zstd.h>

#include <cstring>

#include "host/base/error.h"
#include "host/io/row_bytes.h"
#include "host/root/row_digest.h"
#include "host/store/changed_rows.h"

namespace lockstep {

namespace {

constexpr std::uint64_t packed_magic = 0x314b4341504b4c;  // "LKPACK1"
constexpr std::uint32_t packed_version = 1;
constexpr int level = 9;  // of zstd: what comes after costs twice the time for a per cent

/// The file: this head, the entry, the tables, their digest; then the pieces.
struct file_head {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t tables;
    std::uint32_t entry_bytes;
    std::uint32_t rows_per_piece;
    std::uint64_t reserved;
};
static_assert(sizeof(file_head) == 32);

struct table_row {
    char name[16];
    std::uint32_t row_bytes;
    std::uint32_t reserved;
    std::uint64_t rows;
};
static_assert(sizeof(table_row) == 32);

struct piece_head {
    std::uint32_t table;
    std::uint32_t rows;
    std::uint64_t first_row;
    std::uint64_t packed_bytes;
};
static_assert(sizeof(piece_head) == 24);

sha256_digest digest_of_text(std::string_view text) {
    return fast_sha256(text.data(), text.size());
}
sha256_digest chained(sha256_digest const& before, piece_head const& head,
                      std::string_view packed_rows) {
    std::string text(bytes_of_row(before));
    text += bytes_of_row(head);
    text += packed_rows;
    return digest_of_text(text);
}

/// No piece is longer: zstd makes little more of what it cannot make smaller.
std::uint64_t packed_bytes_max(packed_table const& table) {
    return ZSTD_compressBound(std::size_t{table.row_bytes} * packed::rows_per_piece + 1024);
}

}  // namespace

std::vector<packed_table> packed_tables(bool with_tiers) {
    std::vector<packed_table> tables{{"blocks", sizeof(block_summary_row)},
                                     {"commands", sizeof(transaction_row)},
                                     {"signatures", sizeof(signature_row)},
                                     {"outcomes", sizeof(outcome_row)}};
    std::vector<table_shape> const shapes = root_shapes();
    auto const add = [&](root_table t) {
        auto const number = static_cast<std::uint32_t>(t);
        tables.push_back({shapes[number].name, shapes[number].row_bytes, 0, number});
    };
    for (auto t = root_table::assets; t != root_table::books;
         t = static_cast<root_table>(static_cast<std::size_t>(t) + 1))
        add(t);
    if (with_tiers) add(root_table::tiers);
    tables.push_back({"book_orders", sizeof(book_order_row), 0, book_order_table});
    tables.push_back({"book_headers", sizeof(book_header_row), 0, book_header_table});
    return tables;
}

packed_writer::packed_writer(std::filesystem::path const& target, journal_entry const& entry,
                             std::vector<packed_table> tables)
    : file_(target), tables_(std::move(tables)), coder_(level) {
    std::string const entry_text = bytes_of(entry);
    std::string text(bytes_of_row(
        file_head{packed_magic, packed_version, static_cast<std::uint32_t>(tables_.size()),
                  static_cast<std::uint32_t>(entry_text.size()), packed::rows_per_piece, 0}));
    text += entry_text;
    for (packed_table const& table : tables_) {
        table_row row{{}, table.row_bytes, 0, table.rows};
        std::memcpy(row.name, table.name.data(), std::min(table.name.size(), sizeof row.name));
        text += bytes_of_row(row);
    }
    digest_ = digest_of_text(text);
    file_.write(text);
    file_.write(bytes_of_row(digest_));
}

std::uint64_t packed_writer::write_piece(std::uint64_t first, std::uint32_t rows,
                                         std::uint32_t row_bytes) {
    std::string const packed_rows = coder_.pack(rows_.data(), rows, row_bytes);
    piece_head const head{static_cast<std::uint32_t>(next_ - 1), rows, first, packed_rows.size()};
    digest_ = chained(digest_, head, packed_rows);
    file_.write(bytes_of_row(head));
    file_.write(bytes_of_row(digest_));
    file_.write(packed_rows);
    return sizeof head + sizeof digest_ + packed_rows.size();
}

sha256_digest packed_writer::commit() {
    file_.commit();
    return digest_;
}

packed_reader::packed_reader(std::string name, std::unique_ptr<byte_source> source)
    : name_(std::move(name)), source_(std::move(source)) {
    std::string text;
    read(text, sizeof(file_head), "the head");
    file_head head;
    std::memcpy(&head, text.data(), sizeof head);
    if (head.magic != packed_magic) throw damaged("is not a packed store");
    if (head.version != packed_version)
        throw damaged(
            fmt::format("has version {}; this is version {}", head.version, packed_version));
    tables_ = packed_tables(head.tables > packed_tables(false).size());
    if (head.tables != tables_.size() || head.rows_per_piece != packed::rows_per_piece ||
        head.entry_bytes > sizeof(journal_head_row) + tables_max * sizeof(journal_table_row))
        throw damaged("has not the tables of this version");
    read(text, head.entry_bytes + head.tables * sizeof(table_row), "the head");
    digest_ = digest_of_text(text);
    std::string said;
    read(said, sizeof digest_, "the head");
    if (said != bytes_of_row(digest_)) throw damaged("its head is not what was written there");
    entry_ = parse_entry(std::string_view(text).substr(sizeof head, head.entry_bytes),
                         name_ + ": the entry");
    for (std::size_t t = 0; t < tables_.size(); ++t) {
        table_row row;
        std::memcpy(&row, text.data() + sizeof head + head.entry_bytes + t * sizeof row,
                    sizeof row);
        if (strnlen(row.name, sizeof row.name) != tables_[t].name.size() ||
            tables_[t].name.compare(0, std::string::npos, row.name, tables_[t].name.size()) != 0 ||
            row.row_bytes != tables_[t].row_bytes || row.rows > UINT32_MAX)
            throw damaged(
                fmt::format("its table {} is not '{}' of this version", t + 1, tables_[t].name));
        tables_[t].rows = row.rows;
    }
}

void packed_reader::read(std::string& into, std::size_t bytes, std::string const& what) {
    std::size_t have = into.size();
    into.resize(have + bytes);
    while (have < into.size()) {
        std::size_t const got = source_->read({into.data() + have, into.size() - have});
        if (got == 0) throw damaged("ends in the middle of " + what);
        have += got;
    }
}

bool packed_reader::next(packed_piece& piece) {
    while (table_ < tables_.size() && first_ == tables_[table_].rows) {
        ++table_;
        first_ = 0;
    }
    if (table_ == tables_.size()) {
        char one;
        if (source_->read({&one, 1}) != 0) throw damaged("goes on after its last row");
        return false;
    }
    packed_table const& table = tables_[table_];
    std::uint64_t const rows = std::min<std::uint64_t>(table.rows - first_, packed::rows_per_piece);
    std::string const what = fmt::format("{} rows {} to {}", table.name, first_, first_ + rows - 1);
    std::string text;
    read(text, sizeof(piece_head) + sizeof digest_, what);
    piece_head head;
    std::memcpy(&head, text.data(), sizeof head);
    if (head.table != table_ || head.rows != rows || head.first_row != first_ ||
        head.packed_bytes > packed_bytes_max(table))
        throw damaged(what + ": another piece stands in their place");
    std::string packed_rows;
    read(packed_rows, head.packed_bytes, what);
    digest_ = chained(digest_, head, packed_rows);
    if (text.substr(sizeof head) != bytes_of_row(digest_))
        throw damaged(what + ": are not what was written there");
    piece = {table_, first_, rows,
             coder_.unpack(packed_rows, rows, table.row_bytes, name_ + ": " + what)};
    first_ += rows;
    return true;
}

}  // namespace lockstep

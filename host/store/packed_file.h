// A whole store in one small file: the history of commands and every row, column by column, in
// pieces that each carry a digest over all that stands before. The same log gives the same bytes,
// whoever ran it and however its store was kept. data/FORMATS.md has the format in prose.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "host/io/byte_source.h"
#include "host/io/output_file.h"
#include "host/store/column_code.h"
#include "host/store/journal.h"

namespace lockstep {

struct packed_table {
    std::string name;
    std::uint32_t row_bytes = 0;  // a multiple of 8
    std::uint64_t rows = 0;
    std::uint32_t number = 0;  // of its rows in a store's keys; of history there are none
    bool operator==(packed_table const&) const = default;
};

/// The tables of a packed store in their order; those of history come first.
namespace packed {
enum table : std::size_t { blocks, commands, signatures, outcomes, first_of_root };
inline constexpr std::uint32_t rows_per_piece = 1u << 16;
}  // namespace packed

/// Every table but for its number of rows: history, the root's own (`tiers` where there are some),
/// orders and headers of books.
std::vector<packed_table> packed_tables(bool with_tiers);

class packed_writer {
  public:
    /// `entry` is folded, of block 1 to the last. Tables are then written in their order.
    packed_writer(std::filesystem::path const& target, journal_entry const& entry,
                  std::vector<packed_table> tables);

    /// All rows of the next table; row_at(i) points to row i and is asked in order. Returns how
    /// many bytes they take.
    template <class RowAt>
    std::uint64_t write_table(RowAt&& row_at) {
        packed_table const& table = tables_[next_++];
        std::uint64_t packed_bytes = 0;
        for (std::uint64_t first = 0; first < table.rows;) {
            auto const rows = static_cast<std::uint32_t>(
                std::min<std::uint64_t>(table.rows - first, packed::rows_per_piece));
            rows_.resize(std::size_t{rows} * table.row_bytes);
            for (std::uint32_t i = 0; i < rows; ++i)
                std::memcpy(rows_.data() + std::size_t{i} * table.row_bytes, row_at(first + i),
                            table.row_bytes);
            packed_bytes += write_piece(first, rows, table.row_bytes);
            first += rows;
        }
        return packed_bytes;
    }
    /// The file is there, whole, and this is its digest.
    sha256_digest commit();

  private:
    std::uint64_t write_piece(std::uint64_t first, std::uint32_t rows, std::uint32_t row_bytes);

    atomic_file file_;
    std::vector<packed_table> const tables_;
    std::size_t next_ = 0;
    column_coder coder_;
    std::string rows_;
    sha256_digest digest_;  // of the file so far
};

/// Rows of one table that lie together in the file.
struct packed_piece {
    std::size_t table = 0;
    std::uint64_t first_row = 0;
    std::uint64_t rows = 0;
    std::vector<std::uint8_t> bytes;
};

class packed_reader {
  public:
    /// Reads up to the first piece. Throws input_error, naming the file, when it is no packed
    /// store.
    packed_reader(std::string name, std::unique_ptr<byte_source> source);

    journal_entry const& entry() const { return entry_; }
    std::vector<packed_table> const& tables() const { return tables_; }

    /// The next piece; false after the last one. Memory: that of one piece. Throws input_error,
    /// naming the table and its rows, when it is not what was written there.
    bool next(packed_piece& piece);

  private:
    void read(std::string& into, std::size_t bytes, std::string const& what);
    input_error damaged(std::string const& what) const { return input_error(name_ + ": " + what); }

    std::string const name_;
    std::unique_ptr<byte_source> source_;
    journal_entry entry_;
    std::vector<packed_table> tables_;
    column_coder coder_;
    std::size_t table_ = 0;    // whose piece comes next
    std::uint64_t first_ = 0;  // with which row
    sha256_digest digest_{};
};

}  // namespace lockstep

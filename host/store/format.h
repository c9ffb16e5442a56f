// What the store writes, in fixed rows. data/FORMATS.md says the same in prose. Little-endian in
// values, big-endian in keys; never renumber, never reorder.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/sha256.h"

namespace lockstep {

inline constexpr std::uint64_t journal_magic = 0x314c4e4a504b4c;  // "LKPJNL1"
inline constexpr std::uint32_t journal_version = 1;

/// An entry of the journal, of one block or of several that were folded into one: this row, then
/// `sections` section rows, then `tables` table rows. The SHA-256 of all of it is the entry's
/// digest, which the next entry carries; a folded one keeps that of the last entry in it.
struct journal_head_row {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t sections;
    std::uint32_t tables;
    std::uint32_t flags;
    std::uint64_t first_block;  // from 1
    std::uint64_t block;        // the last; the same but for folded entries
    std::int64_t time;          // of the last
    std::uint64_t first_sequence;
    std::uint64_t commands;
    std::uint64_t last_rank;  // that was given to a book order so far
    sha256_digest previous;   // of the entry before it; zeros in the first
    sha256_digest root;       // after the last block
    sha256_digest risk;       // of the block's risk arrays; zeros where none were computed
    sha256_digest folded;  // digest of the last of the entries that were folded; zeros: none were
};
static_assert(sizeof(journal_head_row) == 200);
static_assert(std::has_unique_object_representations_v<journal_head_row>);

namespace entry_flag {
inline constexpr std::uint32_t required_signatures = 1;  // the engine, before its first block
}

/// What a block brings beside its entry; each section is rows of one size.
enum class section_kind : std::uint32_t {
    commands = 1,
    receipts = 2,
    changes = 3,     // change_row, by table and row
    outcomes = 4,    // outcome_row of each command, all that a folded entry keeps of receipts
    blocks = 5,      // block_summary_row of each block of a folded entry
    signatures = 6,  // of the commands, one each, all zero: none; the section only where there are
    rows = 7,  // no section of the entry: changed rows as they are now, until their records are so
};

struct section_row {
    section_kind kind;
    std::uint32_t row_bytes;
    std::uint64_t rows;
    sha256_digest digest;  // of the rows
};
static_assert(sizeof(section_row) == 48);
static_assert(std::has_unique_object_representations_v<section_row>);

/// One table of the root after the block; the message whose SHA-256 is the root is made of these.
struct journal_table_row {
    char name[16];
    std::uint32_t row_bytes;
    std::uint32_t rows_per_leaf;
    std::uint64_t rows;
    sha256_digest root;
};
static_assert(sizeof(journal_table_row) == 64);
static_assert(std::has_unique_object_representations_v<journal_table_row>);

/// A row that the block changed: its number, and the digest of what it is now.
struct change_row {
    std::uint32_t table;
    std::uint32_t row;
    std::uint64_t digest;
};
static_assert(sizeof(change_row) == 16);
static_assert(std::has_unique_object_representations_v<change_row>);

/// Rows of books, beside the tables of the root. Numbers stand in keys, as those of root tables.
inline constexpr std::uint32_t book_order_table = 128;   // book_order_row, by slot of the order
inline constexpr std::uint32_t book_header_table = 129;  // book_header_row, by instrument

}  // namespace lockstep

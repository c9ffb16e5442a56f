// The journal: one entry for each block, chained by digest, and the sections that the entries
// vouch for.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/block/ledger_root.h"
#include "host/root/table_shape.h"
#include "host/store/format.h"

namespace lockstep {

struct journal_entry {
    journal_head_row head{};
    std::vector<section_row> sections;
    std::vector<table_summary> tables;

    section_row const* section(section_kind kind) const;
    bool is_folded() const { return !(head.folded == sha256_digest{}); }
    /// The row of the block in the root's table of blocks; of an entry that is not folded.
    block_summary_row summary() const;
};

/// Of a row of the section; 0 of what is no section of an entry.
std::size_t row_bytes_of(section_kind kind);

std::string bytes_of(journal_entry const& entry);
/// What the next entry carries of this one.
sha256_digest digest_of(journal_entry const& entry);

/// Throws input_error, beginning with `what`, when this is no entry, has sections that no entry
/// has, or a root that does not follow from its tables. A folded entry may be without tables:
/// nobody knows the root there.
journal_entry parse_entry(std::string_view bytes, std::string const& what);

/// Keys: numbers in big-endian, so that records lie in their order.
std::string journal_key(std::uint64_t block);
std::uint64_t block_of_key(std::string_view key);  // of a journal key, or the end of a body key
std::string body_key(section_kind kind, std::uint64_t block);
std::string row_key_of(std::uint32_t table, std::uint32_t row);

/// "accounts row 7".
std::string name_of_row(std::uint32_t table, std::uint64_t row);

/// What tells a row from any other row and any other place; not cryptographic.
std::uint64_t digest_of_row(std::uint32_t table, std::uint32_t row, void const* bytes,
                            std::size_t count);

}  // namespace lockstep

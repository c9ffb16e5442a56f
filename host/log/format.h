// The transaction log on disk: a header, then blocks, each a header row, its commands as they are
// and, where they are signed, their signatures. data/FORMATS.md says the same in prose.
// Little-endian; never renumber, never reorder.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/transaction.h"

namespace lockstep {

inline constexpr std::uint64_t log_magic = 0x31474f4c50544b4c;  // "LKTPLOG1"
/// 2: a block's digest covers its header too.
inline constexpr std::uint32_t log_version = 2;

struct log_header {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t row_bytes;  // of a command
    std::uint64_t reserved[6];
};
static_assert(sizeof(log_header) == 64 && std::has_unique_object_representations_v<log_header>);

struct log_block_header {
    std::uint64_t magic;  // again, so that a damaged length is noticed
    std::int64_t time;    // logical, ns
    std::uint64_t commands;
    std::uint64_t digest_low, digest_high;  // of this header and the commands, see data/FORMATS.md
    std::uint64_t signatures;               // rows after the commands: as many, or none
    std::uint64_t signatures_low, signatures_high;  // digest of those rows; 0 when there are none
};
static_assert(sizeof(log_block_header) == 64 &&
              std::has_unique_object_representations_v<log_block_header>);

/// No block may hold more: a reader's memory is bounded by it.
inline constexpr std::uint64_t block_commands_max = 1u << 20;

}  // namespace lockstep

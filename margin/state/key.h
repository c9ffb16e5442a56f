// Who may sign: the keys of accounts and of the exchange's operators, and what the exchange is
// called in every signature. The bytes of a key never change once its row is made; a rotation makes
// a new row.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/platform.h"
#include "pricing/base/sha256.h"

namespace lockstep {

/// An Ed25519 point as RFC 8032 writes it.
struct public_key {
    std::uint8_t bytes[32];
    LOCKSTEP_HD friend constexpr bool operator==(public_key const& a, public_key const& b) {
        for (int i = 0; i < 32; ++i)
            if (a.bytes[i] != b.bytes[i]) return false;
        return true;
    }
};

namespace key_flag {
inline constexpr std::uint32_t of_operator = 1;
inline constexpr std::uint32_t revoked = 2;  // for good
}  // namespace key_flag

/// Rows are numbered in the order in which keys were bound; a signature names its key so.
struct key_row {
    public_key key;
    std::uint32_t account;  // whose; 0 for an operator's
    std::uint32_t flags;
    std::uint64_t last_nonce;  // a signature's nonce must be greater
    std::uint64_t sequence;    // of the command that bound or revoked it
    std::uint64_t reserved_word;
};

static_assert(sizeof(key_row) == 64 && std::is_trivially_copyable_v<key_row>);
static_assert(std::has_unique_object_representations_v<key_row>);

namespace exchange_flag {
inline constexpr std::uint32_t signatures_required = 1;  // never taken back
}  // namespace exchange_flag

/// The exchange itself: one row.
struct exchange_row {
    sha256_digest id;  // of the command that bound the first operator key; zeros before it
    std::uint32_t flags;
    std::uint32_t operator_keys;  // not revoked
    std::uint64_t sequence;       // of the command that bound the first operator key
    std::uint64_t reserved_words[10];
};

static_assert(sizeof(exchange_row) == 128 && std::is_trivially_copyable_v<exchange_row>);
static_assert(std::has_unique_object_representations_v<exchange_row>);

}  // namespace lockstep

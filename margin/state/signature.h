// A command's signature as it stands in the log beside the command, and the bytes that are signed.
#pragma once

#include <cstdint>
#include <type_traits>

#include "margin/state/key.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// All zero: the command is not signed.
struct signature_row {
    std::uint8_t signature[64];
    std::uint64_t nonce;
    std::uint32_t key;  // number of its row
    std::uint32_t reserved_word;

    LOCKSTEP_HD constexpr bool is_missing() const {
        for (std::uint8_t const byte : signature)
            if (byte != 0) return false;
        return true;
    }
    LOCKSTEP_HD constexpr bool is_empty() const {
        return is_missing() && nonce == 0 && key == 0 && reserved_word == 0;
    }
};

static_assert(sizeof(signature_row) == 80 && std::is_trivially_copyable_v<signature_row>);
static_assert(std::has_unique_object_representations_v<signature_row>);

/// What is signed. The tag keeps it apart from anything else the key may sign; the exchange and the
/// key's number keep a signature from counting a second time, elsewhere or under another row.
struct signed_message {
    char tag[24] = {'l', 'o', 'c', 'k', 's', 't', 'e', 'p', '-', 'c',
                    'o', 'm', 'm', 'a', 'n', 'd', '-', 'v', '1'};
    sha256_digest exchange;
    std::uint64_t nonce;
    std::uint32_t key;
    std::uint32_t reserved_word;
    transaction_row command;
};

static_assert(sizeof(signed_message) == 200);
static_assert(std::has_unique_object_representations_v<signed_message>);

}  // namespace lockstep

// A command's signature: how it is made and checked, given the key.
#pragma once

#include <cstring>

#include "host/keys/ed25519.h"
#include "margin/state/signature.h"

namespace lockstep {

inline std::span<std::uint8_t const> signed_bytes(signed_message const& message) {
    return {reinterpret_cast<std::uint8_t const*>(&message), sizeof message};
}

inline signed_message message_of(transaction_row const& t, sha256_digest const& exchange,
                                 std::uint32_t key, std::uint64_t nonce) {
    signed_message message{};
    message.exchange = exchange;
    message.nonce = nonce;
    message.key = key;
    message.command = t;
    return message;
}

inline signature_row sign_command(private_key const& secret, transaction_row const& t,
                                  sha256_digest const& exchange, std::uint32_t key,
                                  std::uint64_t nonce) {
    signature_row row{.signature = {}, .nonce = nonce, .key = key, .reserved_word = 0};
    ed25519_signature const signature =
        secret.sign(signed_bytes(message_of(t, exchange, key, nonce)));
    std::memcpy(row.signature, signature.data(), signature.size());
    return row;
}

inline bool holds(signature_row const& row, transaction_row const& t, sha256_digest const& exchange,
                  public_key const& key) {
    return row.reserved_word == 0 &&
           signature_holds(key, signed_bytes(message_of(t, exchange, row.key, row.nonce)),
                           std::span<std::uint8_t const, 64>(row.signature));
}

/// What an exchange is called in signatures: the digest of the command that bound its first
/// operator key.
inline sha256_digest exchange_id_of(transaction_row const& first) {
    return sha256_of(reinterpret_cast<std::uint8_t const*>(&first), sizeof first);
}

}  // namespace lockstep

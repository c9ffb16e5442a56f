// Ed25519 (RFC 8032) by OpenSSL's libcrypto: keys, signatures, and the files that keys live in.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "margin/state/key.h"

struct evp_pkey_st;

namespace lockstep {

using ed25519_signature = std::array<std::uint8_t, 64>;

/// A pure function of its bytes; bytes that are no point hold for no message.
bool signature_holds(public_key const& key, std::span<std::uint8_t const> message,
                     std::span<std::uint8_t const, 64> signature);

class private_key {
  public:
    /// From the machine's randomness.
    static private_key generate();
    /// From the 32 bytes that RFC 8032 calls the private key.
    static private_key from_seed(std::span<std::uint8_t const, 32> seed);
    /// PEM, PKCS #8, as `openssl genpkey -algorithm ed25519` writes it. Throws input_error when the
    /// file holds no such key.
    static private_key read(std::string const& path);

    /// PEM, for the owner's eyes only. Throws machine_error when it cannot be written, and when
    /// the file exists: a key is never written over.
    void write(std::filesystem::path const& path) const;

    public_key const& public_part() const { return public_; }
    ed25519_signature sign(std::span<std::uint8_t const> message) const;

  private:
    struct closer {
        void operator()(evp_pkey_st* key) const;
    };
    explicit private_key(evp_pkey_st* key);

    std::unique_ptr<evp_pkey_st, closer> key_;
    public_key public_;
};

}  // namespace lockstep

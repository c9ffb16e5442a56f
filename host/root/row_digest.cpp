#include "host/root/row_digest.h"

#include <openssl/evp.h>

#include <cstdint>
#include <stdexcept>

namespace lockstep {

sha256_digest fast_sha256(void const* bytes, std::size_t count) {
    sha256_digest digest;
    if (EVP_Digest(bytes, count, digest.bytes, nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("SHA-256 failed in libcrypto");
    return digest;
}

sha256_digest row_digester::operator()(void const* rows, std::size_t count, std::size_t row_bytes) {
    constexpr std::size_t group = 16;  // part of the definition; the last group may be short
    auto const* bytes = static_cast<std::uint8_t const*>(rows);
    std::size_t const whole = count / group;
    groups_.resize(whole + 1);
    if (whole > 0)
        hasher_->sha256(
            {.bytes = bytes, .message_bytes = group * row_bytes, .which = nullptr, .count = whole},
            {groups_.data(), whole});
    std::size_t const rest = count % group;
    groups_[whole] = fast_sha256(bytes + whole * group * row_bytes, rest * row_bytes);
    return fast_sha256(groups_.data(), (whole + 1) * sizeof(sha256_digest));
}

}  // namespace lockstep

// One message at a time against the examples that NIST publishes for SHA-256 (FIPS 180-2,
// appendix B, and the empty message of the CAVS vectors SHA256ShortMsg.rsp).
#include "pricing/base/sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace lockstep {
namespace {

std::string hex_of(sha256_digest const& digest) {
    std::string text;
    for (std::uint8_t const byte : digest.bytes) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

std::string hashed(std::string const& message) {
    return hex_of(sha256_of(reinterpret_cast<std::uint8_t const*>(message.data()), message.size()));
}

TEST(Sha256, GivesTheDigestsThatNistPublishes) {
    EXPECT_EQ(hashed(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hashed("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hashed("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    EXPECT_EQ(hashed(std::string(1'000'000, 'a')),
              "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, SchedulesThePaddingBlockOfWholeMessages) {
    // 128 bytes: two blocks of message and one that is padding alone.
    std::string const message(128, 'q');
    sha256_schedule const constants = sha256_constants();
    std::uint32_t state[8], block[16];
    sha256_start(state);
    for (int n = 0; n < 2; ++n) {
        for (auto& word : block) word = 0x71717171u;
        sha256_compress(state, block, constants);
    }
    sha256_compress_scheduled(state, sha256_padding(message.size()));
    EXPECT_EQ(hex_of(sha256_digest_of(state)), hashed(message));
}

TEST(Sha256, ComparesDigestsByEveryByte) {
    sha256_digest const one = sha256_of(nullptr, 0);
    for (auto byte = 0; byte < 32; ++byte) {
        sha256_digest other = one;
        EXPECT_TRUE(one == other);
        other.bytes[byte] ^= 0x10;
        EXPECT_FALSE(one == other) << byte;
    }
}

}  // namespace
}  // namespace lockstep

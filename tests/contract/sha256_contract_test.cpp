// Every backend, instruction set and thread count hashes to the bytes that OpenSSL gives.
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/views.h"
#include "tests/contract/backends.h"

namespace lockstep {
namespace {

sha256_digest by_openssl(std::uint8_t const* message, std::size_t bytes) {
    sha256_digest digest;
    unsigned size = 0;
    EXPECT_EQ(EVP_Digest(message, bytes, digest.bytes, &size, EVP_sha256(), nullptr), 1);
    EXPECT_EQ(size, sizeof digest);
    return digest;
}

sha256_digest untouched() {
    sha256_digest digest;
    std::memset(digest.bytes, 0xa5, sizeof digest);
    return digest;
}

std::vector<std::uint8_t> random_bytes(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<std::uint8_t> bytes(count);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
    return bytes;
}

/// Hashes every message and compares every place.
void expect_all_equal_openssl(backend& hasher, std::size_t message_bytes, std::size_t count) {
    auto const bytes = random_bytes(message_bytes * count, 1000 * message_bytes + count);
    std::vector<sha256_digest> digests(count + 1, untouched());
    hasher.sha256({bytes.data(), message_bytes, nullptr, count}, view_of(digests));
    for (std::size_t n = 0; n < count; ++n)
        ASSERT_TRUE(digests[n] == by_openssl(bytes.data() + n * message_bytes, message_bytes))
            << "message " << n << " of " << count << ", " << message_bytes << " bytes";
    EXPECT_TRUE(digests[count] == untouched()) << "wrote past the end";
}

/// Hashes some messages, out of order, and compares every place, named or not.
void expect_chosen_equal_openssl(backend& hasher, std::size_t message_bytes, std::size_t count) {
    std::size_t const all = 3 * count + 1;
    auto const bytes = random_bytes(message_bytes * all, 7000 * message_bytes + count);
    std::vector<std::uint32_t> which(all);
    std::iota(which.begin(), which.end(), 0u);
    std::mt19937_64 random(count);
    std::shuffle(which.begin(), which.end(), random);
    which.resize(count);
    std::vector<sha256_digest> expected(all, untouched()), digests(all, untouched());
    for (std::uint32_t const n : which)
        expected[n] = by_openssl(bytes.data() + n * message_bytes, message_bytes);
    hasher.sha256({bytes.data(), message_bytes, which.data(), count}, view_of(digests));
    for (std::size_t n = 0; n < all; ++n) ASSERT_TRUE(digests[n] == expected[n]) << n;
}

void expect_contract(backend& hasher) {
    // Around every border: the padding's (55, 56, 63, 64), and the lanes' (4, 8, 16, 32).
    for (std::size_t message_bytes :
         {0, 1, 3, 32, 55, 56, 63, 64, 65, 96, 119, 120, 127, 128, 129, 192, 256, 1000})
        for (std::size_t count : {0, 1, 2, 3, 5, 8, 15, 16, 17, 31, 32, 33, 40, 48, 49, 65})
            expect_all_equal_openssl(hasher, message_bytes, count);
    for (std::size_t message_bytes : {64, 100, 128})
        for (std::size_t count : {1, 9, 32, 5000})
            expect_chosen_equal_openssl(hasher, message_bytes, count);
    expect_all_equal_openssl(hasher, 128, 10'000);
}

class Sha256Contract : public testing::TestWithParam<backend_options> {};

TEST_P(Sha256Contract, GivesTheBytesOfOpenSsl) { expect_contract(*make_backend(GetParam())); }

INSTANTIATE_TEST_SUITE_P(Cpu, Sha256Contract, testing::ValuesIn(cpu_backends()), backend_test_name);

// Without a forced instruction set, the processor's own SHA-256 instructions come into play where
// there are any.
TEST(Sha256ContractCpu, TheChosenMixGivesTheBytesOfOpenSsl) {
    expect_contract(*make_backend({backend_kind::cpu, 1, ""}));
    expect_contract(*make_backend({backend_kind::cpu, 2, ""}));
}

TEST(Sha256ContractCuda, GivesTheBytesOfOpenSsl) {
    LOCKSTEP_SKIP_WITHOUT_DEVICE();
    auto const hasher = make_backend({backend_kind::cuda, 0, ""});
    expect_contract(*hasher);
    expect_all_equal_openssl(*hasher, 128, 300'000);  // more than both staging slots hold
}

}  // namespace
}  // namespace lockstep

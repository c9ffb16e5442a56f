#include "pricing/base/digest.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "pricing/base/random.h"

namespace {

using lockstep::digest128;
using lockstep::digest_bytes;
using lockstep::digest_doubles;
using lockstep::digest_word;
using lockstep::digest_words;

std::vector<std::uint64_t> random_words(std::size_t count) {
    std::vector<std::uint64_t> words(count);
    for (std::size_t i = 0; i < count; ++i) words[i] = lockstep::philox4x32(i, 0, 7).first;
    return words;
}

TEST(digest, changes_when_two_words_swap) {
    auto words = random_words(64);
    auto const whole = digest_words(words.data(), words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        for (std::size_t j = i + 1; j < words.size(); ++j) {
            std::swap(words[i], words[j]);
            auto const swapped = digest_words(words.data(), words.size());
            EXPECT_NE(swapped.lo, whole.lo) << i << " " << j;
            EXPECT_NE(swapped.hi, whole.hi) << i << " " << j;
            std::swap(words[i], words[j]);
        }
    EXPECT_EQ(digest_words(words.data(), words.size()), whole);
}

TEST(digest, changes_with_every_bit) {
    auto words = random_words(16);
    auto const whole = digest_words(words.data(), words.size());
    for (std::size_t i = 0; i < words.size(); ++i)
        for (int bit = 0; bit < 64; ++bit) {
            words[i] ^= std::uint64_t{1} << bit;
            auto const flipped = digest_words(words.data(), words.size());
            EXPECT_NE(flipped.lo, whole.lo);
            EXPECT_NE(flipped.hi, whole.hi);
            words[i] ^= std::uint64_t{1} << bit;
        }
}

TEST(digest, does_not_care_about_pieces_and_order) {
    auto const words = random_words(1000);
    auto const whole = digest_words(words.data(), words.size());
    for (std::size_t piece : {1, 7, 64, 333}) {
        digest128 sum{0, 0};
        for (std::size_t end = words.size(); end > 0;) {  // from the back
            std::size_t const begin = end > piece ? end - piece : 0;
            sum = sum + digest_words(words.data() + begin, end - begin, begin);
            end = begin;
        }
        EXPECT_EQ(sum, whole) << piece;
    }
}

TEST(digest, tells_lengths_signs_and_payloads_apart) {
    std::vector<double> const zeros(8, 0.0);
    std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
    for (std::size_t n = 0; n <= zeros.size(); ++n) {
        auto const d = digest_doubles(zeros.data(), n);
        seen.insert({d.lo, d.hi});
    }
    EXPECT_EQ(seen.size(), 9u);
    double const plus = 0.0, minus = -0.0;
    EXPECT_NE(digest_doubles(&plus, 1), digest_doubles(&minus, 1));
    EXPECT_EQ(digest_doubles(nullptr, 0), (digest128{0, 0}));
}

// A million mixes of small indices and small words: a weak mix would collide or lean.
TEST(digest, mixes_counters_well) {
    std::vector<std::uint64_t> lo, hi;
    std::vector<int> ones(128);
    for (std::uint64_t index = 0; index < 1000; ++index)
        for (std::uint64_t word = 0; word < 1000; ++word) {
            auto const d = digest_word(index, word);
            lo.push_back(d.lo);
            hi.push_back(d.hi);
            for (int bit = 0; bit < 64; ++bit) {
                ones[bit] += (d.lo >> bit) & 1;
                ones[64 + bit] += (d.hi >> bit) & 1;
            }
        }
    for (auto* lane : {&lo, &hi}) {
        std::sort(lane->begin(), lane->end());
        EXPECT_EQ(std::adjacent_find(lane->begin(), lane->end()), lane->end());
    }
    for (int count : ones) EXPECT_NEAR(count, 500000, 2500);  // five standard deviations
}

TEST(digest, of_bytes_is_that_of_their_words_and_their_length) {
    unsigned char const bytes[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    auto const expected =
        digest_word(0, 0x0807060504030201u) + digest_word(1, 9) + digest_word(2, sizeof bytes);
    EXPECT_EQ(digest_bytes(bytes, sizeof bytes), expected);
    unsigned char const longer[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0};
    EXPECT_NE(digest_bytes(longer, sizeof longer), expected);
    EXPECT_NE(digest_bytes(bytes, 0), digest_bytes(longer + 9, 1));
}

}  // namespace

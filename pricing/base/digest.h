// A 128-bit digest of an array of 64-bit words that does not care in which order, in which pieces
// or on which machine the words are taken, but does care which word stands at which index.
//
// It is the sum, modulo 2^64 in each of two lanes, of a mix of (index, word). Addition commutes, so
// threads, vector lanes and devices add up their own parts and any way of adding gives the same
// digest. It serves to compare results for equality. It is no protection against anybody who wants
// two inputs to collide: nothing here is cryptographic.
//
// Doubles are digested as their bits: +0 differs from -0, and NaNs differ by payload.
#pragma once

#include <cstddef>
#include <cstdint>

#include "pricing/base/platform.h"

namespace lockstep {

struct digest128 {
    std::uint64_t lo, hi;
    friend constexpr bool operator==(digest128 const&, digest128 const&) = default;
};

/// The digest of two sets of (index, word) taken together; {0, 0} is the digest of nothing.
LOCKSTEP_HD digest128 operator+(digest128 a, digest128 b) { return {a.lo + b.lo, a.hi + b.hi}; }

namespace detail {

/// Bijections of 64-bit words in which every input bit moves every output bit.
LOCKSTEP_HD std::uint64_t stir_first(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}
LOCKSTEP_HD std::uint64_t stir_second(std::uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdu;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53u;
    return x ^ (x >> 33);
}

}  // namespace detail

/// What the word at this index adds to the digest.
LOCKSTEP_HD digest128 digest_word(std::uint64_t index, std::uint64_t word) {
    // The index enters the lanes in two unrelated ways, an addition and an exclusive or of
    // different multiples: a change that cancels in one lane does not cancel in the other.
    std::uint64_t place_first = (index + 1) * 0x9e3779b97f4a7c15u;
    std::uint64_t place_second = (index + 1) * 0xd1342543de82ef95u;
    return {detail::stir_first(word + place_first), detail::stir_second(word ^ place_second)};
}

/// What the double at this index adds to the digest.
LOCKSTEP_HD digest128 digest_double(std::uint64_t index, double x) {
    return digest_word(index, bits_of(x));
}

/// The digest of `count` words or doubles that start at index `first` of the whole array.
LOCKSTEP_HD digest128 digest_words(std::uint64_t const* words, std::size_t count,
                                   std::uint64_t first = 0) {
    std::uint64_t lo = 0, hi = 0;
    for (std::size_t i = 0; i < count; ++i) {
        digest128 part = digest_word(first + i, words[i]);
        lo += part.lo;
        hi += part.hi;
    }
    return {lo, hi};
}
LOCKSTEP_HD digest128 digest_doubles(double const* values, std::size_t count,
                                     std::uint64_t first = 0) {
    std::uint64_t lo = 0, hi = 0;
    for (std::size_t i = 0; i < count; ++i) {
        digest128 part = digest_double(first + i, values[i]);
        lo += part.lo;
        hi += part.hi;
    }
    return {lo, hi};
}

/// The digest of a whole string of bytes: its words in little-endian order, the last one filled up
/// with zeros, then its length.
LOCKSTEP_HD digest128 digest_bytes(void const* data, std::size_t size) {
    auto const* bytes = static_cast<unsigned char const*>(data);
    digest128 sum{0, 0};
    std::size_t words = (size + 7) / 8;
    for (std::size_t i = 0; i < words; ++i) {
        std::uint64_t word = 0;
        for (std::size_t j = 8 * i; j < size && j < 8 * i + 8; ++j)
            word |= static_cast<std::uint64_t>(bytes[j]) << (8 * (j - 8 * i));
        sum = sum + digest_word(i, word);
    }
    return sum + digest_word(words, size);
}

}  // namespace lockstep

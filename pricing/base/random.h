// Random numbers without a state: the i-th number of a stream is a pure function of (key, i), so
// any thread, lane or device draws the same one, in any order.
//
// The generator is Philox4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as
// 1, 2, 3, SC 2011). Its 32-bit words are kept in 64-bit lanes, beside the doubles they end up as.
#pragma once

#include <cstdint>

#include "pricing/base/normal.h"
#include "pricing/base/platform.h"

namespace lockstep {

/// One Philox block: four 32-bit words as two 64-bit ones, the earlier word in the lower half.
struct random_block {
    std::uint64_t first, second;
};

/// The block that counter (low, high) of the stream `key` holds.
LOCKSTEP_HD random_block philox4x32(std::uint64_t counter_low, std::uint64_t counter_high,
                                    std::uint64_t key) {
    constexpr std::uint64_t word = 0xffffffffu;
    std::uint64_t c0 = counter_low & word;
    std::uint64_t c1 = counter_low >> 32;
    std::uint64_t c2 = counter_high & word;
    std::uint64_t c3 = counter_high >> 32;
    std::uint64_t k0 = key & word;
    std::uint64_t k1 = key >> 32;
    for (int round = 0; round < 10; ++round) {
        std::uint64_t product0 = 0xd2511f53u * c0;
        std::uint64_t product1 = 0xcd9e8d57u * c2;
        c0 = (product1 >> 32) ^ c1 ^ k0;
        c1 = product1 & word;
        c2 = (product0 >> 32) ^ c3 ^ k1;
        c3 = product0 & word;
        k0 = (k0 + 0x9e3779b9u) & word;
        k1 = (k1 + 0xbb67ae85u) & word;
    }
    return {c0 | (c1 << 32), c2 | (c3 << 32)};
}

/// A uniform number in (0, 1), never 0 or 1: an odd multiple of 2^-53, all of them equally likely.
LOCKSTEP_HD double uniform_open(std::uint64_t random_bits) {
    // A number in [1, 2) from 52 of the bits, less 1 - 2^-53; the difference is exact.
    return double_of((random_bits >> 12) | 0x3ff0000000000000u) - 0x1.fffffffffffffp-1;
}

/// A standard normal number from 52 random bits, by inversion; |result| < 8.3.
LOCKSTEP_HD double standard_normal(std::uint64_t random_bits) {
    return normal_quantile(uniform_open(random_bits));
}

}  // namespace lockstep

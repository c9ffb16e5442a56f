// Vectors of 64-bit integers, as wide as the instruction set can compare: g++ takes wider ones
// apart element by element, in memory, which is slower than no vectors at all.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep::cpu::LOCKSTEP_ISA {

namespace {  // NOLINT(google-build-namespaces): one for each file and instruction set

#if defined(__AVX512F__)
constexpr std::size_t vector_lanes = 8;
#elif defined(__AVX2__)
constexpr std::size_t vector_lanes = 4;
#else
constexpr std::size_t vector_lanes = 1;
#endif

/// It may stand for the integers in memory that it is read from.
using ints = std::int64_t __attribute__((vector_size(8 * vector_lanes), may_alias));
using uints = std::uint64_t __attribute__((vector_size(8 * vector_lanes)));

inline ints const* as_vectors(std::int64_t const* x) { return reinterpret_cast<ints const*>(x); }
inline ints* as_vectors(std::int64_t* x) { return reinterpret_cast<ints*>(x); }

// Vectors go by reference: by value they would change a function's ABI where registers are narrow.

inline void keep_lesser(ints& x, ints const& other) { x = other < x ? other : x; }

/// The least of all lanes, into every lane.
inline void spread_least([[maybe_unused]] ints& x) {
#if defined(__AVX512F__)
    keep_lesser(x, __builtin_shufflevector(x, x, 4, 5, 6, 7, 0, 1, 2, 3));
    keep_lesser(x, __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5));
    keep_lesser(x, __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6));
#elif defined(__AVX2__)
    keep_lesser(x, __builtin_shufflevector(x, x, 2, 3, 0, 1));
    keep_lesser(x, __builtin_shufflevector(x, x, 1, 0, 3, 2));
#endif
}

/// Lanes 0, 1, 2, ...
inline ints lane_numbers() {
    ints numbers;
    for (std::size_t i = 0; i < vector_lanes; ++i) numbers[i] = static_cast<std::int64_t>(i);
    return numbers;
}

/// High halves of 128-bit products, each from four of 32-bit halves; in place.
inline void multiply_high(uints& a, std::uint64_t b) {
    uints const a_low = a & 0xffffffffu, a_high = a >> 32;
    std::uint64_t const b_low = b & 0xffffffffu, b_high = b >> 32;
    uints const cross = a_high * b_low + (a_low * b_low >> 32);
    uints const other = a_low * b_high + (cross & 0xffffffffu);
    a = a_high * b_high + (cross >> 32) + (other >> 32);
}

}  // namespace

}  // namespace lockstep::cpu::LOCKSTEP_ISA

// The one place that knows which compiler and which machine a formula is compiled for.
//
// A formula marked LOCKSTEP_HD compiles for the host and for a CUDA device from the same text.
// In a vector build (kernels/cpu compiles one file per instruction set) it is always inlined, so
// that no out-of-line copy built for AVX-512 can be picked by the linker for an older CPU.
//
// Only the operations below (and + - * / with comparisons) may appear on a priced path: each is
// correctly rounded by IEEE 754, so every compiler, vector width and device gives the same bits.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#if defined(__CUDACC__)
#define LOCKSTEP_HD __host__ __device__ inline
#elif defined(LOCKSTEP_VECTOR_BUILD)
#define LOCKSTEP_HD [[gnu::always_inline]] inline
#else
#define LOCKSTEP_HD inline
#endif

namespace lockstep {

/// a * b + c, rounded once.
LOCKSTEP_HD double fused(double a, double b, double c) {
#if defined(__CUDACC__)
    return ::fma(a, b, c);
#else
    return __builtin_fma(a, b, c);
#endif
}

/// The correctly rounded square root; NaN below zero.
LOCKSTEP_HD double square_root(double x) {
#if defined(__CUDACC__)
    return ::sqrt(x);
#else
    return __builtin_sqrt(x);
#endif
}

/// The 64 bits of a double, and back.
LOCKSTEP_HD std::uint64_t bits_of(double x) {
#if defined(__CUDACC__)
    std::uint64_t bits;
    std::memcpy(&bits, &x, sizeof bits);
    return bits;
#else
    return __builtin_bit_cast(std::uint64_t, x);
#endif
}
LOCKSTEP_HD double double_of(std::uint64_t bits) {
#if defined(__CUDACC__)
    double x;
    std::memcpy(&x, &bits, sizeof x);
    return x;
#else
    return __builtin_bit_cast(double, bits);
#endif
}

}  // namespace lockstep

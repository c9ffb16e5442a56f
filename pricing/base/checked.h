// Integer arithmetic that never wraps silently. Every operation returns its value together with
// whether it overflowed; a caller that decides anything with the value must look at the flag.
// Wide sums are 128-bit and exact.
#pragma once

#include <cstdint>
#include <type_traits>

#include "pricing/base/platform.h"

namespace lockstep {

__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

inline constexpr std::int64_t int64_max = INT64_MAX;
inline constexpr std::int64_t int64_min = INT64_MIN;

struct checked_int64 {
    std::int64_t value;
    bool overflowed;
};

LOCKSTEP_HD constexpr bool fits_int64(int128 x) { return x >= int64_min && x <= int64_max; }

/// The value when it fits; otherwise the nearest bound, flagged.
LOCKSTEP_HD constexpr checked_int64 narrow(int128 x) {
    if (x > int64_max) return {int64_max, true};
    if (x < int64_min) return {int64_min, true};
    return {static_cast<std::int64_t>(x), false};
}

LOCKSTEP_HD constexpr checked_int64 checked_add(std::int64_t a, std::int64_t b) {
    return narrow(static_cast<int128>(a) + b);
}
LOCKSTEP_HD constexpr checked_int64 checked_subtract(std::int64_t a, std::int64_t b) {
    return narrow(static_cast<int128>(a) - b);
}

/// Which way an inexact integer division goes. Requirements round up, credits round down: the
/// remainder never falls to the insurance fund.
enum class rounding : std::uint8_t { down /* toward -inf */, up /* toward +inf */ };

/// Whether one instruction divides: nothing is negative and the quotient takes no more than 64
/// bits, as nearly always where money is divided.
LOCKSTEP_HD constexpr bool divides_at_once(int128 numerator, int128 denominator) {
    return numerator >= 0 && denominator >> 64 == 0 &&
           static_cast<std::uint64_t>(numerator >> 64) < static_cast<std::uint64_t>(denominator);
}

/// numerator / denominator for a positive denominator, rounded as asked.
LOCKSTEP_HD constexpr int128 divide(int128 numerator, int128 denominator, rounding direction) {
#if defined(__x86_64__) && !defined(__CUDACC__)
    if (!std::is_constant_evaluated() && divides_at_once(numerator, denominator)) {
        auto low = static_cast<std::uint64_t>(numerator);
        auto high = static_cast<std::uint64_t>(numerator >> 64);
        asm("divq %2"
            : "+a"(low), "+d"(high)
            : "r"(static_cast<std::uint64_t>(denominator))
            : "cc");
        return static_cast<int128>(low) + (direction == rounding::up && high != 0 ? 1 : 0);
    }
#endif
    int128 quotient = numerator / denominator;
    int128 remainder = numerator % denominator;
    if (direction == rounding::down && remainder < 0) quotient -= 1;
    if (direction == rounding::up && remainder > 0) quotient += 1;
    return quotient;
}

/// a * b / denominator, exact in the middle, rounded once.
LOCKSTEP_HD constexpr checked_int64 multiply_divide(std::int64_t a, std::int64_t b,
                                                    std::int64_t denominator, rounding direction) {
    return narrow(divide(static_cast<int128>(a) * b, denominator, direction));
}

}  // namespace lockstep

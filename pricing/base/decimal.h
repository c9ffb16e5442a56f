// Exact division of integers by powers of ten, without a division. Amounts live at several decimal
// scales (a nano, a trillionth, the unit of a risk matrix), and an account's check converts about a
// dozen of them; a 128-bit division each time would cost more than adding up its positions.
//
// The quotient is a multiplication by a rounded-up reciprocal and a shift (Granlund and Montgomery,
// 1994): for 0 <= n < 2^N and l = ceil(log2 d), m = floor(2^(N+l) / d) + 1 gives
// floor(n / d) = floor(n m / 2^(N+l)).
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"

namespace lockstep {

/// 10^n for n in [0, 38].
LOCKSTEP_HD constexpr uint128 power_of_ten(int n) {
    uint128 result = 1;
    for (int i = 0; i < n; ++i) result *= 10;
    return result;
}

/// The largest e in [0, 18] such that 10^e divides n: the coarsest lot that n is a whole number of.
LOCKSTEP_HD constexpr int trailing_decimal_zeros(std::int64_t n) {
    if (n == 0) return 18;
    int zeros = 0;
    for (; n % 10 == 0; n /= 10) ++zeros;
    return zeros;
}

namespace detail {

struct decimal_reciprocal {
    uint128 factor;
    int shift;  // of the high half of the product
};

/// For numerators below 2^numerator_bits and a divisor that is not a power of two.
LOCKSTEP_HD constexpr decimal_reciprocal reciprocal_of(uint128 divisor, int numerator_bits,
                                                       int word_bits) {
    int bits = 0;
    while ((divisor - 1) >> bits != 0) ++bits;
    uint128 quotient = 0, remainder = 0;
    for (int i = numerator_bits + bits; i >= 0; --i) {
        remainder = remainder * 2 + (i == numerator_bits + bits ? 1u : 0u);
        quotient = quotient * 2 + (remainder >= divisor ? 1u : 0u);
        if (remainder >= divisor) remainder -= divisor;
    }
    return {quotient + 1, numerator_bits + bits - word_bits};
}

LOCKSTEP_HD constexpr uint128 multiply_high(uint128 a, uint128 b) {
    std::uint64_t a_low = static_cast<std::uint64_t>(a),
                  a_high = static_cast<std::uint64_t>(a >> 64);
    std::uint64_t b_low = static_cast<std::uint64_t>(b),
                  b_high = static_cast<std::uint64_t>(b >> 64);
    uint128 low = static_cast<uint128>(a_low) * b_low;
    uint128 cross = static_cast<uint128>(a_high) * b_low + (low >> 64);
    uint128 other = static_cast<uint128>(a_low) * b_high + static_cast<std::uint64_t>(cross);
    return static_cast<uint128>(a_high) * b_high + (cross >> 64) + (other >> 64);
}

struct small_reciprocals {
    std::uint64_t factor[19];
    std::uint8_t shift[19];
};

LOCKSTEP_HD constexpr small_reciprocals make_small_reciprocals() {
    small_reciprocals table{};
    for (int places = 1; places <= 18; ++places) {
        decimal_reciprocal r = reciprocal_of(power_of_ten(places), 63, 64);
        table.factor[places] = static_cast<std::uint64_t>(r.factor);
        table.shift[places] = static_cast<std::uint8_t>(r.shift);
    }
    return table;
}

namespace {  // NOLINT(google-build-namespaces)

/// floor(n / 10^places) for n < 2^63 and places in [0, 18]. The table is the
/// function's own, because device code cannot index a namespace's; and the function is the file's
/// own, so that the table is no symbol that files compiled for different CPUs would share.
LOCKSTEP_HD std::uint64_t divide_small(std::uint64_t n, int places) {
    static constexpr small_reciprocals table = make_small_reciprocals();
    if (places == 0) return n;
    auto high = static_cast<std::uint64_t>((static_cast<uint128>(n) * table.factor[places]) >> 64);
    return high >> table.shift[places];
}

}  // namespace

/// floor(n / 10^Places) for n < 2^127.
template <int Places>
LOCKSTEP_HD constexpr uint128 divide_wide(uint128 n) {
    constexpr decimal_reciprocal r = reciprocal_of(power_of_ten(Places), 127, 128);
    return multiply_high(n, r.factor) >> r.shift;
}

/// floor(n / 10^places) for n < 2^127 and places in [0, 38].
LOCKSTEP_HD constexpr uint128 divide_wide(uint128 n, int places) {
    if (places >= 32) n = divide_wide<32>(n), places -= 32;
    if (places >= 16) n = divide_wide<16>(n), places -= 16;
    if (places >= 8) n = divide_wide<8>(n), places -= 8;
    if (places >= 4) n = divide_wide<4>(n), places -= 4;
    if (places >= 2) n = divide_wide<2>(n), places -= 2;
    if (places >= 1) n = divide_wide<1>(n);
    return n;
}

LOCKSTEP_HD uint128 divide_magnitude(uint128 n, int places) {
    return n >> 63 == 0 && places <= 18 ? divide_small(static_cast<std::uint64_t>(n), places)
                                        : divide_wide(n, places);
}

}  // namespace detail

/// n / 10^places for |n| <= 2^126 and places in [0, 37], rounded as asked.
LOCKSTEP_HD int128 divide_by_power_of_ten(int128 n, int places, rounding direction) {
    bool away = (n < 0) == (direction == rounding::down);  // the magnitude is rounded up
    uint128 magnitude = n < 0 ? -static_cast<uint128>(n) : static_cast<uint128>(n);
    uint128 one = away && magnitude != 0 ? 1u : 0u;  // ceil(n / d) = floor((n - 1) / d) + 1
    auto quotient = static_cast<int128>(detail::divide_magnitude(magnitude - one, places) + one);
    return n < 0 ? -quotient : quotient;
}

/// The same for a power known to the compiler.
template <int Places>
LOCKSTEP_HD constexpr int128 divide_by_power_of_ten(int128 n, rounding direction) {
    bool away = (n < 0) == (direction == rounding::down);
    uint128 magnitude = n < 0 ? -static_cast<uint128>(n) : static_cast<uint128>(n);
    uint128 one = away && magnitude != 0 ? 1u : 0u;
    auto quotient = static_cast<int128>(detail::divide_wide<Places>(magnitude - one) + one);
    return n < 0 ? -quotient : quotient;
}

/// The same for |n| < 2^63 and places in [0, 18].
LOCKSTEP_HD std::int64_t divide_by_power_of_ten(std::int64_t n, int places, rounding direction) {
    bool away = (n < 0) == (direction == rounding::down);
    auto magnitude = static_cast<std::uint64_t>(n < 0 ? -n : n);
    std::uint64_t one = away && magnitude != 0 ? 1u : 0u;
    auto quotient = static_cast<std::int64_t>(detail::divide_small(magnitude - one, places) + one);
    return n < 0 ? -quotient : quotient;
}

struct checked_int128 {
    int128 value;
    bool overflowed;
};

inline constexpr int128 int128_bound = static_cast<int128>(1) << 126;

/// n * 10^places; beyond 2^126 the nearest bound, flagged.
LOCKSTEP_HD constexpr checked_int128 multiply_by_power_of_ten(int128 n, int places) {
    int128 product = n;
    for (int i = 0; i < places; ++i) {
        if (product > int128_bound / 10) return {int128_bound, true};
        if (product < -(int128_bound / 10)) return {-int128_bound, true};
        product *= 10;
    }
    return {product, false};
}

}  // namespace lockstep

// Exponential and logarithm, within one unit in the last place, the same bits everywhere.
//
// Each function exists once, as a branch-free formula that a compiler can run on eight options at a
// time; the complete functions add the limits (zero, infinity, NaN, subnormal numbers) around it
// with selects. A NaN result is always the same NaN, because processors disagree on which one an
// operation makes. The coefficients come from tests/pricing/make_normal_coefficients.py.
#pragma once

#include "pricing/base/platform.h"
#include "pricing/base/polynomial.h"

namespace lockstep {

inline constexpr double infinity = __builtin_inf();

/// The one NaN that functions here return.
LOCKSTEP_HD double quiet_nan() { return double_of(0x7ff8000000000000u); }

namespace detail {

/// Adding this to a |number| < 2^51 rounds it to an integer, which then stands in the low bits.
inline constexpr double round_magic = 0x1.8p52;

inline constexpr double log2_of_e = 0x1.71547652b82fep+0;
inline constexpr double ln2_high = 0x1.62e42fefa39efp-1;  // ln 2 = ln2_high + ln2_low
inline constexpr double ln2_low = 0x1.abc9e3b39803fp-56;
// ln 2 again, the first part cut to 42 bits: its product with any exponent is exact.
inline constexpr double ln2_cut_high = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_cut_low = 0x1.ef35793c76730p-45;

/// 2^power for an integer power in [-1022, 1023] that sits in the low bits after round_magic.
LOCKSTEP_HD double two_to(std::uint64_t power_bits) {
    return double_of((power_bits + 1023u) << 52);
}

/// A number kept as mantissa * 2^power, where the power sits in the low bits of power_bits.
struct scaled_double {
    double mantissa;  // in [0.70, 1.42]
    std::uint64_t power_bits;
};

/// (exp(r) - 1) / r for |r| <= ln(2) / 2.
LOCKSTEP_HD double exponential_slope(double r) {
    return polynomial(r, 0x1.0000000000000p+0, 0x1.0000000000005p-1, 0x1.5555555555530p-3,
                      0x1.5555555552106p-5, 0x1.111111111a410p-7, 0x1.6c16c17f2eef4p-10,
                      0x1.a01a01707049ap-13, 0x1.a019a6a3e823ap-16, 0x1.71de8fa7a90f4p-19,
                      0x1.28a28bbd16a9fp-22, 0x1.ae6267a7470c5p-26);
}

/// exp(x + x_low) for |x| < 2^20 and |x_low| <= ulp(x).
LOCKSTEP_HD scaled_double exponential_parts(double x, double x_low) {
    double rounded = fused(x, log2_of_e, round_magic);
    double power = rounded - round_magic;
    double r = fused(power, -ln2_high, x);  // exact: the leading bits cancel
    r = r + fused(power, -ln2_low, x_low);
    return {fused(r, exponential_slope(r), 1.0), bits_of(rounded)};
}

/// log(numerator / denominator) + power ln 2, where the ratio lies in [2/3, 3/2] and
/// difference = numerator - denominator and sum + sum_low = numerator + denominator are exact.
/// With s = difference / sum it is 2 s + s^3 R(s^2) + power ln 2; s is carried to twice the
/// precision, so that the one rounding that counts is the last.
LOCKSTEP_HD double logarithm_of_parts(double difference, double sum, double sum_low, double power) {
    double reciprocal = 1.0 / sum;
    double s = difference * reciprocal;
    double s_low = fused(-s, sum_low, fused(-s, sum, difference)) * reciprocal;
    double z = s * s;
    double tail = polynomial(z, 0x1.5555555555555p-1, 0x1.9999999999f37p-2, 0x1.24924923dafa2p-2,
                             0x1.c71c72e3c190bp-3, 0x1.745caaeed91c5p-3, 0x1.3b2a04c9a2b7fp-3,
                             0x1.0e88581003386p-3, 0x1.16ba95e18783fp-3);
    double twice = s + s;
    double shift = power * ln2_cut_high;
    double total = shift + twice;
    double lost = twice - (total - shift);
    double low = fused(power, ln2_cut_low, fused(2.0, s_low, lost));
    return total + fused(s * z, tail, low);
}

/// Two positive normal numbers, divided by powers of two that bring b into [1, 2) and the ratio
/// into [2/3, 3/2]; power is the difference of the two exponents.
struct balanced_pair {
    double a, b;
    double power;
};
LOCKSTEP_HD balanced_pair balance(double a, double b) {
    constexpr std::uint64_t one = 0x3ff0000000000000u;
    constexpr std::uint64_t exponent_mask = 0xfff0000000000000u;
    constexpr std::uint64_t bias = 0x8000000000000000u;  // keeps the difference positive
    constexpr std::uint64_t half = 0x0008000000000000u;
    // The bits of a double, seen as an integer, are 2^52 times its logarithm to base 2 drawn in
    // straight lines from power to power; their difference rounds to the power that is wanted.
    std::uint64_t a_bits = bits_of(a);
    std::uint64_t b_bits = bits_of(b);
    std::uint64_t distance = a_bits - b_bits + (bias + half);
    std::uint64_t b_exponent = (b_bits & exponent_mask) - one;
    // 2^52 + (power + 2048), less 2^52 + 2048.
    double power = double_of((distance >> 52) | 0x4330000000000000u) - 0x1.00000000008p+52;
    return {double_of(a_bits - b_exponent - ((distance & exponent_mask) - bias)),
            double_of(b_bits - b_exponent), power};
}

/// exp(factor * x^2) for |x| < 1024 and factor one of +1, -1, -1/2. The square is carried in two
/// parts: at x = 37 half an ulp of x^2 alone would be 500 ulp of the result.
LOCKSTEP_HD scaled_double exponential_of_square(double x, double factor) {
    double square = x * x;
    double square_low = fused(x, x, -square);
    return exponential_parts(factor * square, factor * square_low);
}

}  // namespace detail

/// exp(x), <= 1 ulp, for finite x in [-708, 709] only.
LOCKSTEP_HD double exponential_in_range(double x) {
    detail::scaled_double e = detail::exponential_parts(x, 0.0);
    return e.mantissa * detail::two_to(e.power_bits);
}

/// exp(x), <= 1 ulp, for every x.
LOCKSTEP_HD double exponential(double x) {
    double clamped = x > 710.0 ? 710.0 : x;
    clamped = clamped < -746.0 ? -746.0 : clamped;
    detail::scaled_double e = detail::exponential_parts(clamped, 0.0);
    // The power is moved away from the end of the range that it is near, and the last product
    // moves it back: it alone rounds into the subnormal numbers, or overflows.
    bool small = clamped < 0.0;
    double scale =
        detail::two_to(e.power_bits + (small ? std::uint64_t{128} : -std::uint64_t{128}));
    double result = e.mantissa * scale * (small ? 0x1p-128 : 0x1p128);
    return x != x ? quiet_nan() : result;
}

/// log(x), <= 1 ulp, for positive normal finite x only.
LOCKSTEP_HD double logarithm_in_range(double x) {
    detail::balanced_pair pair = detail::balance(x, 1.0);
    double sum = 1.0 + pair.a;
    double sum_low = pair.a - (sum - 1.0);
    return detail::logarithm_of_parts(pair.a - 1.0, sum, sum_low, pair.power);
}

/// log(x), <= 1 ulp, for every x: -inf at both zeros, NaN below them.
LOCKSTEP_HD double logarithm(double x) {
    bool subnormal = x < 0x1p-1022;
    detail::balanced_pair pair = detail::balance(subnormal ? x * 0x1p54 : x, 1.0);
    double power = subnormal ? pair.power - 54.0 : pair.power;
    double sum = 1.0 + pair.a;
    double sum_low = pair.a - (sum - 1.0);
    double result = detail::logarithm_of_parts(pair.a - 1.0, sum, sum_low, power);
    result = x == infinity ? infinity : result;
    result = x == 0.0 ? -infinity : result;
    return x >= 0.0 ? result : quiet_nan();
}

/// log(a / b), <= 1 ulp, for positive normal finite a and b only. One division serves both the
/// ratio and the logarithm, and nothing is lost where a is close to b.
LOCKSTEP_HD double logarithm_of_ratio(double a, double b) {
    detail::balanced_pair pair = detail::balance(a, b);
    double sum = pair.a + pair.b;
    double part = sum - pair.a;
    double sum_low = (pair.a - (sum - part)) + (pair.b - part);
    return detail::logarithm_of_parts(pair.a - pair.b, sum, sum_low, pair.power);
}

}  // namespace lockstep

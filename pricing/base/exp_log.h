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

/// exp(x + x_low) for |x| < 2^20 and |x_low| <= ulp(x).
LOCKSTEP_HD scaled_double exponential_parts(double x, double x_low) {
    double rounded = fused(x, log2_of_e, round_magic);
    double power = rounded - round_magic;
    double r = fused(power, -ln2_high, x);  // exact: the leading bits cancel
    r = r + fused(power, -ln2_low, x_low);
    double slope = polynomial(r, 0x1.0000000000000p+0, 0x1.0000000000005p-1, 0x1.5555555555530p-3,
                              0x1.5555555552106p-5, 0x1.111111111a410p-7, 0x1.6c16c17f2eef4p-10,
                              0x1.a01a01707049ap-13, 0x1.a019a6a3e823ap-16, 0x1.71de8fa7a90f4p-19,
                              0x1.28a28bbd16a9fp-22, 0x1.ae6267a7470c5p-26);
    return {fused(r, slope, 1.0), bits_of(rounded)};
}

/// log(numerator / denominator) + power ln 2, where the ratio lies in [sqrt(1/2), sqrt(2)] and
/// difference = numerator - denominator and sum + sum_low = numerator + denominator are exact.
/// With s = difference / sum it is 2 s + s^3 R(s^2) + power ln 2; s is carried to twice the
/// precision, so that the one rounding that counts is the last.
LOCKSTEP_HD double logarithm_of_parts(double difference, double sum, double sum_low, double power) {
    double reciprocal = 1.0 / sum;
    double s = difference * reciprocal;
    double s_low = fused(-s, sum_low, fused(-s, sum, difference)) * reciprocal;
    double z = s * s;
    double tail = polynomial(z, 0x1.5555555555558p-1, 0x1.999999999529bp-2, 0x1.2492492df83d2p-2,
                             0x1.c71c62dd71881p-3, 0x1.7462b6c6de198p-3, 0x1.39fe1f59be319p-3,
                             0x1.2b5b3ad72d136p-3);
    double twice = s + s;
    double shift = power * ln2_cut_high;
    double total = shift + twice;
    double lost = twice - (total - shift);
    double low = fused(power, ln2_cut_low, fused(2.0, s_low, lost));
    return total + fused(s * z, tail, low);
}

/// A positive normal number as 2^power * fraction, fraction in [sqrt(1/2), sqrt(2)).
struct split_double {
    double fraction;
    double power;
};
LOCKSTEP_HD split_double split(double x) {
    constexpr std::uint64_t root_half = 0x3fe6a09e667f3bcdu;
    constexpr std::uint64_t one = 0x3ff0000000000000u;
    constexpr std::uint64_t exponent_mask = 0xfff0000000000000u;
    std::uint64_t bits = bits_of(x);
    std::uint64_t shifted = bits + (one - root_half);  // its exponent field is power + 1023
    double fraction = double_of(bits - (shifted & exponent_mask) + one);
    // 2^52 + field, less 2^52 + 1023.
    double power = double_of((shifted >> 52) | 0x4330000000000000u) - 0x1.00000000003ffp52;
    return {fraction, power};
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
    detail::split_double parts = detail::split(x);
    double sum = parts.fraction + 1.0;
    double sum_low = parts.fraction - (sum - 1.0);
    return detail::logarithm_of_parts(parts.fraction - 1.0, sum, sum_low, parts.power);
}

/// log(x), <= 1 ulp, for every x: -inf at both zeros, NaN below them.
LOCKSTEP_HD double logarithm(double x) {
    bool subnormal = x < 0x1p-1022;
    detail::split_double parts = detail::split(subnormal ? x * 0x1p54 : x);
    double power = subnormal ? parts.power - 54.0 : parts.power;
    double sum = parts.fraction + 1.0;
    double sum_low = parts.fraction - (sum - 1.0);
    double result = detail::logarithm_of_parts(parts.fraction - 1.0, sum, sum_low, power);
    result = x == infinity ? infinity : result;
    result = x == 0.0 ? -infinity : result;
    return x >= 0.0 ? result : quiet_nan();
}

/// log(a / b), <= 1 ulp, for positive normal finite a and b only. One division serves both the
/// ratio and the logarithm, and nothing is lost where a is close to b.
LOCKSTEP_HD double logarithm_of_ratio(double a, double b) {
    detail::split_double above = detail::split(a);
    detail::split_double below = detail::split(b);
    // The ratio of the fractions lies in (1/2, 2); bring it into [sqrt(1/2), sqrt(2)] or so.
    bool high = above.fraction > 0x1.6a09e667f3bcdp+0 * below.fraction;
    bool low = below.fraction > 0x1.6a09e667f3bcdp+0 * above.fraction;
    double factor = high ? 0.5 : 1.0;
    factor = low ? 2.0 : factor;
    double step = high ? 1.0 : 0.0;
    step = low ? -1.0 : step;
    double numerator = above.fraction * factor;
    double sum = numerator + below.fraction;
    double part = sum - numerator;
    double sum_low = (numerator - (sum - part)) + (below.fraction - part);
    return detail::logarithm_of_parts(numerator - below.fraction, sum, sum_low,
                                      above.power - below.power + step);
}

}  // namespace lockstep

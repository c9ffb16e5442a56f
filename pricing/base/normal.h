// The normal distribution: density, distribution, quantile, and the error functions beside it.
//
// Everything rests on one rational function, the scaled tail exp(a^2/2) Phi(-a) on [0, inf), fitted
// to 2^-56; all its coefficients are positive, so evaluating it loses little. An option needs
// Phi(d), Phi(-d) and the density at once: normal_cdf_pdf() gives them from one exponential and one
// division. The square in the exponent is carried in two parts, because at d = -37 half an ulp of
// d^2/2 is already 500 ulp of the result.
// The coefficients come from tests/pricing/make_normal_coefficients.py.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/base/polynomial.h"

namespace lockstep {

namespace detail {

inline constexpr double inverse_root_two_pi = 0x1.9884533d43651p-2;
inline constexpr double root_two = 0x1.6a09e667f3bcdp+0;
inline constexpr double root_two_low = -0x1.bdd3413b26456p-54;

/// exp(a^2/2) * Phi(-a) for a >= 0, infinity included.
LOCKSTEP_HD double scaled_tail(double a) {
    double numerator = polynomial(
        a, 0x1.0000000000000p-1, 0x1.b73ad258ecd34p-1, 0x1.744ecf3fbdb46p-1, 0x1.9417c6c9f5605p-2,
        0x1.3474b42f9dda5p-3, 0x1.58c65dc8f272fp-5, 0x1.1d92bb90fcb7ap-7, 0x1.5ae1aab6b944fp-10,
        0x1.292631219fa99p-13, 0x1.4712ca7ae1c9dp-17, 0x1.64e2136e4719bp-22);
    double denominator = polynomial(
        a, 0x1.0000000000000p+0, 0x1.41be7dfbc7433p+1, 0x1.7ade5b6fdd7b7p+1, 0x1.147cd56d785f3p+1,
        0x1.16995291d4598p+0, 0x1.983e28c2a6ac7p-2, 0x1.bd7f3e2bbbe80p-4, 0x1.6bb465d9e24b0p-6,
        0x1.b5f43c652c0e8p-9, 0x1.754b7d833b892p-12, 0x1.99ecfbe81ea41p-16, 0x1.bf49619f9d7efp-21);
    return numerator / denominator;
}

}  // namespace detail

/// What an option asks of the normal distribution at d.
struct normal_pair {
    double cdf;         // Phi(d)
    double complement;  // Phi(-d)
    double pdf;         // phi(d)
};

/// All three for any d that is not NaN; the smaller tail keeps its full relative precision.
LOCKSTEP_HD normal_pair normal_cdf_pdf_of_number(double d) {
    double a = d < 0.0 ? -d : d;
    a = a > 39.0 ? 39.0 : a;  // Phi(-39) and phi(39) round to zero
    double square = a * a;
    double square_low = fused(a, a, -square);
    detail::scaled_double e = detail::exponential_parts(-0.5 * square, -0.5 * square_low);
    // 2^128 exp(-a^2/2), a normal number: the last product alone rounds to a subnormal.
    double lifted = e.mantissa * detail::two_to(e.power_bits + 128u);
    double tail = lifted * (detail::scaled_tail(a) * 0x1p-128);
    double rest = 1.0 - tail;
    bool below = d < 0.0;
    return {below ? tail : rest, below ? rest : tail,
            lifted * (detail::inverse_root_two_pi * 0x1p-128)};
}

/// The same for any d; NaN gives three NaNs.
LOCKSTEP_HD normal_pair normal_cdf_pdf(double d) {
    normal_pair result = normal_cdf_pdf_of_number(d);
    bool missing = d != d;
    return {missing ? quiet_nan() : result.cdf, missing ? quiet_nan() : result.complement,
            missing ? quiet_nan() : result.pdf};
}

/// Phi(x).
LOCKSTEP_HD double normal_cdf(double x) { return normal_cdf_pdf(x).cdf; }

/// phi(x) = exp(-x^2/2) / sqrt(2 pi).
LOCKSTEP_HD double normal_pdf(double x) { return normal_cdf_pdf(x).pdf; }

}  // namespace lockstep

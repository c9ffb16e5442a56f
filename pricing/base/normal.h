// The normal distribution: density, distribution, quantile, and the error functions beside it.
//
// Everything rests on the Mills ratio M(a) = Phi(-a) / phi(a), written 1 / (a + P(a)/Q(a)): P/Q
// decides little where a is large, all its coefficients are positive, and so M comes out within
// 3 ulp on the whole half line. An option needs Phi(d), Phi(-d) and the density at once:
// normal_cdf_pdf() gives them from one exponential and one division.
// The coefficients come from tests/pricing/make_normal_coefficients.py.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/base/polynomial.h"

namespace lockstep {

namespace detail {

inline constexpr double inverse_root_two_pi = 0x1.9884533d43651p-2;
inline constexpr double root_two_pi = 0x1.40d931ff62706p+1;
inline constexpr double inverse_root_pi = 0x1.20dd750429b6dp-1;
inline constexpr double root_two_over_pi = 0x1.9884533d43651p-1;
inline constexpr double root_two_over_pi_low = -0x1.cbc0d30ebfd15p-55;
inline constexpr double root_two = 0x1.6a09e667f3bcdp+0;
inline constexpr double root_two_low = -0x1.bdd3413b26456p-54;

/// Phi(-a) / phi(a) for a in [0, 2^80], fitted to 2^-56.
LOCKSTEP_HD double mills_ratio(double a) {
    double p = polynomial(a, 0x1.9884533d43651p-1, 0x1.028a9857a4e1ap+0, 0x1.4d4d2675493dep-1,
                          0x1.16ae3721b84b4p-2, 0x1.489378c4b0ca1p-4, 0x1.195856a02fdc4p-6,
                          0x1.5d265c4881c36p-9, 0x1.2f5635d25a0fep-12, 0x1.50f4d654befe2p-16,
                          0x1.719d8d6b34e87p-21);
    double q = polynomial(a, 0x1.0000000000000p+0, 0x1.b89fa0c7e3c30p+0, 0x1.769061c7dc3bcp+0,
                          0x1.97b0e8ac7ee21p-1, 0x1.3819eb6ac675fp-2, 0x1.5de77ee8839d5p-4,
                          0x1.22c1b566295eap-6, 0x1.626a2f8cc8ad9p-9, 0x1.30c7d362119a1p-12,
                          0x1.50f4d65478b7dp-16, 0x1.719d8d6b3b876p-21);
    return q / fused(a, q, p);
}

/// erfcx(x) = exp(x^2) erfc(x) for x in [0, 2^60]. The rounding of sqrt(2) x is made good through
/// the derivative of the Mills ratio, M' = a M - 1; where that is all cancellation, beyond 2^20, it
/// is let be.
LOCKSTEP_HD double erfcx_of_positive(double x) {
    double a = x * root_two;
    double a_low = fused(x, root_two_low, fused(x, root_two, -a));
    a_low = x > 0x1p20 ? 0.0 : a_low;
    double mills = mills_ratio(a);
    double low =
        fused(root_two_over_pi, a_low * fused(a, mills, -1.0), root_two_over_pi_low * mills);
    return fused(root_two_over_pi, mills, low);
}

}  // namespace detail

/// What an option asks of the normal distribution at d.
struct normal_pair {
    double cdf;         // Phi(d)
    double complement;  // Phi(-d)
    double pdf;         // phi(d)
};

/// All three for any d that is not NaN; the smaller tail keeps its relative precision (5 ulp).
LOCKSTEP_HD normal_pair normal_cdf_pdf_of_number(double d) {
    double a = d < 0.0 ? -d : d;
    a = a > 39.0 ? 39.0 : a;  // Phi(-39) and phi(39) round to zero
    detail::scaled_double e = detail::exponential_of_square(a, -0.5);
    // 2^128 phi(a), a normal number: the last product alone rounds to a subnormal.
    double lifted = e.mantissa * detail::two_to(e.power_bits + 128u) * detail::inverse_root_two_pi;
    double tail = lifted * (detail::mills_ratio(a) * 0x1p-128);
    double rest = 1.0 - tail;
    bool below = d < 0.0;
    return {below ? tail : rest, below ? rest : tail, lifted * 0x1p-128};
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

/// exp(x^2) erfc(x), <= 4 ulp; it overflows below -26.63.
LOCKSTEP_HD double erfcx(double x) {
    double a = x < 0.0 ? -x : x;
    double near = a > 0x1p60 ? 0x1p60 : a;
    double above = a > 0x1p60 ? detail::inverse_root_pi / a : detail::erfcx_of_positive(near);
    // erfcx(-a) = 2 exp(a^2) - erfcx(a); the 2 and the 2^-127 of the first product make 2^128.
    double bounded = a > 27.0 ? 27.0 : a;
    detail::scaled_double e = detail::exponential_of_square(bounded, 1.0);
    double twice = e.mantissa * detail::two_to(e.power_bits - 127u) * 0x1p128;
    double result = x < 0.0 ? twice - above : above;
    return x != x ? quiet_nan() : result;
}

/// erfc(x) = 2 Phi(-sqrt(2) x), <= 5 ulp down to the subnormal numbers.
LOCKSTEP_HD double complementary_error(double x) {
    double a = x < 0.0 ? -x : x;
    a = a > 28.0 ? 28.0 : a;  // erfc(28) rounds to zero
    detail::scaled_double e = detail::exponential_of_square(a, -1.0);
    double lifted = e.mantissa * detail::two_to(e.power_bits + 128u);
    double tail = lifted * (detail::erfcx_of_positive(a) * 0x1p-128);
    double result = x < 0.0 ? 2.0 - tail : tail;
    return x != x ? quiet_nan() : result;
}

/// The x with Phi(x) = p: -inf at 0, +inf at 1, NaN outside [0, 1]; <= 4 ulp.
///
/// In the middle, |q| <= 0.425 with q = p - 1/2, it is q times a rational function of 0.425^2 - q^2
/// (the division into three ranges is Wichura's, AS 241, 1988). In the tails it is sqrt(2) r, r =
/// sqrt(-log p), less a correction that is a rational function of r and fades as r grows.
LOCKSTEP_HD double normal_quantile(double p) {
    double q = p - 0.5;
    double w = fused(-q, q, 0.180625);
    double centre_top = polynomial(
        w, 0x1.45bc0d243a5e5p+3, 0x1.801fdd0547649p+8, 0x1.52313c8027bcfp+12, 0x1.14652476060c6p+15,
        0x1.a8bb5e484e128p+16, 0x1.125ff59d0ec0cp+17, 0x1.abaf6ac230fa2p+15, 0x1.2275b987bb141p+9);
    double centre_bottom = polynomial(
        w, 0x1.0000000000000p+0, 0x1.689ba28d9dff5p+5, 0x1.8c8f70df0674bp+9, 0x1.afc46b5656c7ep+12,
        0x1.e7eb7f4135482p+14, 0x1.126be7f97d7a3p+16, 0x1.0b7101756c67cp+16, 0x1.3afe4100b5174p+14);

    double tail = p < 0.5 ? p : 1.0 - p;
    double r = square_root(-logarithm(tail));
    double u = r - 1.6;
    double inner_top = polynomial(
        u, 0x1.adb954c2ae754p-1, 0x1.6c66638b72043p+0, 0x1.da44292ad0cc2p-1, 0x1.2aa944390b320p-2,
        0x1.74e9e55920fefp-5, 0x1.992e50da82e51p-9, 0x1.156bb447c13b8p-14, 0x1.2d85b4c11cd06p-24);
    double inner_bottom = polynomial(
        u, 0x1.0000000000000p+0, 0x1.05d9c5f00e302p+1, 0x1.ac27cd2561799p+0, 0x1.65e40a8a716a6p-1,
        0x1.43371c1f327b6p-3, 0x1.2ed9ce73502fcp-6, 0x1.f78bf294e32a2p-11, 0x1.eee147bdd4c13p-17);
    double v = r - 5.0;
    double outer_top = polynomial(
        v, 0x1.a7143ee02599ep-2, 0x1.92ad872314c3cp-3, 0x1.14db2a6735d43p-5, 0x1.541518da90f06p-9,
        0x1.782c3f9776146p-14, 0x1.4d7c5449c6eb0p-20, 0x1.52ccf3a98c8b7p-28, 0x1.bf29ac32d6228p-41);
    double outer_bottom = polynomial(
        v, 0x1.0000000000000p+0, 0x1.38fc081b12a44p-1, 0x1.25fa3ebca08c4p-3, 0x1.0b39cbb09c895p-6,
        0x1.e8c7b3d45212dp-11, 0x1.aaaaa3e40bb58p-16, 0x1.3079e5cd44e40p-22, 0x1.e0520555fff24p-31);

    bool central = w >= 0.0;
    bool inner = r <= 5.0;
    double top = inner ? inner_top : outer_top;
    top = central ? centre_top : top;
    double bottom = inner ? inner_bottom : outer_bottom;
    bottom = central ? centre_bottom : bottom;
    double ratio = top / bottom;
    double distance = fused(detail::root_two, r, -ratio);
    double outside = q < 0.0 ? -distance : distance;
    double inside = q * fused(-w, ratio, 0x1.b18d91e9eef76p+1);
    double result = central ? inside : outside;
    result = p == 0.0 ? -infinity : result;
    result = p == 1.0 ? infinity : result;
    return p >= 0.0 && p <= 1.0 ? result : quiet_nan();
}

}  // namespace lockstep

// The Mills ratio at two points around a centre: (M(c - d) - M(c + d)) / 2d and M(c - d) + M(c +
// d).
//
// An option's time value is such a difference, and close to the money, or with little vol, the two
// are nearly equal. So nothing is subtracted here that could be: with M(z) = q / (z q + p), where
// p and q are polynomials in u = z + 3/4 with positive coefficients, and p', q' their divided
// differences (p(+) - p(-)) / 2d, summed up from positive terms as well, the slope is
//   (q(-) q(+) + q(-) p' - p(-) q') / ((z(-) q(-) + p(-)) (z(+) q(+) + p(+))).
// The coefficients come from tests/pricing/make_normal_coefficients.py.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

struct mills_pair {
    double slope;  // (M(c - d) - M(c + d)) / 2d; at d = 0 it is -M'(c) = 1 - c M(c)
    double sum;    // M(c - d) + M(c + d)
};

namespace detail {

/// A polynomial at two points, and the difference of its values divided by that of the points.
struct polynomial_pair {
    double above, below, slope;
};

LOCKSTEP_HD polynomial_pair polynomial_at_both(double /*above*/, double /*below*/, double c0) {
    return {c0, c0, 0.0};
}
/// c0 + c1 x + c2 x^2 + ... at both; no coefficient and no point may be negative.
template <class... RestT>
LOCKSTEP_HD polynomial_pair polynomial_at_both(double above, double below, double c0,
                                               RestT... rest) {
    polynomial_pair const p = polynomial_at_both(above, below, rest...);
    return {fused(p.above, above, c0), fused(p.below, below, c0), fused(p.slope, below, p.above)};
}

}  // namespace detail

/// Both for c - d in [-0.72, 2^40] and d in [0, 2^40], within 8 ulp however small d is.
LOCKSTEP_HD mills_pair mills_around(double c, double d) {
    double const high = c + d;
    double const low = c - d;
    double const u = high + 0.75;
    double const w = low + 0.75;
    detail::polynomial_pair const p = detail::polynomial_at_both(
        u, w, 0x1.23ae8adf547c6p+0, 0x1.6a1cc44f41503p+0, 0x1.e471fe18c6270p-1,
        0x1.b5af155347dc2p-2, 0x1.219c18522ac03p-3, 0x1.21e0ec6ef38e4p-5, 0x1.b9e867ae53edfp-8,
        0x1.f9dbfee7799b8p-11, 0x1.a1571c507dcd2p-14, 0x1.c3db8bc9702b6p-18, 0x1.f0415d2a40d97p-23);
    detail::polynomial_pair const q = detail::polynomial_at_both(
        u, w, 0x1.0000000000000p+0, 0x1.bad0eb59c9282p+0, 0x1.8c5c7aeb32e3bp+0,
        0x1.d6c7a5cb0b1fbp-1, 0x1.95fd44c73de2bp-2, 0x1.08aee2da72e92p-3, 0x1.09300e0709cacp-5,
        0x1.981d0be9cf501p-8, 0x1.d9f9c8a7734f6p-11, 0x1.8e19131de4f79p-14, 0x1.b83a039ab2751p-18,
        0x1.f0415d2a3b6dfp-23);
    double const above = fused(high, q.above, p.above);
    double const below = fused(low, q.below, p.below);
    double const reciprocal = 1.0 / (above * below);
    double const curve = fused(q.below, q.above + p.slope, -(p.below * q.slope));
    return {curve * reciprocal, fused(q.below, above, q.above * below) * reciprocal};
}

}  // namespace lockstep

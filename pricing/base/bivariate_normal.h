// The bivariate normal distribution by fixed Gauss-Legendre points, after Genz, "Numerical
// Computation of Rectangular Bivariate and Trivariate Normal and t Probabilities" (2004), which
// refines Drezner and Wesolowsky (1990). Absolute error below 1e-15.
//
// Up to |rho| = 0.925 the joint density is integrated over the correlation, from none to rho. Genz
// runs over its arcsine; here it is u = tan(asin(rho) / 2), which is rational in rho and its root,
// so that no function of libm is needed. Closer to one, the difference from full correlation is
// integrated over sqrt(1 - rho^2), less the leading terms that have a closed form.
#pragma once

#include "pricing/base/gauss_legendre.h"
#include "pricing/base/normal.h"

namespace lockstep {

namespace detail {

inline constexpr double one_by_two_pi = 0x1.45f306dc9c883p-3;

/// The integral of the density over the correlation, for |rho| <= 0.925.
LOCKSTEP_HD double bivariate_excess(double h, double k, double rho) {
    double const end = rho / (1.0 + square_root((1.0 - rho) * (1.0 + rho)));
    double const half_squares = 0.5 * fused(h, h, k * k);
    double sum = 0.0;
    for (int i = 0; i < gauss_points; ++i) {
        double const u = end * gauss_node(i);
        double const span = fused(u, u, 1.0);
        double const sine = 2.0 * u / span;
        double const cosine = (1.0 - u * u) / span;
        double const exponent = fused(sine, h * k, -half_squares) / (cosine * cosine);
        sum = fused(gauss_weight(i), 2.0 / span * exponential(exponent), sum);
    }
    return sum * end * one_by_two_pi;
}

/// P(X > h, Y > k) less that of full correlation, for rho in (0.925, 1), times -1.
LOCKSTEP_HD double bivariate_shortfall(double h, double k, double rho) {
    double const hk = h * k;
    double const rest = (1.0 - rho) * (1.0 + rho);
    double const a = square_root(rest);
    double const gap = (h - k) * (h - k);
    double const c = (4.0 - hk) / 8.0;
    double const d = (12.0 - hk) / 16.0;
    double result =
        a * exponential(-(gap / rest + hk) / 2.0) *
        (1.0 - c * (gap - rest) * (1.0 - d * gap / 5.0) / 3.0 + c * d * rest * rest / 5.0);
    if (hk > -100.0) {  // else nothing to add
        double const b = square_root(gap);
        result -= exponential(-hk / 2.0) / inverse_root_two_pi * normal_cdf(-b / a) * b *
                  (1.0 - c * gap * (1.0 - d * gap / 5.0) / 3.0);
    }
    double sum = 0.0;
    for (int i = 0; i < gauss_points; ++i) {
        double const x = a * gauss_node(i);
        double const square = x * x;
        double const root = square_root(1.0 - square);
        double const exponent = -(gap / square + hk) / 2.0;
        if (exponent < -700.0) continue;
        double const whole = exponential(-hk * (1.0 - root) / (2.0 * (1.0 + root))) / root;
        double const leading = 1.0 + c * square * (1.0 + d * square);
        sum = fused(gauss_weight(i), exponential(exponent) * (whole - leading), sum);
    }
    return (result + a * sum) * one_by_two_pi;
}

}  // namespace detail

/// P(X < h, Y < k) of standard normals with correlation rho in [-1, 1]; no input may be NaN.
LOCKSTEP_HD double bivariate_normal(double h, double k, double rho) {
    h = h > 40.0 ? 40.0 : (h < -40.0 ? -40.0 : h);
    k = k > 40.0 ? 40.0 : (k < -40.0 ? -40.0 : k);
    double p = 0.0;
    double const strength = rho < 0.0 ? -rho : rho;
    if (strength <= 0.925) {
        p = normal_cdf(h) * normal_cdf(k) + detail::bivariate_excess(h, k, rho);
    } else if (rho > 0.0) {
        double const less = rho < 1.0 ? detail::bivariate_shortfall(-h, -k, rho) : 0.0;
        p = normal_cdf(h < k ? h : k) - less;
    } else {
        // With Y turned around: P(X < h) less P(X < h, -Y < -k).
        double const less = rho > -1.0 ? detail::bivariate_shortfall(-h, k, -rho) : 0.0;
        double const overlap = -h < k ? normal_cdf(k) - normal_cdf(-h) : 0.0;
        p = overlap + less;
    }
    p = p < 0.0 ? 0.0 : p;
    double const bound = normal_cdf(h < k ? h : k);
    return p > bound ? bound : p;
}

}  // namespace lockstep

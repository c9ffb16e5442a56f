// SVI: one expiry's total implied variance w = vol^2 T as a function of log-moneyness k = ln(K /
// F).
//
// Gatheral and Jacquier, "Arbitrage-free SVI volatility surfaces" (2014), section 3, write the same
// five-parameter curve in three ways: raw (a hyperbola with its centre), natural (an SSVI slice
// moved up) and jump wings (what a trader sees). Here are the curve, its derivatives, the ways
// between the three, and Gatheral's g, whose sign is that of the density that the curve implies.
#pragma once

#include <cstdint>

#include "pricing/base/platform.h"

namespace lockstep {

/// w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)).
struct svi_raw {
    double a, b, rho, m, sigma;
};

/// w(k) = delta + omega/2 (1 + zeta rho (k - mu) + sqrt((zeta (k - mu) + rho)^2 + 1 - rho^2)).
struct svi_natural {
    double delta, mu, rho, omega, zeta;
};

/// What is seen at the money and at both ends; it needs the time to expiry.
struct svi_jump_wings {
    double variance;    // v: w(0) / T
    double skew;        // psi: d sqrt(w/T) / dk at the money, times sqrt(T)
    double put_slope;   // p: of w per sqrt(w(0)), towards low strikes
    double call_slope;  // c: the same towards high strikes
    double minimum;     // v tilde: the least w / T
};

/// A curve's value and its first two derivatives by k.
struct svi_point {
    double variance, slope, curvature;
};

/// What can be wrong with raw parameters before anyone asks about arbitrage.
enum class svi_fault : std::uint8_t {
    none = 0,
    not_finite,
    slope_is_negative,             // b < 0
    correlation_is_not_below_one,  // |rho| >= 1
    width_is_not_positive,         // sigma <= 0
    variance_is_negative,          // a + b sigma sqrt(1 - rho^2) < 0
};

LOCKSTEP_HD svi_point svi_at(svi_raw const& p, double k) {
    double const x = k - p.m;
    double const root = square_root(x * x + p.sigma * p.sigma);
    double const part = p.sigma / root;
    return {p.b * (p.rho * x + root) + p.a, p.b * (p.rho + x / root), p.b * part * part / root};
}

/// The least total variance.
LOCKSTEP_HD double svi_minimum(svi_raw const& p) {
    return p.b * p.sigma * square_root(-p.rho * p.rho + 1.0) + p.a;
}

/// How fast w rises at the ends, both as positive numbers. Lee's moment formula allows 2 at most.
LOCKSTEP_HD double svi_call_slope(svi_raw const& p) { return p.b * (1.0 + p.rho); }
LOCKSTEP_HD double svi_put_slope(svi_raw const& p) { return p.b * (1.0 - p.rho); }

LOCKSTEP_HD svi_fault fault_of(svi_raw const& p) {
    double const trace = (p.a * 0.0 + p.b * 0.0) + (p.rho * 0.0 + p.m * 0.0) + p.sigma * 0.0;
    if (!(trace == 0.0)) return svi_fault::not_finite;
    if (p.b < 0.0) return svi_fault::slope_is_negative;
    if (!(p.rho > -1.0 && p.rho < 1.0)) return svi_fault::correlation_is_not_below_one;
    if (!(p.sigma > 0.0)) return svi_fault::width_is_not_positive;
    if (svi_minimum(p) < 0.0) return svi_fault::variance_is_negative;
    return svi_fault::none;
}

/// Gatheral's g(k) = (1 - k w'/(2w))^2 - w'^2/4 (1/w + 1/4) + w''/2 (Gatheral and Jacquier,
/// equation 2.1). Where it is negative, a butterfly costs less than nothing.
LOCKSTEP_HD double butterfly_density(svi_point const& w, double k) {
    double const inverse = 1.0 / w.variance;
    double const line = -0.5 * k * w.slope * inverse + 1.0;
    return line * line + (-0.25 * w.slope * w.slope * (inverse + 0.25) + 0.5 * w.curvature);
}

/// Lemma 3.1 of the paper.
LOCKSTEP_HD svi_raw raw_of(svi_natural const& n) {
    double const root = square_root(-n.rho * n.rho + 1.0);
    return {0.5 * n.omega * root * root + n.delta, 0.5 * n.omega * n.zeta, n.rho,
            n.mu - n.rho / n.zeta, root / n.zeta};
}

LOCKSTEP_HD svi_natural natural_of(svi_raw const& p) {
    double const root = square_root(-p.rho * p.rho + 1.0);
    double const zeta = root / p.sigma;
    double const omega = 2.0 * p.b / zeta;
    return {-0.5 * omega * root * root + p.a, p.rho * p.sigma / root + p.m, p.rho, omega, zeta};
}

/// `time` in years, above zero; w(0) must be, too.
LOCKSTEP_HD svi_jump_wings jump_wings_of(svi_raw const& p, double time) {
    svi_point const money = svi_at(p, 0.0);
    double const root = square_root(money.variance);
    return {money.variance / time, 0.5 * money.slope / root, svi_put_slope(p) / root,
            svi_call_slope(p) / root, svi_minimum(p) / time};
}

/// The way back. With h = sqrt(m^2 + sigma^2) and m = beta h, the skew gives beta and the distance
/// from the least variance to that at the money gives h; that needs beta != rho, that is a curve
/// whose least variance is not at the money.
LOCKSTEP_HD svi_raw raw_of(svi_jump_wings const& j, double time) {
    double const root = square_root(j.variance * time);
    double const b = 0.5 * root * (j.put_slope + j.call_slope);
    double const rho = 1.0 - j.put_slope * root / b;
    double const beta = rho - 2.0 * j.skew * root / b;
    double const rho_root = square_root(-rho * rho + 1.0);
    double const beta_root = square_root(-beta * beta + 1.0);
    double const rise = -rho * beta + (-rho_root * beta_root + 1.0);
    double const h = (j.variance - j.minimum) * time / (b * rise);
    double const sigma = h * beta_root;
    return {-b * sigma * rho_root + j.minimum * time, b, rho, beta * h, sigma};
}

/// The curve through the same variance, skew and put slope that is an SSVI slice (section 5.1 of
/// the paper): free of butterflies when its slopes obey ssvi_slice_is_free().
LOCKSTEP_HD svi_jump_wings nearest_ssvi(svi_jump_wings const& j) {
    double const call_slope = j.put_slope + 2.0 * j.skew;
    double const sum = j.put_slope + call_slope;
    return {j.variance, j.skew, j.put_slope, call_slope,
            j.variance * 4.0 * j.put_slope * call_slope / (sum * sum)};
}

/// The curve of `share` times the variance. With share <= 1 what was free of butterflies stays so:
/// g is concave in the share, and a square at zero.
LOCKSTEP_HD svi_raw scaled(svi_raw const& p, double share) {
    return {share * p.a, share * p.b, p.rho, p.m, p.sigma};
}

}  // namespace lockstep

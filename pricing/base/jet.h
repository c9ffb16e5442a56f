// A number that carries its derivatives, so that a formula written once gives its Greeks too.
//
// A jet is a value with its slopes in some directions (the inputs that Greeks ask about) and, in
// the first few of them, its second derivatives. Every operation applies the chain rule, so the
// derivatives are exact up to rounding: no step to choose, no noise. A formula is a template over
// its number, and compiles for doubles and for jets. The operations and their order are written
// here and nowhere else.
#pragma once

#include "pricing/base/bivariate_normal.h"
#include "pricing/base/normal.h"

namespace lockstep {

template <int Slopes, int Bends>
struct jet {
    static_assert(Bends <= Slopes);
    double value;
    double slope[Slopes];
    double bend[Bends];  // second derivative in each of the first directions, none mixed

    LOCKSTEP_HD jet(double constant = 0.0) : value(constant), slope{}, bend{} {}
    /// The input of one direction.
    LOCKSTEP_HD static jet input(double at, int direction) {
        jet x(at);
        x.slope[direction] = 1.0;
        return x;
    }
};

LOCKSTEP_HD double value_of(double x) { return x; }
template <int S, int B>
LOCKSTEP_HD double value_of(jet<S, B> const& x) {
    return x.value;
}

namespace detail {

/// f(a), given its value and first two derivatives.
template <int S, int B>
LOCKSTEP_HD jet<S, B> chain(jet<S, B> const& a, double f, double by_a, double by_aa) {
    jet<S, B> r(f);
    for (int k = 0; k < S; ++k) r.slope[k] = by_a * a.slope[k];
    for (int k = 0; k < B; ++k) r.bend[k] = fused(by_aa, a.slope[k] * a.slope[k], by_a * a.bend[k]);
    return r;
}

/// The partial derivatives of a function of two numbers.
struct partials {
    double f, by_a, by_b, by_aa, by_ab, by_bb;
};
template <int S, int B>
LOCKSTEP_HD jet<S, B> chain(jet<S, B> const& a, jet<S, B> const& b, partials const& p) {
    jet<S, B> r(p.f);
    for (int k = 0; k < S; ++k) r.slope[k] = fused(p.by_a, a.slope[k], p.by_b * b.slope[k]);
    for (int k = 0; k < B; ++k) {
        double const curve =
            fused(p.by_aa, a.slope[k] * a.slope[k],
                  fused(2.0 * p.by_ab, a.slope[k] * b.slope[k], p.by_bb * b.slope[k] * b.slope[k]));
        r.bend[k] = curve + fused(p.by_a, a.bend[k], p.by_b * b.bend[k]);
    }
    return r;
}

}  // namespace detail

template <int S, int B>
LOCKSTEP_HD jet<S, B> operator-(jet<S, B> a) {
    a.value = -a.value;
    for (int k = 0; k < S; ++k) a.slope[k] = -a.slope[k];
    for (int k = 0; k < B; ++k) a.bend[k] = -a.bend[k];
    return a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator+(jet<S, B> a, jet<S, B> const& b) {
    a.value += b.value;
    for (int k = 0; k < S; ++k) a.slope[k] += b.slope[k];
    for (int k = 0; k < B; ++k) a.bend[k] += b.bend[k];
    return a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator-(jet<S, B> a, jet<S, B> const& b) {
    a.value -= b.value;
    for (int k = 0; k < S; ++k) a.slope[k] -= b.slope[k];
    for (int k = 0; k < B; ++k) a.bend[k] -= b.bend[k];
    return a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator*(jet<S, B> const& a, jet<S, B> const& b) {
    return detail::chain(a, b, {a.value * b.value, b.value, a.value, 0.0, 1.0, 0.0});
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator/(jet<S, B> const& a, jet<S, B> const& b) {
    double const r = 1.0 / b.value;
    double const q = a.value / b.value;
    return detail::chain(a, b, {q, r, -q * r, 0.0, -r * r, 2.0 * q * r * r});
}

// With a plain number on one side.
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator+(jet<S, B> a, double b) {
    a.value += b;
    return a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator+(double a, jet<S, B> const& b) {
    return b + a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator-(jet<S, B> a, double b) {
    a.value -= b;
    return a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator-(double a, jet<S, B> const& b) {
    return -b + a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator*(jet<S, B> a, double b) {
    a.value *= b;
    for (int k = 0; k < S; ++k) a.slope[k] *= b;
    for (int k = 0; k < B; ++k) a.bend[k] *= b;
    return a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator*(double a, jet<S, B> const& b) {
    return b * a;
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator/(jet<S, B> const& a, double b) {
    return a * (1.0 / b);
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> operator/(double a, jet<S, B> const& b) {
    return jet<S, B>(a) / b;
}

template <int S, int B>
LOCKSTEP_HD jet<S, B> square_root(jet<S, B> const& a) {
    double const root = square_root(a.value);
    double const half = 0.5 / root;
    return detail::chain(a, root, half, -0.5 * half / a.value);
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> exponential(jet<S, B> const& a) {
    double const e = exponential(a.value);
    return detail::chain(a, e, e, e);
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> logarithm(jet<S, B> const& a) {
    double const r = 1.0 / a.value;
    return detail::chain(a, logarithm(a.value), r, -r * r);
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> normal_cdf(jet<S, B> const& a) {
    normal_pair const n = normal_cdf_pdf(a.value);
    return detail::chain(a, n.cdf, n.pdf, -a.value * n.pdf);
}

/// (exp(x) - 1) / x, without loss around zero.
LOCKSTEP_HD double exponential_slope(double x) {
    if (x < -0.5 || x > 0.5) return (exponential(x) - 1.0) / x;
    return polynomial(x, 1.0, 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720, 1.0 / 5040,
                      1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600,
                      1.0 / 6227020800);
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> exponential_slope(jet<S, B> const& a) {
    double const x = a.value;
    double const f = exponential_slope(x);
    double first =
        polynomial(x, 1.0 / 2, 1.0 / 3, 1.0 / 8, 1.0 / 30, 1.0 / 144, 1.0 / 840, 1.0 / 5760,
                   1.0 / 45360, 1.0 / 403200, 1.0 / 3991680, 1.0 / 43545600, 1.0 / 518918400);
    double second =
        polynomial(x, 1.0 / 3, 1.0 / 4, 1.0 / 10, 1.0 / 36, 1.0 / 168, 1.0 / 960, 1.0 / 6480,
                   1.0 / 50400, 1.0 / 443520, 1.0 / 4354560, 1.0 / 47174400, 1.0 / 566092800);
    if (x < -0.5 || x > 0.5) {
        double const e = exponential(x);
        first = (e - f) / x;
        second = (e - 2.0 * first) / x;
    }
    return detail::chain(a, f, first, second);
}

/// exp(x) Phi(y), also where one overflows and the other underflows: far out it is exp(x - y^2/2)
/// times the Mills ratio.
LOCKSTEP_HD double exponential_normal(double x, double y) {
    if (y > -4.0) return exponential(x) * normal_cdf(y);
    double const a = y < -0x1p60 ? 0x1p60 : -y;
    return exponential(fused(-0.5 * a, a, x)) * detail::inverse_root_two_pi *
           detail::mills_ratio(a);
}
template <int S, int B>
LOCKSTEP_HD jet<S, B> exponential_normal(jet<S, B> const& x, jet<S, B> const& y) {
    double const f = exponential_normal(x.value, y.value);
    double const dense =
        exponential(fused(-0.5 * y.value, y.value, x.value)) * detail::inverse_root_two_pi;
    return detail::chain(x, y, {f, f, dense, f, dense, -y.value * dense});
}

/// Its second derivatives take the correlation for a constant in the directions that bend: here
/// correlations hang on vols, never on prices.
template <int S, int B>
LOCKSTEP_HD jet<S, B> bivariate_normal(jet<S, B> const& h, jet<S, B> const& k,
                                       jet<S, B> const& rho) {
    double const rest = (1.0 - rho.value) * (1.0 + rho.value);
    double const root = square_root(rest > 0x1p-80 ? rest : 0x1p-80);
    double const h_pdf = normal_cdf_pdf(h.value).pdf;
    double const k_pdf = normal_cdf_pdf(k.value).pdf;
    normal_pair const k_given_h = normal_cdf_pdf((k.value - rho.value * h.value) / root);
    normal_pair const h_given_k = normal_cdf_pdf((h.value - rho.value * k.value) / root);
    double const joint = h_pdf * k_given_h.pdf / root;
    double const by_h = h_pdf * k_given_h.cdf;
    double const by_k = k_pdf * h_given_k.cdf;
    jet<S, B> r = detail::chain(h, k,
                                {bivariate_normal(h.value, k.value, rho.value), by_h, by_k,
                                 fused(-h.value, by_h, -rho.value * joint), joint,
                                 fused(-k.value, by_k, -rho.value * joint)});
    for (int i = 0; i < S; ++i) r.slope[i] = fused(joint, rho.slope[i], r.slope[i]);
    return r;
}

}  // namespace lockstep

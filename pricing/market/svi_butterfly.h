// The least of Gatheral's g over all strikes of an SVI curve.
//
// With k = m + sigma (t - 1/t) / 2 the curve and its derivatives are rational in t > 0, and g is a
// quotient N / D of two polynomials of degree ten. From the place of the least variance outwards,
// t = lambda (1 + v), every coefficient of D is positive, however close to zero that variance is.
// Bernstein's coefficients on an interval bound a polynomial there: where those of N - x D are not
// negative, g is nowhere below x. So no strike has to be trusted to lie between two that were
// looked at.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/market/svi.h"
#include "pricing/market/svi_least.h"

namespace lockstep {

namespace svi_detail {

inline constexpr int density_degree = 10;

/// N and D on an interval of v / (1 + v), by Bernstein's coefficients.
struct density_quotient {
    double n[density_degree + 1], d[density_degree + 1];
};

template <int A, int B>
LOCKSTEP_HD void multiply(double const (&a)[A], double const (&b)[B], double (&out)[A + B - 1]) {
    for (double& x : out) x = 0.0;
    for (int i = 0; i < A; ++i)
        for (int j = 0; j < B; ++j) out[i + j] += a[i] * b[j];
}

/// The side of a curve above its least variance: of its mirror image, that is the other side.
struct density_side {
    svi_raw curve;
    double minimum, lambda, sign;

    /// k, from 1 / (1 + v).
    LOCKSTEP_HD double place(double rest) const {
        double const t = lambda / rest;
        return sign * (0.5 * curve.sigma * (t - 1.0 / t) + curve.m);
    }
};

LOCKSTEP_HD density_side density_side_of(svi_raw const& p, double sign) {
    svi_raw const seen{p.a, p.b, sign * p.rho, sign * p.m, p.sigma};
    return {seen, svi_minimum(p), square_root((1.0 - seen.rho) / (1.0 + seen.rho)), sign};
}

/// N and D from the least variance to infinity. With tau = 1 + v and E = lambda^2 tau^2 + 1 the
/// variance is P / tau, its slope Q / E, its curvature 8 b lambda^3 tau^3 / (sigma E^3), and k is
/// K / tau:
///   N = 4 E (2 P E - K Q)^2 - Q^2 E P (4 tau + P) + 64 b lambda^3 tau^3 P^2 / sigma,
///   D = 16 P^2 E^3.
LOCKSTEP_HD density_quotient density_of(density_side const& side) {
    svi_raw const& p = side.curve;
    double const low = side.minimum, lambda = side.lambda, square = lambda * lambda;
    double const half = 0.5 * p.sigma, down = svi_put_slope(p);
    double const bend = half * p.b * square_root(-p.rho * p.rho + 1.0);
    double const P[3] = {low, low, bend}, E[3] = {square + 1.0, 2.0 * square, square};
    double const Q[3] = {0.0, 2.0 * down, down};
    double const K[3] = {half * (lambda - 1.0 / lambda) + p.m, p.sigma * lambda + p.m,
                         half * lambda};
    double const above[3] = {4.0 + low, 4.0 + low, bend};
    double const rise = 64.0 * p.b * square * lambda / p.sigma;
    double const tau_cube[4] = {rise, 3.0 * rise, 3.0 * rise, rise};
    double PE[5], KQ[5], line[5], PP[5], QQ[5], EE[5], from_above[5];
    multiply(P, E, PE);
    multiply(K, Q, KQ);
    for (int i = 0; i < 5; ++i) line[i] = 2.0 * PE[i] - KQ[i];
    multiply(P, P, PP);
    multiply(Q, Q, QQ);
    multiply(E, E, EE);
    multiply(P, above, from_above);
    double squares[9], QQE[7], EEE[7], first[11], wing[11], curve[8], all[11];
    multiply(line, line, squares);
    multiply(squares, E, first);
    multiply(QQ, E, QQE);
    multiply(QQE, from_above, wing);
    multiply(PP, tau_cube, curve);
    multiply(EE, E, EEE);
    multiply(PP, EEE, all);
    constexpr double binomial[] = {1, 10, 45, 120, 210, 252, 210, 120, 45, 10, 1};
    density_quotient g;
    for (int i = 0; i <= density_degree; ++i) {
        double const n = (4.0 * first[i] - wing[i]) + (i < 8 ? curve[i] : 0.0);
        g.n[i] = n / binomial[i];
        g.d[i] = 16.0 * all[i] / binomial[i];
    }
    return g;
}

/// Parts an interval at a share of its length (de Casteljau): what lies left of it and right of it.
LOCKSTEP_HD void part(double const (&whole)[density_degree + 1], double share,
                      double (&left)[density_degree + 1], double (&right)[density_degree + 1]) {
    double const rest = 1.0 - share;
    for (int i = 0; i <= density_degree; ++i) left[i] = whole[i];
    for (int level = 0; level <= density_degree; ++level) {
        right[density_degree - level] = left[density_degree];
        for (int i = density_degree; i > level; --i) left[i] = rest * left[i - 1] + share * left[i];
    }
}

/// True when the quotient is nowhere below x.
LOCKSTEP_HD bool nowhere_below(density_quotient const& g, double x) {
    bool above = true;
    for (int i = 0; i <= density_degree; ++i) above = above && g.n[i] >= x * g.d[i];
    return above;
}

/// Goes from the least variance to infinity in steps that are halved until nothing lower than what
/// was seen can hide in them.
LOCKSTEP_HD void look_outwards(density_side const& side, svi_least& least) {
    constexpr int looks_max = 1000;        // a curve needs eighty, and none was seen to need 200
    constexpr double share_min = 0x1p-24;  // an interval this short is as good as a point
    constexpr double share_hidden = 1e-9;  // of the least g: what may hide
    density_quotient g = density_of(side);
    double rest = 1.0, share = 0.5;  // 1 / (1 + v); of what is left
    least.see(g.n[0] / g.d[0], side.place(1.0));
    least.see(g.n[density_degree] / g.d[density_degree], side.place(0.0));
    for (int looks = 0; looks < looks_max; ++looks) {
        density_quotient left, right;
        part(g.n, share, left.n, right.n);
        part(g.d, share, left.d, right.d);
        double const next = rest * (1.0 - share);
        least.see(right.n[0] / right.d[0], side.place(next));
        double const size = least.value < 0.0 ? -least.value : least.value;
        double const bound = least.value - share_hidden * size;
        if (share > share_min && !nowhere_below(left, bound)) {
            share *= 0.5;
            continue;
        }
        if (nowhere_below(right, bound)) return;
        g = right;
        rest = next;
        share = share < 0.25 ? 2.0 * share : 0.5;
    }
}

}  // namespace svi_detail

/// The least g. The curve must have no svi_fault; where its variance is zero, g is minus infinity.
LOCKSTEP_HD svi_least least_butterfly(svi_raw const& p) {
    constexpr double flat = 1e-60;  // the powers of a smaller slope are none
    svi_least least{infinity, 0.0};
    for (double sign = 1.0; sign >= -1.0; sign -= 2.0) {
        svi_detail::density_side const side = svi_detail::density_side_of(p, sign);
        if (!(side.minimum > 0.0)) return {-infinity, side.place(1.0)};
        if (p.b < flat) return {1.0, 0.0};
        svi_detail::look_outwards(side, least);
    }
    return least;
}

}  // namespace lockstep

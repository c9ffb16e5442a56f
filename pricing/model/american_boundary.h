// The boundary of early exercise of an American put: Andersen, Lake and Offengenden, "High
// Performance American Option Pricing" (2016), with a fixed number of nodes, points and sweeps.
//
// The boundary B solves a fixed-point equation: the paper's FP-A, which settles sooner, where
// neither rate nor their difference moves the asset by more than its vol over the option's life,
// and FP-B, which always settles, elsewhere. With X = B just before expiry, H = ln^2(B/X) is close
// to a polynomial in the square root of the time to expiry, and is interpolated at Chebyshev nodes.
//
// All of it is written for Lanes puts at once, in loops over lanes without a branch, so that a
// compiler runs eight of them in the time of one; a device and a single option take one lane. No
// lane looks at another: a put's numbers do not depend on its neighbours.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/lanes.h"
#include "pricing/base/normal.h"
#include "pricing/base/platform.h"
#include "pricing/model/american_nodes.h"

namespace lockstep::detail {

/// How the equation is solved.
struct smooth_scheme {  // FP-A
    static constexpr bool smooth = true;
    static constexpr int points = 6, sweeps = 6;
};
struct rough_scheme {  // FP-B
    static constexpr bool smooth = false;
    static constexpr int points = premium_points, sweeps = 12;
};

inline constexpr double log_level_min = -700.0;

/// What decides a boundary. The strike is 1 and the whole time is 1.
template <int Lanes>
struct boundary_problem {
    double rate[Lanes];
    double yield[Lanes];
    double total_vol[Lanes];
    double vol_inverse[Lanes];
    double last[Lanes];           // X, the boundary just before expiry
    double log_last[Lanes];       // ln X
    double strike_weight[Lanes];  // 1; 0 where no strike waits at expiry (american_between.h)
    std::uint64_t smooth[Lanes];  // FP-A
};

/// ln(B/X) at the nodes, from the whole time to none, and H as Chebyshev coefficients.
template <int Lanes>
struct exercise_boundary {
    double log_level[boundary_nodes][Lanes];
    double coefficients[boundary_nodes + 1][Lanes];
};

/// exp(x), held at exp(-700) and exp(700).
LOCKSTEP_HD double bounded_exponential(double x) {
    double const above = x < -700.0 ? -700.0 : x;
    return exponential_in_range(above > 700.0 ? 700.0 : above);
}

template <int Lanes>
LOCKSTEP_HD void interpolate(exercise_boundary<Lanes>& b) {
    for (int k = 0; k <= boundary_nodes; ++k) {
        double sum[Lanes] = {};
        for (int j = 0; j < boundary_nodes; ++j) {
            double const weight = interpolation_weight(k, j);
            LOCKSTEP_LANES
            for (int l = 0; l < Lanes; ++l)
                sum[l] = fused(b.log_level[j][l] * b.log_level[j][l], weight, sum[l]);
        }
        for (int l = 0; l < Lanes; ++l) b.coefficients[k][l] = sum[l];
    }
}

/// The sum of the polynomials from the K-th on. Not a loop: one inside of a loop over lanes would
/// keep a compiler from running the lanes at once.
template <int K, int Lanes>
LOCKSTEP_HD double add_polynomials(exercise_boundary<Lanes> const& b, chebyshev_values const& at,
                                   int l, double sum) {
    if constexpr (K > boundary_nodes)
        return sum;
    else
        return add_polynomials<K + 1>(b, at, l, fused(at.of[K], b.coefficients[K][l], sum));
}

/// ln(B/X) of one lane at a point.
template <int Lanes>
LOCKSTEP_HD double log_level_at(exercise_boundary<Lanes> const& b, chebyshev_values const& at,
                                int l) {
    double const h = add_polynomials<1>(b, at, l, b.coefficients[0][l]);
    return -square_root(h > 0.0 ? h : 0.0);
}

/// Where the sweeps begin: exp(h) of the way from the perpetual put's boundary to X, h linear in
/// time and its root (after Bjerksund and Stensland, 1993).
template <int Lanes>
LOCKSTEP_HD void guess(boundary_problem<Lanes> const& p, exercise_boundary<Lanes>& b) {
    double perpetual[Lanes], slope[Lanes];
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double const per_variance = p.vol_inverse[l] * p.vol_inverse[l];
        double const half = (p.rate[l] - p.yield[l]) * per_variance - 0.5;
        double const square = fused(half, half, 2.0 * p.rate[l] * per_variance);
        double const root = -half - square_root(square > 0.0 ? square : 0.0);
        double const level = root / (root - 1.0);
        // Without a real root, or a level in between, waiting has no end.
        bool const real = (square >= 0.0) & (level > 0.0) & (level < p.last[l]);
        perpetual[l] = real ? level : 0.0;
        double const gap = p.last[l] - perpetual[l];
        double const least = 1e-12 * p.last[l];
        slope[l] = p.last[l] / (gap > least ? gap : least);
    }
    for (int i = 0; i < boundary_nodes; ++i) {
        double const x = chebyshev_node(i);
        LOCKSTEP_LANES
        for (int l = 0; l < Lanes; ++l) {
            double const drift = (p.rate[l] - p.yield[l]) * x * x;
            double const h = (drift - 2.0 * p.total_vol[l] * x) * slope[l];
            double const share = bounded_exponential(h < 0.0 ? h : 0.0);
            double const at = fused(p.last[l] - perpetual[l], share, perpetual[l]);
            double const held = at > 0x1p-1000 ? at : 0x1p-1000;
            double const logarithm = logarithm_of_ratio(held, p.last[l]);
            b.log_level[i][l] = logarithm < 0.0 ? logarithm : 0.0;
        }
    }
    interpolate(b);
}

/// The equation's numerator N and denominator D at one node, and their derivatives by ln B. N goes
/// without a factor exp((r - q) tau), which the equation takes off again.
template <int Lanes>
struct equation_sums {
    double top[Lanes], top_bend[Lanes], bottom[Lanes], bottom_bend[Lanes];
};

/// What an integral's point, or the strike, adds: N and D times their weights.
struct equation_terms {
    double top, top_bend, bottom, bottom_bend;
};

/// FP-A. The density at d2 is that at d1 times the ratio of the two levels, but for the factor.
LOCKSTEP_HD equation_terms smooth_terms(double d1, double s, double s_inverse, double ratio) {
    normal_pair const at_d1 = normal_cdf_pdf_of_number(d1);
    double const dense = at_d1.pdf * s_inverse;
    double const dense_top = dense * ratio;
    return {dense_top, -dense_top * (d1 - s) * s_inverse, at_d1.cdf + dense,
            dense * fused(-d1, s_inverse, 1.0)};
}

/// FP-B; growth is what the strike earns in excess of the asset, less the factor.
LOCKSTEP_HD equation_terms rough_terms(double d1, double s, double s_inverse, double growth) {
    normal_pair const at_d1 = normal_cdf_pdf_of_number(d1);
    normal_pair const at_d2 = normal_cdf_pdf_of_number(d1 - s);
    return {growth * at_d2.cdf, growth * at_d2.pdf * s_inverse, at_d1.cdf, at_d1.pdf * s_inverse};
}

/// Both at a level of which the boundary is exp(log_ratio) times, s of vol and drift later.
template <class SchemeT>
LOCKSTEP_HD equation_terms terms_at(double log_ratio, double drift, double s, double s_inverse) {
    double const d1 = fused(log_ratio + drift, s_inverse, 0.5 * s);
    if constexpr (SchemeT::smooth)
        return smooth_terms(d1, s, s_inverse, bounded_exponential(log_ratio));
    else
        return rough_terms(d1, s, s_inverse, bounded_exponential(-drift));
}

/// The strike's part.
template <class SchemeT, int Lanes>
LOCKSTEP_HD void begin_sums(boundary_problem<Lanes> const& p, exercise_boundary<Lanes> const& b,
                            int node, equation_sums<Lanes>& sums) {
    double const x = chebyshev_node(node);
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double const drift = (p.rate[l] - p.yield[l]) * x * x;
        double const s = p.total_vol[l] * x;
        equation_terms const e =
            terms_at<SchemeT>(b.log_level[node][l] + p.log_last[l], drift, s, 1.0 / s);
        double const weight = p.strike_weight[l];
        sums.top[l] = weight * e.top;
        sums.top_bend[l] = weight * e.top_bend;
        sums.bottom[l] = weight * e.bottom;
        sums.bottom_bend[l] = weight * e.bottom_bend;
    }
}

template <class SchemeT, int Lanes>
LOCKSTEP_HD void add_point(boundary_problem<Lanes> const& p, exercise_boundary<Lanes> const& b,
                           int node, boundary_point const& at, equation_sums<Lanes>& sums) {
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double const log_ratio = b.log_level[node][l] - log_level_at(b, at.boundary, l);
        double const drift = (p.rate[l] - p.yield[l]) * (at.root * at.root);
        equation_terms const e = terms_at<SchemeT>(log_ratio, drift, p.total_vol[l] * at.root,
                                                   at.inverse * p.vol_inverse[l]);
        double const growth = at.weight * bounded_exponential(p.yield[l] * at.passed);
        double const interest = p.rate[l] * growth;
        double const yielded = p.yield[l] * growth;
        sums.top[l] = fused(interest, e.top, sums.top[l]);
        sums.top_bend[l] = fused(interest, e.top_bend, sums.top_bend[l]);
        sums.bottom[l] = fused(yielded, e.bottom, sums.bottom[l]);
        sums.bottom_bend[l] = fused(yielded, e.bottom_bend, sums.bottom_bend[l]);
    }
}

/// One step for the equation B = K N / D at one node: Newton's where the right side falls with B,
/// else the right side itself.
LOCKSTEP_HD double next_log_level(double here, double log_last, double strike_weight, double top,
                                  double top_bend, double bottom, double bottom_bend) {
    // Without a strike's part both are negative.
    double const side = fused(2.0, strike_weight, -1.0);
    double const n = side * top, d = side * bottom;
    bool const usable = (n > 0x1p-900) & (d > 0x1p-900) & (n < 0x1p900) & (d < 0x1p900);
    double const gap = logarithm_of_ratio(usable ? n : 1.0, usable ? d : 1.0) - log_last - here;
    double const slope = top_bend / top - bottom_bend / bottom - 1.0;
    double const next = here + gap / (slope < -1.0 ? -slope : 1.0);
    double const bounded = next < 0.0 ? next : 0.0;
    bool const fits = bounded > log_level_min;
    return (usable & fits) ? bounded : here;
}

/// Every node's step, the boundary elsewhere as it is.
template <class SchemeT, int Lanes>
LOCKSTEP_HD void sweep(boundary_problem<Lanes> const& p, exercise_boundary<Lanes>& b) {
    double next[boundary_nodes][Lanes];
    for (int i = 0; i < boundary_nodes; ++i) {
        equation_sums<Lanes> sums;
        begin_sums<SchemeT>(p, b, i, sums);
        for (int j = 0; j < SchemeT::points; ++j)
            add_point<SchemeT>(p, b, i, boundary_point_at<SchemeT::points>(i, j), sums);
        LOCKSTEP_LANES
        for (int l = 0; l < Lanes; ++l)
            next[i][l] =
                next_log_level(b.log_level[i][l], p.log_last[l], p.strike_weight[l], sums.top[l],
                               sums.top_bend[l], sums.bottom[l], sums.bottom_bend[l]);
    }
    for (int i = 0; i < boundary_nodes; ++i)
        for (int l = 0; l < Lanes; ++l) b.log_level[i][l] = next[i][l];
    interpolate(b);
}

template <class SchemeT, int Lanes>
LOCKSTEP_HD exercise_boundary<Lanes> solve_by(boundary_problem<Lanes> const& p) {
    exercise_boundary<Lanes> b;
    guess(p, b);
    for (int k = 0; k < SchemeT::sweeps; ++k) sweep<SchemeT>(p, b);
    return b;
}

/// Each lane's boundary by the scheme it asks for; a scheme that none asks for is not run.
template <int Lanes>
LOCKSTEP_HD exercise_boundary<Lanes> solve(boundary_problem<Lanes> const& p) {
    std::uint64_t smooth = 0;
    for (int l = 0; l < Lanes; ++l) smooth += p.smooth[l];
    exercise_boundary<Lanes> b{};
    if (smooth != 0) b = solve_by<smooth_scheme>(p);
    if (smooth == Lanes) return b;
    exercise_boundary<Lanes> const rough = solve_by<rough_scheme>(p);
    for (int i = 0; i < boundary_nodes; ++i)
        for (int l = 0; l < Lanes; ++l)
            b.log_level[i][l] = p.smooth[l] != 0 ? b.log_level[i][l] : rough.log_level[i][l];
    interpolate(b);
    return b;
}

}  // namespace lockstep::detail

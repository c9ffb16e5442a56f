// Where the transform of an expiry is summed: contours that its strikes share.
//
// In units of the discounted forward an option that is out of the money at k = ln(K/F) is worth
//   c(k) = (1 / 2 pi) integral exp(-(s - 1) k) M(s) / (s (s - 1)) du,   s = a + i u,
// a call where a > 1, a put where a < 0 (Lewis 2001; Lord and Kahl 2007). On the contour near the
// saddle of the integrand at u = 0 nothing cancels, and c keeps its relative precision however
// small it is. The saddle moves little from strike to strike: a fixed ladder of contours serves all
// strikes of an expiry, and which one a strike takes depends on that strike alone.
//
// The integral is a sum over u = j h. By Poisson's formula its error is exactly the sum of the
// values at the strikes k + m P, P = 2 pi / h, m not zero, each times exp(t m P) where t is how far
// the contour is beyond its pole: P is chosen from bounds of these values by other moments. The
// cosine method (Fang and Oosterlee 2008) is the same sum on the real axis, where small values are
// lost in the rounding of large ones.
#pragma once

#include "pricing/model/heston_transform.h"

namespace lockstep {

inline constexpr int heston_rungs = 16;       // of a ladder; the last is there to bound the rest
inline constexpr int heston_nodes_step = 16;  // nodes that are summed between looks at the rest
inline constexpr int heston_nodes_max = 65536;

/// The contours of one side: s = 1 + reach (calls) or s = -reach (puts), in rising order.
struct heston_ladder {
    double reach[heston_rungs];
    double log_moment[heston_rungs];  // ln M there
    double edge[heston_rungs];  // the k, seen from the forward outwards, where it ends to serve
    double side;                // 1: calls, -1: puts
    bool usable;
};

/// One contour, and the step of its sum.
struct heston_contour {
    double base;        // real part of s
    double log_moment;  // ln M(base)
    double step;
    double missed;  // bound on what the sum adds that is not there, in units of the forward
};

namespace detail {

inline constexpr double two_pi = 0x1.921fb54442d18p+2;
inline constexpr double log_precision = 35.0;  // 2^-50
inline constexpr double log_depth = 20.0;
inline constexpr double deviations_max = 32.0;  // of the logarithm, that a contour reaches
inline constexpr double rung_ratio = 0.6;

LOCKSTEP_HD double order_at(double side, double reach) { return side > 0.0 ? 1.0 + reach : -reach; }

LOCKSTEP_HD bool moment_is_finite(heston_expiry const& x, double order) {
    return heston_moment_is_finite(heston_transform_at(x.parameters, x.time, {order, 0.0}), x.time);
}

/// Variance of ln S at expiry, nearly: what sets the scale of the contours.
LOCKSTEP_HD double log_variance(heston_expiry const& x) {
    heston_parameters const& p = x.parameters;
    double const turned = p.kappa * x.time;
    double const bounded = at_most(turned, exponent_max);
    double const span = turned > 0x1p-40 ? -exponential_less_one(-bounded) / p.kappa : x.time;
    double const jumps =
        p.jump_intensity * fused(p.jump_mean, p.jump_mean, p.jump_vol * p.jump_vol);
    return p.theta * x.time + (p.v0 - p.theta) * span + jumps * x.time;
}

/// The farthest reach at which the moment is finite, within 1 %, and no farther than is of use.
LOCKSTEP_HD double reach_max(heston_expiry const& x, double side, double deviation) {
    double const most = deviations_max / deviation;
    if (moment_is_finite(x, order_at(side, most))) return most;
    double low = most * 0x1p-16, high = most;
    bool usable = moment_is_finite(x, order_at(side, low));
    // Where next to no variance is expected the moments end long before the deviations do.
    for (int k = 0; k < 2 && !usable; ++k) {
        high = low, low *= 0x1p-16;
        usable = moment_is_finite(x, order_at(side, low));
    }
    if (!usable) return 0.0;
    for (int k = 0; k < 11; ++k) {
        double const middle = square_root(low * high);
        bool const finite = moment_is_finite(x, order_at(side, middle));
        low = finite ? middle : low;
        high = finite ? high : middle;
    }
    return low;
}

/// A bound on ln c(k) is tail_bound - reach k, for every rung.
LOCKSTEP_HD double tail_bound(heston_ladder const& l, int i) {
    return l.log_moment[i] - logarithm(1.0 + l.reach[i]);
}

}  // namespace detail

/// The contours of calls (side 1) or puts (side -1). `deviation` is the root of log_variance.
LOCKSTEP_HD heston_ladder make_heston_ladder(heston_expiry const& x, double side,
                                             double deviation) {
    heston_ladder l;
    l.side = side;
    double const most = detail::reach_max(x, side, deviation);
    l.usable = most > 0.0;
    double reach = most;
    for (int i = heston_rungs - 1; i >= 0; --i) {
        l.reach[i] = reach;
        reach = most * (i == heston_rungs - 1 ? 0.85 : detail::rung_ratio);
        if (i < heston_rungs - 1) reach = l.reach[i] * detail::rung_ratio;
        if (i == heston_rungs - 2) reach = most * detail::rung_ratio;
    }
    for (int i = 0; i < heston_rungs; ++i) {
        double const order = detail::order_at(side, l.reach[i]);
        l.log_moment[i] = heston_transform_at(x.parameters, x.time, {order, 0.0}).log_value.re;
    }
    // The saddle is where ln M - reach k - 2 ln(reach) is least. Farther from the pole at reach 0,
    // and from where the moments explode, a shorter period will do: hence the distances to both,
    // to the sixth power.
    for (int i = 0; i + 2 < heston_rungs; ++i) {
        double const distance = l.reach[i + 1] - l.reach[i];
        double const room = l.reach[i] * (most - l.reach[i]);
        double const next_room = l.reach[i + 1] * (most - l.reach[i + 1]);
        double const rise =
            l.log_moment[i + 1] - l.log_moment[i] - 6.0 * logarithm_of_ratio(next_room, room);
        l.edge[i] = rise / distance;
    }
    l.edge[heston_rungs - 2] = l.edge[heston_rungs - 1] = infinity;
    return l;
}

/// The rung that serves a strike, k seen from the forward outwards.
LOCKSTEP_HD int heston_rung(heston_ladder const& l, double k) {
    int rung = 0;
    for (int i = 0; i + 2 < heston_rungs; ++i) rung += k > l.edge[i] ? 1 : 0;
    return rung;
}

LOCKSTEP_HD heston_contour make_heston_contour(heston_ladder const& l, int rung) {
    double const reach = l.reach[rung];
    double const bound =
        detail::tail_bound(l, rung) - 3.0;  // c itself is about exp(this - reach k)
    double const near = rung > 0 ? l.edge[rung - 1] : 2.0 * l.edge[0] - l.edge[1];
    // Full precision down to 2e-9 of the forward, or e^-8 of where the rung begins.
    double const deep = (bound + detail::log_depth) / reach;
    double const least = near + 8.0 / reach;
    double const enough = deep > least ? deep : least;
    double const far = l.edge[rung] < enough ? l.edge[rung] : enough;
    // Values towards the forward are at most one.
    double period = (detail::log_precision - bound + reach * far) / reach;
    // Values away from it are bounded by a farther moment, whichever bounds them best.
    double outwards = infinity;
    for (int i = rung + 1; i < heston_rungs; ++i) {
        double const distance = l.reach[i] - reach;
        double const excess = detail::tail_bound(l, i) - bound - distance * near;
        double const needed = (detail::log_precision + excess) / distance;
        outwards = needed < outwards ? needed : outwards;
    }
    period = outwards > period ? outwards : period;
    double const missed = exponential(-(reach * period));
    return {detail::order_at(l.side, reach), l.log_moment[rung], detail::two_pi / period, missed};
}

}  // namespace lockstep

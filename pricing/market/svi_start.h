// Where an SVI fit starts from: on a fixed grid of centres and widths the other three unknowns are
// a linear problem in a box, which is solved exactly. After Zeliade, "Quasi-explicit calibration of
// Gatheral's SVI model" (2009), whose domain keeps a >= 0; a box in the slopes needs no such bound.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/market/svi_problem.h"

namespace lockstep {

namespace svi_detail {

/// The a, U, V that fit best at a given centre and width, and the sum of squares that is left. With
/// a taken out by its mean the rest is a quadratic form in two unknowns over a rectangle: the
/// least lies inside or on one of four edges.
struct svi_start {
    svi_unknowns x;
    double cost;
};

struct box_least {
    double up, down, cost;
};

LOCKSTEP_HD box_least least_in_box(double const (&a)[3], double const (&b)[2], double up_max,
                                   double down_max) {
    auto const cost = [&](double up, double down) {
        return up * (0.5 * a[0] * up + a[1] * down - b[0]) + down * (0.5 * a[2] * down - b[1]);
    };
    double const determinant = a[0] * a[2] - a[1] * a[1];
    double const up = (b[0] * a[2] - b[1] * a[1]) / determinant;
    double const down = (b[1] * a[0] - b[0] * a[1]) / determinant;
    if (up >= 0.0 && up <= up_max && down >= 0.0 && down <= down_max)
        return {up, down, cost(up, down)};
    box_least best{0.0, 0.0, infinity};
    auto const take = [&](double u, double d) {
        double const value = cost(u, d);
        if (value < best.cost) best = {u, d, value};
    };
    for (int edge = 0; edge < 2; ++edge) {
        double const u = edge == 0 ? 0.0 : up_max, d = edge == 0 ? 0.0 : down_max;
        take(u, between(0.0, (b[1] - a[1] * u) / a[2], down_max));
        take(between(0.0, (b[0] - a[1] * d) / a[0], up_max), d);
    }
    return best;
}

LOCKSTEP_HD svi_start start_at(svi_problem const& p, double m, double sigma) {
    double weights = 0, right_sum = 0, left_sum = 0, variance_sum = 0;
    double rr = 0, rl = 0, ll = 0, rv = 0, lv = 0, vv = 0;
    for (variance_quote const& q : p.quotes) {
        double const d = q.k * p.inverse_root - m;
        double const root = square_root(d * d + sigma * sigma);
        double const right = 0.5 * (root + d), left = 0.5 * (root - d);
        double const v = q.variance * p.inverse_unit, inverse_spread = p.unit / q.spread;
        double const weight = inverse_spread * inverse_spread;
        double const wr = weight * right, wl = weight * left, wv = weight * v;
        weights += weight, right_sum += wr, left_sum += wl, variance_sum += wv;
        rr = wr * right + rr, rl = wr * left + rl, ll = wl * left + ll;
        rv = wv * right + rv, lv = wv * left + lv, vv = wv * v + vv;
    }
    double const right = right_sum / weights, left = left_sum / weights,
                 mean = variance_sum / weights;
    rr = -right * right_sum + rr, rl = -right * left_sum + rl;
    ll = -left * left_sum + ll, rv = -right * variance_sum + rv;
    lv = -left * variance_sum + lv, vv = -mean * variance_sum + vv;
    double const ridge = 1e-9 * (rr + ll) + 1e-300;
    box_least const box =
        least_in_box({rr + ridge, rl, ll + ridge}, {rv, lv}, p.high[1], p.high[2]);
    double const level = mean - box.up * right - box.down * left;
    double const lowest = -sigma * square_root(box.up * box.down);
    double const lifted = level < lowest ? lowest - level : 0.0;
    return {{{level + lifted, box.up, box.down, m, sigma}},
            0.5 * weights * lifted * lifted + (0.5 * vv + box.cost)};
}

inline constexpr int svi_start_count = 3;

/// The best starts of the grid, best first.
LOCKSTEP_HD void find_starts(svi_problem const& p, svi_start (&best)[svi_start_count]) {
    for (svi_start& s : best) s.cost = infinity;
    constexpr int centres = 9;
    double const widths[] = {0.06, 0.25, 1.0, 4.0};
    double const low = p.quotes[0].k * p.inverse_root;
    double const high = p.quotes[p.quotes.size() - 1].k * p.inverse_root;
    for (int i = 0; i < centres; ++i) {
        double const m = low + (high - low) * (i + 0.5) / centres;
        for (double const sigma : widths) {
            svi_start const s = start_at(p, m, sigma);
            int at = svi_start_count;
            while (at > 0 && s.cost < best[at - 1].cost) --at;
            for (int k = svi_start_count - 1; k > at; --k) best[k] = best[k - 1];
            if (at < svi_start_count) best[at] = s;
        }
    }
}

}  // namespace svi_detail

}  // namespace lockstep

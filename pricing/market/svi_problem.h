// The problem that an SVI fit solves: its unknowns, its units, its box, and the normal equations of
// the quotes.
//
// The unknowns are the level a, the slopes at both ends U and V (b = (U + V)/2, rho = (U - V)/(U +
// V)), the centre m and the width sigma; all in units of the variance at the money w0 and its root,
// in which an expiry of an hour looks like one of a year. Positive slopes, and those that Lee's
// formula and neighbouring expiries allow, are then a box.
#pragma once

#include "pricing/base/least_squares.h"
#include "pricing/base/platform.h"
#include "pricing/base/view.h"
#include "pricing/market/robust_loss.h"
#include "pricing/market/svi.h"
#include "pricing/market/variance_quote.h"

namespace lockstep {

/// The curves of the expiries before and after, which a curve may not cross; null: there is none.
struct svi_neighbours {
    svi_raw const* below = nullptr;
    svi_raw const* above = nullptr;
};

namespace svi_detail {

LOCKSTEP_HD double between(double low, double x, double high) {
    return x < low ? low : x > high ? high : x;
}

/// The curve in units of w0 and its root, by its slopes.
struct svi_unknowns {
    double value[5];  // a, U, V, m, sigma
};

inline constexpr int extra_places_max = 24;

struct svi_problem {
    view<variance_quote const> quotes;
    double unit, root, inverse_unit, inverse_root;  // w0
    double low[5], high[5];                         // the box
    double penalty;                                 // weight of broken rules; 0: none
    double margin;                                  // grows while a rule stays broken
    double extra[extra_places_max];                 // e^u of places where one was, beside the grid
    int extras;
    svi_neighbours neighbours;
};

LOCKSTEP_HD svi_raw raw_of(svi_problem const& p, svi_unknowns const& x) {
    double const sum = x.value[1] + x.value[2];
    double const rho = sum > 0.0 ? (x.value[1] - x.value[2]) / sum : 0.0;
    return {x.value[0] * p.unit, 0.5 * sum * p.root, rho, x.value[3] * p.root, x.value[4] * p.root};
}

LOCKSTEP_HD svi_unknowns unknowns_of(svi_problem const& p, svi_raw const& c) {
    return {{c.a * p.inverse_unit, svi_call_slope(c) * p.inverse_root,
             svi_put_slope(c) * p.inverse_root, c.m * p.inverse_root, c.sigma * p.inverse_root}};
}

/// Slopes that stay between those of the neighbours, with room for a curve in between.
LOCKSTEP_HD void narrow_slopes(svi_problem& p) {
    constexpr double apart = 1e-9;
    if (svi_raw const* above = p.neighbours.above) {
        double const slopes[2] = {svi_call_slope(*above), svi_put_slope(*above)};
        for (int k = 0; k < 2; ++k) {
            double const most = (1.0 - apart) * slopes[k] * p.inverse_root;
            p.high[k + 1] = most < p.high[k + 1] ? most : p.high[k + 1];
            if (p.low[k + 1] > 0.5 * most) p.low[k + 1] = 0.5 * most;
        }
    }
    if (svi_raw const* below = p.neighbours.below) {
        double const slopes[2] = {svi_call_slope(*below), svi_put_slope(*below)};
        for (int k = 0; k < 2; ++k) {
            double const least = (1.0 + apart) * slopes[k] * p.inverse_root;
            p.low[k + 1] = least > p.low[k + 1] ? least : p.low[k + 1];
        }
    }
}

LOCKSTEP_HD svi_problem problem_of(view<variance_quote const> quotes,
                                   svi_neighbours const& neighbours) {
    svi_problem p{};
    p.quotes = quotes;
    p.neighbours = neighbours;
    variance_quote money = quotes[0];
    for (variance_quote const& q : quotes)
        if (q.k * q.k < money.k * money.k) money = q;
    p.unit = money.variance;
    p.root = square_root(p.unit);
    p.inverse_unit = 1.0 / p.unit;
    p.inverse_root = 1.0 / p.root;
    double const low = quotes[0].k * p.inverse_root;
    double const high = quotes[quotes.size() - 1].k * p.inverse_root;
    double const reach = high - low;
    double const lee = 1.9999 * p.inverse_root;
    constexpr double slope_min = 1e-4;
    double const lows[5] = {-100.0, slope_min, slope_min, low - reach, 0.02};
    double const highs[5] = {100.0, lee, lee, high + reach, 10.0 + 2.0 * reach};
    for (int k = 0; k < 5; ++k) p.low[k] = lows[k], p.high[k] = highs[k];
    narrow_slopes(p);
    return p;
}

LOCKSTEP_HD void add_quotes(svi_problem const& p, svi_unknowns const& x,
                            normal_equations<5>& sums) {
    double const a = x.value[0], up = x.value[1], down = x.value[2], sigma = x.value[4];
    for (variance_quote const& q : p.quotes) {
        double const d = q.k * p.inverse_root - x.value[3];
        double const root = square_root(d * d + sigma * sigma);
        double const right = 0.5 * (root + d), left = 0.5 * (root - d);
        double const fit = up * right + (down * left + a);
        double const tilt = d / root;
        double const slope = 0.5 * (up * (1.0 + tilt) - down * (1.0 - tilt));
        double const row[5] = {1.0, right, left, -slope, 0.5 * (up + down) * sigma / root};
        double const residual = -q.variance * p.inverse_unit + fit;
        double const inverse_spread = p.unit / q.spread;
        double const size = (residual < 0.0 ? -residual : residual) * inverse_spread;
        sums.add(row, residual, inverse_spread * inverse_spread * huber_weight(size));
        sums.cost += huber_rest(size);
    }
}

}  // namespace svi_detail

}  // namespace lockstep

// What a fit pays for arbitrage: squares of how far g lies below a small margin, and of how far the
// curve crosses another expiry, at places m + sigma sinh(u_j) that follow the curve. There it
// is a + sigma/2 (U e^u + V e^-u), so that no root is needed.
#pragma once

#include "pricing/base/least_squares.h"
#include "pricing/base/platform.h"
#include "pricing/base/view.h"
#include "pricing/market/svi_problem.h"

namespace lockstep {

namespace svi_detail {

inline constexpr double variance_floor = 1e-3;   // in w0
inline constexpr double butterfly_share = 10.0;  // of the margin: what is kept from g = 0
inline constexpr int penalty_places = 81;
inline constexpr double penalty_step_factor = 0x1.2216045b6f5cdp+0;   // e^(1/8)
inline constexpr double penalty_first_factor = 0x1.b993fe00d5376p-8;  // e^-5

/// The curve at one place, and its derivatives by the unknowns that are not plain.
struct penalty_place {
    double y, k;                      // (k - m) / sigma, k
    double right, left;               // of a + sigma (U right + V left)
    double w, w1, w2;                 // variance, slope, curvature
    double w_sigma;                   // dw / dsigma
    double w1_up, w1_down, w2_slope;  // dw1 / dU, dw1 / dV, dw2 / dU = dw2 / dV
};

LOCKSTEP_HD penalty_place place_at(svi_unknowns const& x, double factor) {
    double const up = x.value[1], down = x.value[2], sigma = x.value[4];
    penalty_place at{};
    at.right = 0.5 * factor;
    at.left = 0.5 / factor;
    at.y = at.right - at.left;
    at.k = sigma * at.y + x.value[3];
    double const q = at.right + at.left, tilt = at.y / q;
    at.w_sigma = up * at.right + down * at.left;
    at.w = sigma * at.w_sigma + x.value[0];
    at.w1_up = 0.5 * (1.0 + tilt);
    at.w1_down = -0.5 * (1.0 - tilt);
    at.w1 = up * at.w1_up + down * at.w1_down;
    at.w2_slope = 0.5 / (sigma * q * q * q);
    at.w2 = (up + down) * at.w2_slope;
    return at;
}

/// g at one place, in these units, and what it adds when it lies below its margin.
LOCKSTEP_HD void add_butterfly(svi_problem const& p, double sigma, penalty_place const& at,
                               normal_equations<5>& sums) {
    double const inverse = 1.0 / at.w, line = 1.0 - 0.5 * at.k * at.w1 * inverse;
    double const wing = inverse + 0.25 * p.unit;
    double const g = line * line - 0.25 * at.w1 * at.w1 * wing + 0.5 * at.w2;
    double const short_of = g - butterfly_share * p.margin;
    if (!(short_of < 0.0)) return;
    double const by_w = at.w1 * inverse * inverse * (line * at.k + 0.25 * at.w1);
    double const by_w1 = -(line * at.k * inverse + 0.5 * at.w1 * wing);
    double const by_k = -line * at.w1 * inverse;
    double const bend = 0.5 * at.w2_slope;
    double const row[5] = {by_w, by_w * sigma * at.right + by_w1 * at.w1_up + bend,
                           by_w * sigma * at.left + by_w1 * at.w1_down + bend, by_k,
                           by_w * at.w_sigma + by_k * at.y - 0.5 * at.w2 / sigma};
    sums.add(row, short_of, p.penalty);
}

/// What is paid for lying above a later expiry (side 1) or below an earlier one (side -1).
LOCKSTEP_HD void add_crossing(svi_problem const& p, double sigma, penalty_place const& at,
                              svi_raw const& other, double side, normal_equations<5>& sums) {
    svi_point const there = svi_at(other, at.k * p.root);
    double const excess = side * (at.w - there.variance * p.inverse_unit) + p.margin;
    if (!(excess > 0.0)) return;
    double const slope = there.slope * p.inverse_root;
    double const row[5] = {side, side * sigma * at.right, side * sigma * at.left, -side * slope,
                           side * (at.w_sigma - slope * at.y)};
    sums.add(row, excess, p.penalty);
}

LOCKSTEP_HD void add_place(svi_problem const& p, svi_unknowns const& x, double factor,
                           normal_equations<5>& sums) {
    double const sigma = x.value[4];
    penalty_place const at = place_at(x, factor);
    if (at.w < variance_floor) {
        double const row[5] = {1.0, sigma * at.right, sigma * at.left, 0.0, at.w_sigma};
        sums.add(row, at.w - variance_floor, p.penalty);
    } else {
        add_butterfly(p, sigma, at, sums);
    }
    svi_neighbours const& n = p.neighbours;
    if (n.above != nullptr) add_crossing(p, sigma, at, *n.above, 1.0, sums);
    if (n.below != nullptr) add_crossing(p, sigma, at, *n.below, -1.0, sums);
}

LOCKSTEP_HD void add_penalties(svi_problem const& p, svi_unknowns const& x,
                               normal_equations<5>& sums) {
    double factor = penalty_first_factor;
    for (int i = 0; i < penalty_places; ++i, factor *= penalty_step_factor)
        add_place(p, x, factor, sums);
    for (int i = 0; i < p.extras; ++i) add_place(p, x, p.extra[i], sums);
}

}  // namespace svi_detail

}  // namespace lockstep

// Puts whose region of exercise lies between two boundaries, yield < rate < 0: Andersen and Lake,
// "Fast American option pricing: the double-boundary case" (2021).
//
// Above the upper boundary B the asset meets B first, and below the lower one Y it meets Y first:
// so each solves an equation of its own, as if all beyond it were exercise. B's is that of a put
// with one boundary. Y's has no strike at expiry, where Y starts from K r / q; in 1 / Y it is B's
// with rate and yield exchanged. From the time at which the two meet, exercise never pays; if that
// is well before the whole time, both are solved again for little more than it.
#pragma once

#include "pricing/model/american_put.h"

namespace lockstep::detail {

inline constexpr int between_rounds = 3;
inline constexpr int between_halvings = 48;

/// Both boundaries; the whole time is 1, and both end at `meeting`.
template <int Lanes>
struct exercise_between {
    exercise_boundary<Lanes> side[2];  // lower, upper
    double log_lower_last[Lanes];      // ln Y at expiry
    double solved[Lanes];              // the time that the boundaries are solved for
    double meeting[Lanes];             // 1 where they do not meet
};

/// ln(B/X) where the root of the fraction of the time is x (Clenshaw's recursion).
template <int Lanes>
LOCKSTEP_HD double log_level_at_root(exercise_boundary<Lanes> const& b, double x, int l) {
    double const z = fused(2.0, x, -1.0);
    double above = 0.0, last = 0.0;
    for (int k = boundary_nodes; k >= 1; --k) {
        double const next = fused(2.0 * z, last, b.coefficients[k][l] - above);
        above = last;
        last = next;
    }
    double const h = fused(z, last, b.coefficients[0][l] - above);
    return -square_root(h > 0.0 ? h : 0.0);
}

/// ln B and ln Y at a time, as a fraction of the whole time.
struct log_pair {
    double upper, lower;
};
template <int Lanes>
LOCKSTEP_HD log_pair logs_at(exercise_between<Lanes> const& b, double time, int l) {
    double const x = square_root(time / b.solved[l]);
    return {log_level_at_root(b.side[1], x, l),
            b.log_lower_last[l] - log_level_at_root(b.side[0], x, l)};
}

/// One of the two, by FP-B: FP-A goes astray where they have met.
template <int Lanes>
LOCKSTEP_HD exercise_boundary<Lanes> solve_one(boundary_problem<Lanes> const& whole,
                                               double const* solved, bool upper) {
    boundary_problem<Lanes> p;
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double const t = solved[l];
        double const ratio = whole.yield[l] / whole.rate[l];
        p.rate[l] = (upper ? whole.rate[l] : whole.yield[l]) * t;
        p.yield[l] = (upper ? whole.yield[l] : whole.rate[l]) * t;
        p.total_vol[l] = whole.total_vol[l] * square_root(t);
        p.vol_inverse[l] = 1.0 / p.total_vol[l];
        p.last[l] = upper ? 1.0 : ratio;
        p.log_last[l] = logarithm_in_range(p.last[l]);
        p.strike_weight[l] = upper ? 1.0 : 0.0;
        p.smooth[l] = 0;
    }
    return solve_by<rough_scheme>(p);
}

/// The time at which the boundaries meet, among those they are solved for.
template <int Lanes>
LOCKSTEP_HD void find_meeting(exercise_between<Lanes>& b) {
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double apart = 0.0, met = b.solved[l];
        log_pair const last = logs_at(b, met, l);
        for (int k = 0; k < between_halvings; ++k) {
            double const middle = 0.5 * (apart + met);
            log_pair const at = logs_at(b, middle, l);
            bool const open = at.upper > at.lower;
            apart = open ? middle : apart;
            met = open ? met : middle;
        }
        b.meeting[l] = last.upper > last.lower ? b.solved[l] : apart;
    }
}

template <int Lanes>
LOCKSTEP_HD void solve_between(boundary_problem<Lanes> const& p, exercise_between<Lanes>& b) {
    for (int l = 0; l < Lanes; ++l) {
        b.solved[l] = b.meeting[l] = 1.0;
        b.log_lower_last[l] = -logarithm_in_range(p.yield[l] / p.rate[l]);
    }
    for (int round = 0; round < between_rounds; ++round) {
        for (int l = 0; l < Lanes; ++l) {
            double const shorter = 1.05 * b.meeting[l];
            b.solved[l] = shorter < b.solved[l] ? shorter : b.solved[l];
        }
        for (int upper = 0; upper < 2; ++upper) b.side[upper] = solve_one(p, b.solved, upper != 0);
        find_meeting(b);
    }
}

/// Adds the premium of puts with two boundaries to their values where `wanted`.
template <bool Slopes, int Lanes>
LOCKSTEP_HD void add_premium_between(boundary_problem<Lanes> const& p, double const* spot,
                                     std::uint64_t const* wanted, put_values<Lanes>& v) {
    exercise_between<Lanes> b;
    solve_between(p, b);
    for (int j = 0; j < premium_points; ++j) {
        premium_point const& at = premium_point_at(j);
        LOCKSTEP_LANES
        for (int l = 0; l < Lanes; ++l) {
            double const log_spot = logarithm_in_range(spot[l]);
            log_pair const levels = logs_at(b, b.meeting[l] * at.rest * at.rest, l);
            double const left = fused(b.meeting[l], at.root * at.root, 1.0 - b.meeting[l]);
            double const s = p.total_vol[l] * square_root(left);
            double const s_inverse = 1.0 / s;
            premium_terms const below_upper = premium_terms_at<Slopes>(
                p.rate[l], p.yield[l], spot[l], log_spot - levels.upper, left, s, s_inverse);
            premium_terms const below_lower = premium_terms_at<Slopes>(
                p.rate[l], p.yield[l], spot[l], log_spot - levels.lower, left, s, s_inverse);
            double const weight = wanted[l] != 0 ? at.weight * b.meeting[l] : 0.0;
            v.price[l] = fused(weight, below_upper.price - below_lower.price, v.price[l]);
            v.slope[l] = fused(weight, below_upper.slope - below_lower.slope, v.slope[l]);
            v.curve[l] = fused(weight, below_upper.curve - below_lower.curve, v.curve[l]);
        }
    }
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double const log_spot = logarithm_in_range(spot[l]);
        log_pair const now = logs_at(b, b.meeting[l], l);
        bool const inside =
            (b.meeting[l] == 1.0) & (log_spot <= now.upper) & (log_spot >= now.lower);
        v.exercised[l] = wanted[l] != 0 ? std::uint64_t{inside} : v.exercised[l];
    }
}

}  // namespace lockstep::detail

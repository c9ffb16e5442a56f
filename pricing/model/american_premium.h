// The premium of early exercise of puts with one boundary, two or none, and what it grows by.
#pragma once

#include "pricing/model/american_between.h"
#include "pricing/model/american_put.h"

namespace lockstep::detail {

/// What becomes of a put, decided before anything is computed.
template <int Lanes>
struct put_courses {
    std::uint64_t certain[Lanes];  // no vol, or nothing to have or to pay
    std::uint64_t two_boundaries[Lanes];
    std::uint64_t one_boundary[Lanes];
};

template <int Lanes>
LOCKSTEP_HD put_courses<Lanes> courses_of(american_puts<Lanes> const& p) {
    put_courses<Lanes> c;
    for (int l = 0; l < Lanes; ++l) {
        bool const certain = p.time[l] < time_min || p.spot[l] < normal_min ||
                             p.strike[l] < normal_min ||
                             !(p.vol[l] * square_root(p.time[l]) >= american_vol_min);
        exercise_region const region = region_of(p.rate[l], p.yield[l]);
        c.certain[l] = certain;
        c.two_boundaries[l] = !certain && region == exercise_region::two_boundaries;
        c.one_boundary[l] = !certain && region == exercise_region::one_boundary;
    }
    return c;
}

/// The problem of the lanes that are chosen, and a harmless one in the others.
template <int Lanes>
LOCKSTEP_HD boundary_problem<Lanes> problem_of(american_puts<Lanes> const& p,
                                               std::uint64_t const* chosen, double other_rate,
                                               double other_yield, double* spot) {
    boundary_problem<Lanes> b;
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        bool const mine = chosen[l] != 0;
        b.rate[l] = mine ? p.rate[l] * p.time[l] : other_rate;
        b.yield[l] = mine ? p.yield[l] * p.time[l] : other_yield;
        b.total_vol[l] = mine ? p.vol[l] * square_root(p.time[l]) : 0.2;
        b.vol_inverse[l] = 1.0 / b.total_vol[l];
        double const ratio = b.rate[l] / b.yield[l];
        b.last[l] = both(b.yield[l] > 0.0, ratio < 1.0) ? ratio : 1.0;
        b.log_last[l] = logarithm_in_range(b.last[l] > normal_min ? b.last[l] : normal_min);
        b.strike_weight[l] = 1.0;
        b.smooth[l] = mine ? p.smooth[l] : 1;
        spot[l] = mine ? p.spot[l] / p.strike[l] : 1.0;
    }
    return b;
}

template <int Lanes>
LOCKSTEP_HD bool any(std::uint64_t const* lanes) {
    std::uint64_t sum = 0;
    for (int l = 0; l < Lanes; ++l) sum |= lanes[l];
    return sum != 0;
}

/// The premium and whether it is time to exercise, in units of the strike.
template <bool Slopes, int Lanes>
LOCKSTEP_HD void premium_of(american_puts<Lanes> const& p, put_courses<Lanes> const& c,
                            put_values<Lanes>& v) {
    double spot[Lanes];
    for (int l = 0; l < Lanes; ++l) {
        v.price[l] = v.slope[l] = v.curve[l] = 0.0;
        v.exercised[l] = 0;
    }
    if (any<Lanes>(c.one_boundary)) {
        boundary_problem<Lanes> const b = problem_of(p, c.one_boundary, 0.05, 0.0, spot);
        exercise_boundary<Lanes> const boundary = solve(b);
        add_premium<Slopes>(b, boundary, spot, v);
        LOCKSTEP_LANES
        for (int l = 0; l < Lanes; ++l) {
            bool const mine = c.one_boundary[l] != 0;
            double const distance = logarithm_of_ratio(spot[l], b.last[l]);
            v.exercised[l] = mine & (distance <= boundary.log_level[0][l]);
            v.price[l] = mine ? v.price[l] : 0.0;
            v.slope[l] = mine ? v.slope[l] : 0.0;
            v.curve[l] = mine ? v.curve[l] : 0.0;
        }
    }
    if (any<Lanes>(c.two_boundaries)) {
        boundary_problem<Lanes> const b = problem_of(p, c.two_boundaries, -0.01, -0.02, spot);
        add_premium_between<Slopes>(b, spot, c.two_boundaries, v);
    }
}

/// What the premium grows by with the time and, from that, its second derivative by the spot, times
/// the strike: it obeys the equation that the value does. The integral of that derivative is of
/// little use within a third of a total vol of the boundary, where all that counts lies between now
/// and its first points; but where FP-A does not serve, little vol would enlarge what the other
/// derivatives lack.
template <int Lanes>
LOCKSTEP_HD void add_growth(american_puts<Lanes> const& p, put_courses<Lanes> const& c,
                            put_values<Lanes>& v) {
    american_puts<Lanes> longer = p;
    for (int l = 0; l < Lanes; ++l) longer.time[l] = p.time[l] * (1.0 + 0x1p-16);
    put_values<Lanes> then;
    premium_of<false>(longer, c, then);
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        double const premium = v.price[l] > 0.0 ? v.price[l] : 0.0;
        double const later = then.price[l] > 0.0 ? then.price[l] : 0.0;
        double const step = longer.time[l] - p.time[l];
        double const growth = step > 0.0 ? (later - premium) / step : 0.0;
        double const asset = p.strike[l] > 0.0 ? p.spot[l] / p.strike[l] : 0.0;
        double const drift = (p.rate[l] - p.yield[l]) * asset * v.slope[l];
        double const half_variance = 0.5 * p.vol[l] * p.vol[l] * asset * asset;
        double const curve = (growth + p.rate[l] * premium - drift) / half_variance;
        v.growth[l] = growth;
        v.curve[l] = both(p.smooth[l] != 0, half_variance > 0.0) ? curve : v.curve[l];
    }
}

}  // namespace lockstep::detail

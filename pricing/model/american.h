// American options on a spot with a yield, or on a forward: the European value and the premium of
// early exercise, whose boundary american_boundary.h finds. A call is a put with asset and strike,
// rate and yield exchanged.
//
// On the grid of Andersen, Lake and Offengenden (K = 100, vol 10 % to 60 %, up to a year) the error
// is 2e-6, root mean square, and 2e-5 at most; with two boundaries 1e-4; with rates of 1,000 % 1e-5
// of the strike, with total vols of 2,000 % 7e-5.
#pragma once

#include "pricing/model/american_between.h"
#include "pricing/model/american_put.h"

namespace lockstep {

struct american_valuation {
    double price, delta, gamma, vega, theta, rho;
    exercise_region region;
    std::uint64_t faults;  // a bit for each option_status that applies
};

/// The first six of option_valuation, many options at once.
template <int Lanes>
struct american_values {
    double price[Lanes], delta[Lanes], gamma[Lanes], vega[Lanes], theta[Lanes], rho[Lanes];
    std::uint64_t region[Lanes];  // exercise_region
    std::uint64_t faults[Lanes];
};

template <int Lanes>
struct american_inputs {
    double underlying[Lanes], strike[Lanes], time[Lanes], rate[Lanes], dividend[Lanes], vol[Lanes];
    std::uint64_t flags[Lanes];  // option_flag
};

namespace detail {

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

template <bool Slopes, int Lanes>
LOCKSTEP_HD put_values<Lanes> value_puts(american_puts<Lanes> const& p) {
    put_courses<Lanes> const c = courses_of(p);
    put_values<Lanes> v;
    premium_of<Slopes>(p, c, v);
    if constexpr (Slopes) add_growth(p, c, v);
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        option_valuation const european =
            value_option({p.spot[l], p.strike[l], p.time[l], p.rate[l], p.yield[l], p.vol[l],
                          std::uint64_t{option_flag::put | option_flag::spot}},
                         Slopes ? option_depth::first_greeks : option_depth::price);
        double const now = p.strike[l] - p.spot[l];
        bool const exercised = v.exercised[l] != 0;
        double const more = p.strike[l] * v.price[l];
        double price = european.price + (more > 0.0 ? more : 0.0);
        price = either(price < now, exercised) ? now : price;
        v.price[l] = price;
        if constexpr (Slopes) {
            // With very little vol the points miss the kink at the boundary; the slope keeps its
            // bound.
            double const yielding = -p.yield[l] * p.time[l];
            double const steepest = -bounded_exponential(yielding > 0.0 ? yielding : 0.0);
            double const slope = european.delta + v.slope[l];
            double const kept = slope < steepest ? steepest : slope;
            v.slope[l] = exercised ? -1.0 : kept;
            double const curve = european.gamma + v.curve[l] / p.strike[l];
            v.curve[l] = either(exercised, curve < 0.0) ? 0.0 : curve;
            // Nobody has less for being able to wait longer.
            double const growth = fused(p.strike[l], v.growth[l], -european.theta);
            v.growth[l] = either(exercised, growth < 0.0) ? 0.0 : growth;
        }
    }
    for (int l = 0; l < Lanes; ++l) {
        if (c.certain[l] == 0) continue;
        certain_value const sure =
            certain_put(p.spot[l], p.strike[l], p.time[l], p.rate[l], p.yield[l]);
        double const growth =
            (p.rate[l] - p.yield[l]) * p.spot[l] * sure.slope - p.rate[l] * sure.price;
        v.price[l] = sure.price, v.slope[l] = sure.slope, v.curve[l] = 0.0;
        v.growth[l] = either(sure.exercised, growth < 0.0) ? 0.0 : growth;
        v.exercised[l] = sure.exercised;
    }
    return v;
}

/// Options as the puts that are worth the same. The choice between FP-A and FP-B is made for `of`,
/// so that it is one choice for all the valuations that a difference is taken of.
template <int Lanes>
LOCKSTEP_HD american_puts<Lanes> puts_of(american_inputs<Lanes> const& in,
                                         american_inputs<Lanes> const& of) {
    american_puts<Lanes> p;
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        bool const spot = (in.flags[l] & option_flag::spot) != 0;
        bool const put = (in.flags[l] & option_flag::put) != 0;
        double const yield = spot ? in.dividend[l] : in.rate[l];
        p.spot[l] = put ? in.underlying[l] : in.strike[l];
        p.strike[l] = put ? in.strike[l] : in.underlying[l];
        p.time[l] = in.time[l];
        p.rate[l] = put ? in.rate[l] : yield;
        p.yield[l] = put ? yield : in.rate[l];
        p.vol[l] = in.vol[l];
        double const of_yield = spot ? of.dividend[l] : of.rate[l];
        p.smooth[l] = settles_by_fp_a(of.time[l], of.rate[l], of_yield, of.vol[l]);
    }
    return p;
}

/// Vega and rho by differences of whole valuations, two at a time.
template <int Lanes>
LOCKSTEP_HD void add_differences(american_inputs<Lanes> const& in, put_values<Lanes> const& at,
                                 american_values<Lanes>& v) {
    double ends[4][Lanes];
    american_inputs<Lanes> moved;
    for (int k = 0; k < 4; ++k) {
        moved = in;
        for (int l = 0; l < Lanes; ++l) {
            if (k == 0) moved.vol[l] *= 1.0 + 0x1p-12;
            if (k == 1) moved.vol[l] *= 1.0 - 0x1p-12;
            if (k == 2) moved.rate[l] += 0x1p-16;
            // Not across zero, where early exercise may end to pay.
            if (k == 3 && (in.rate[l] > 0x1p-16 || in.rate[l] < 0.0)) moved.rate[l] -= 0x1p-16;
        }
        put_values<Lanes> const end = value_puts<false>(puts_of(moved, in));
        for (int l = 0; l < Lanes; ++l) ends[k][l] = end.price[l];
    }
    for (int l = 0; l < Lanes; ++l) {
        if (at.exercised[l] != 0) continue;
        double const moved_vol = in.vol[l] * (1.0 + 0x1p-12) - in.vol[l] * (1.0 - 0x1p-12);
        v.vega[l] = moved_vol > 0.0 ? (ends[0][l] - ends[1][l]) / moved_vol : 0.0;
        v.rho[l] = (ends[2][l] - ends[3][l]) / ((in.rate[l] + 0x1p-16) - moved.rate[l]);
    }
}

template <int Lanes>
LOCKSTEP_HD void add_slopes(american_inputs<Lanes> const& in, put_values<Lanes> const& at,
                            american_values<Lanes>& v) {
    LOCKSTEP_LANES
    for (int l = 0; l < Lanes; ++l) {
        bool const put = (in.flags[l] & option_flag::put) != 0;
        double const u = in.underlying[l];
        double const inverse = u > 0.0 ? 1.0 / u : 0.0;
        // The value is homogeneous in spot and strike.
        double const moved = in.strike[l] * inverse;
        double const of_call = fused(-moved, at.slope[l], at.price[l] * inverse);
        v.delta[l] = put ? at.slope[l] : of_call;
        v.gamma[l] = put ? at.curve[l] : at.curve[l] * moved * moved;
        v.theta[l] = 0.0 - at.growth[l];
    }
}

}  // namespace detail

/// Values linear American options (the flag `inverse` is not looked at): price and delta by the
/// formula, theta by a difference of the premium, gamma by the equation that the value obeys (both
/// zero where it is to be exercised), vega and rho by differences of whole valuations; rho at a
/// fixed spot, or at a fixed forward. At option_depth::price the price alone is computed. With a
/// fault all values are zero.
template <option_depth Depth, int Lanes>
LOCKSTEP_HD void value_american(american_inputs<Lanes> const& in, american_values<Lanes>& v) {
    constexpr bool greeks = Depth != option_depth::price;
    american_inputs<Lanes> usable = in;
    for (int l = 0; l < Lanes; ++l) {
        v.faults[l] = detail::input_faults({in.underlying[l], in.strike[l], in.time[l], in.rate[l],
                                            in.dividend[l], in.vol[l], in.flags[l]});
        if (v.faults[l] == 0) continue;
        usable.underlying[l] = usable.strike[l] = usable.time[l] = usable.vol[l] = 0.0;
        usable.rate[l] = usable.dividend[l] = 0.0;
    }
    detail::american_puts<Lanes> const p = detail::puts_of(usable, usable);
    detail::put_values<Lanes> const at = detail::value_puts<greeks>(p);
    for (int l = 0; l < Lanes; ++l) {
        v.price[l] = at.price[l];
        v.delta[l] = v.gamma[l] = v.vega[l] = v.theta[l] = v.rho[l] = 0.0;
        v.region[l] = static_cast<std::uint64_t>(detail::region_of(p.rate[l], p.yield[l]));
    }
    if constexpr (greeks) {
        detail::add_slopes(usable, at, v);
        detail::add_differences(usable, at, v);
    }
    for (int l = 0; l < Lanes; ++l) {
        double const trace = (v.price[l] + v.delta[l] + v.gamma[l]) * 0.0 +
                             (v.vega[l] + v.theta[l] + v.rho[l]) * 0.0;
        if (v.faults[l] == 0 && trace != 0.0)
            v.faults[l] = detail::fault(option_status::value_is_not_finite);
        if (v.faults[l] != 0)
            v.price[l] = v.delta[l] = v.gamma[l] = v.vega[l] = v.theta[l] = v.rho[l] = 0.0;
    }
}

/// The same for one option.
LOCKSTEP_HD american_valuation value_american(option_inputs const& in, option_depth depth) {
    american_inputs<1> const one{{in.underlying}, {in.strike}, {in.time}, {in.rate},
                                 {in.dividend},   {in.vol},    {in.flags}};
    american_values<1> v;
    if (depth == option_depth::price)
        value_american<option_depth::price>(one, v);
    else
        value_american<option_depth::first_greeks>(one, v);
    return {v.price[0],
            v.delta[0],
            v.gamma[0],
            v.vega[0],
            v.theta[0],
            v.rho[0],
            static_cast<exercise_region>(v.region[0]),
            v.faults[0]};
}

}  // namespace lockstep

// American options on a spot with a yield, or on a forward: the European value and the premium of
// early exercise, whose boundary american_boundary.h finds. A call is a put with asset and strike,
// rate and yield exchanged.
//
// On the grid of Andersen, Lake and Offengenden (K = 100, vol 10 % to 60 %, up to a year) the error
// is 2e-6, root mean square, and 2e-5 at most; elsewhere in that range it can be 6e-5. With vols of
// 4 % to 6 %, beyond which the drift goes, it is 1e-5 and 2e-4; with two boundaries 1e-4; with
// rates of 1,000 % 1e-5 of the strike, with total vols of 2,000 % 7e-5.
#pragma once

#include "pricing/model/american_premium.h"

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

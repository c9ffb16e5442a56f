// The vol at which an American option is worth its price.
//
// The value rises with the vol, from that of the best fixed time of exercise, which is the floor.
// What is left above the floor is compared as a logarithm, and the logarithm of the total vol is
// sought between 1/512 and 8 by Chandrupatla's method (1997): inverse quadratic interpolation where
// three points allow it, else a bisection, so that the bracket always shrinks. Many options at
// once; a lane that is done waits for the others and does not change.
#pragma once

#include "pricing/model/american.h"
#include "pricing/model/implied_vol.h"

namespace lockstep {

/// Options whose vol is sought. Flags: option_flag::put, option_flag::spot.
template <int Lanes>
struct american_quotes {
    double underlying[Lanes], strike[Lanes], time[Lanes], rate[Lanes], dividend[Lanes];
    double price[Lanes];
    std::uint64_t flags[Lanes];
};

template <int Lanes>
struct american_vols {
    double vol[Lanes];    // zero unless computed
    double error[Lanes];  // what the rounding of the price and of its legs leaves undecided
    std::uint64_t faults[Lanes];
};

namespace detail {

inline constexpr double log_total_vol_min = -0x1.8f40b5ed9812dp+2;  // ln(1/512)
inline constexpr double log_total_vol_max = 0x1.0a2b23f3bab73p+1;   // ln 8
inline constexpr int vol_search_steps = 64;

/// A search for one zero of a rising function of x.
struct zero_search {
    double a, at_a;  // the last point
    double b, at_b;  // the other end of the bracket
    double c, at_c;  // the point before
    double part;     // of the way from a to b, where the next point lies
    bool done;
};

LOCKSTEP_HD zero_search advanced(zero_search const& s, double x, double at_x) {
    zero_search n = s;
    bool const same_side = (at_x < 0.0) == (s.at_a < 0.0);
    n.c = same_side ? s.a : s.b;
    n.at_c = same_side ? s.at_a : s.at_b;
    n.b = same_side ? s.b : s.a;
    n.at_b = same_side ? s.at_b : s.at_a;
    n.a = x;
    n.at_a = at_x;
    double const width = n.b < n.a ? n.a - n.b : n.b - n.a;
    double const least = 0x1p-51 / width;
    n.done = either(least > 0.5, at_x == 0.0);
    double const xi = (n.a - n.b) / (n.c - n.b);
    double const phi = (n.at_a - n.at_b) / (n.at_c - n.at_b);
    double const quadratic =
        n.at_a / (n.at_b - n.at_a) * (n.at_c / (n.at_b - n.at_c)) +
        (n.c - n.a) / (n.b - n.a) * (n.at_a / (n.at_c - n.at_a)) * (n.at_b / (n.at_c - n.at_b));
    bool const usable = both(phi * phi < xi, (1.0 - phi) * (1.0 - phi) < 1.0 - xi);
    double part = usable ? quadratic : 0.5;
    part = part > least ? part : least;  // also where it is not a number
    n.part = part < 1.0 - least ? part : 1.0 - least;
    return n;
}

/// Inputs that no vol can be sought for, in the words of implied_vol_status.
template <int Lanes>
LOCKSTEP_HD std::uint64_t quote_faults(american_quotes<Lanes> const& in, int l) {
    using enum implied_vol_status;
    auto const positive = [](double x) { return both(x >= normal_min, finite(x)); };
    std::uint64_t faults = 0;
    faults |= positive(in.underlying[l]) ? 0 : fault(forward_is_not_usable);
    faults |= positive(in.strike[l]) ? 0 : fault(strike_is_not_usable);
    faults |= finite_and_not_negative(in.time[l]) ? 0 : fault(time_is_not_finite_or_negative);
    faults |= finite_and_not_negative(in.price[l]) ? 0 : fault(price_is_not_finite_or_negative);
    faults |= both(finite(in.rate[l]), finite(in.dividend[l]))
                  ? 0
                  : fault(discount_is_not_finite_or_not_positive);
    faults |= in.time[l] >= time_min ? 0 : fault(no_time);
    return faults;
}

/// The quotes as puts, harmless where there is a fault; vols are left open.
template <int Lanes>
LOCKSTEP_HD american_puts<Lanes> puts_of(american_quotes<Lanes> const& in,
                                         std::uint64_t const* faults) {
    american_puts<Lanes> p;
    for (int l = 0; l < Lanes; ++l) {
        bool const put = (in.flags[l] & option_flag::put) != 0;
        double const yield = (in.flags[l] & option_flag::spot) != 0 ? in.dividend[l] : in.rate[l];
        bool const usable = faults[l] == 0;
        double const first = put ? in.underlying[l] : in.strike[l];
        double const second = put ? in.strike[l] : in.underlying[l];
        p.spot[l] = usable ? first : 1.0;
        p.strike[l] = usable ? second : 1.0;
        p.time[l] = usable ? in.time[l] : 1.0;
        double const rate = put ? in.rate[l] : yield;
        double const other = put ? yield : in.rate[l];
        p.rate[l] = usable ? rate : 0.0;
        p.yield[l] = usable ? other : 0.0;
    }
    return p;
}

/// Values at the total vols exp(x).
template <int Lanes>
LOCKSTEP_HD put_values<Lanes> value_at(american_puts<Lanes>& p, double const* x) {
    for (int l = 0; l < Lanes; ++l) {
        p.vol[l] = exponential(x[l]) / square_root(p.time[l]);
        p.smooth[l] = settles_by_fp_a(p.time[l], p.rate[l], p.yield[l], p.vol[l]);
    }
    return value_puts<false>(p);
}

/// ln of what is above the floor, as far as doubles show it.
LOCKSTEP_HD double log_above(double price, double floor) {
    double const above = price - floor;
    return above > 0x1p-1000 ? logarithm(above) : -1000.0;
}

/// What is evaluated next, for all lanes alike.
enum class vol_stage { high_end, between, above, below, finished };

/// The search, and the statuses that it finds.
template <int Lanes>
struct vol_search {
    double floor[Lanes], wanted[Lanes], slack[Lanes];
    zero_search zero[Lanes] = {};
    double dearer[Lanes] = {};  // the value a little above the vol that was found
    int steps = 0;

    LOCKSTEP_HD double point(vol_stage stage, int l) const {
        zero_search const& z = zero[l];
        if (stage == vol_stage::high_end) return log_total_vol_max;
        if (stage == vol_stage::above) return z.a + 0x1p-12;
        if (stage == vol_stage::below) return z.a - 0x1p-12;
        return z.done ? z.a : fused(z.part, z.b - z.a, z.a);
    }

    LOCKSTEP_HD void take(vol_stage stage, double price, double x, int l, american_vols<Lanes>& v,
                          american_quotes<Lanes> const& in) {
        using enum implied_vol_status;
        double const at = log_above(price, floor[l]) - wanted[l];
        zero_search& z = zero[l];
        if (stage == vol_stage::high_end) {
            // At the other end the value is taken for the floor.
            double const low = -1000.0 - wanted[l];
            z = {x, at, log_total_vol_min, low, log_total_vol_min, low, 0.5, false};
            if (in.price[l] >= price) v.faults[l] |= fault(above_maximum);
            z.done = v.faults[l] != 0;
        } else if (stage == vol_stage::between) {
            if (!z.done) z = advanced(z, x, at);
        } else if (stage == vol_stage::above) {
            dearer[l] = price;
        } else {
            v.vol[l] = exponential(z.a) / square_root(in.time[l]);
            double const vega = (dearer[l] - price) / (v.vol[l] * 0x1p-11);
            double const of_price = (half_ulp(in.price[l]) + slack[l]) / vega;
            double const of_vol = half_ulp(v.vol[l]);
            v.error[l] = of_price > of_vol ? of_price : of_vol;
            bool const found = both(vega > 0.0, z.a > log_total_vol_min + 0x1p-20);
            v.faults[l] |= found ? 0 : fault(underflow);
        }
    }

    LOCKSTEP_HD vol_stage after(vol_stage stage) {
        if (stage == vol_stage::above) return vol_stage::below;
        if (stage == vol_stage::below) return vol_stage::finished;
        bool done = true;
        for (int l = 0; l < Lanes; ++l) done = done && zero[l].done;
        return done || steps++ == vol_search_steps ? vol_stage::above : vol_stage::between;
    }
};

}  // namespace detail

/// The vols that give the prices, with the statuses of European ones: below_intrinsic speaks of the
/// floor, underflow of a price that total vols below 1/512 give, above_maximum of one that a total
/// vol of 8 does not reach.
template <int Lanes>
LOCKSTEP_HD void american_implied_vol(american_quotes<Lanes> const& in, american_vols<Lanes>& v) {
    using enum implied_vol_status;
    for (int l = 0; l < Lanes; ++l) v.faults[l] = detail::quote_faults(in, l);
    detail::american_puts<Lanes> p = detail::puts_of(in, v.faults);
    detail::vol_search<Lanes> search;
    for (int l = 0; l < Lanes; ++l) {
        double const floor =
            detail::certain_put(p.spot[l], p.strike[l], p.time[l], p.rate[l], p.yield[l]).price;
        search.floor[l] = floor;
        search.slack[l] = 0x1p-52 * (p.spot[l] + p.strike[l]);
        search.wanted[l] = detail::log_above(in.price[l], floor);
        std::uint64_t found = 0;
        found |= in.price[l] < floor + search.slack[l] ? detail::fault(underflow) : 0;
        found |= in.price[l] < floor - search.slack[l] ? detail::fault(below_intrinsic) : 0;
        v.faults[l] |= v.faults[l] == 0 ? found : 0;
    }
    for (auto stage = detail::vol_stage::high_end; stage != detail::vol_stage::finished;) {
        double x[Lanes];
        for (int l = 0; l < Lanes; ++l) x[l] = search.point(stage, l);
        detail::put_values<Lanes> const value = detail::value_at(p, x);
        for (int l = 0; l < Lanes; ++l) search.take(stage, value.price[l], x[l], l, v, in);
        stage = search.after(stage);
    }
    for (int l = 0; l < Lanes; ++l) {
        v.vol[l] = v.faults[l] == 0 ? v.vol[l] : 0.0;
        v.error[l] = v.faults[l] == 0 ? v.error[l] : 0.0;
    }
}

}  // namespace lockstep

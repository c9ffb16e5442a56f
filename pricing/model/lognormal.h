// One lognormal asset, as every payoff beyond the plain option sees it: what comes in, what goes
// out, and the words in which their formulas are written.
//
// The formulas are templates over their number and run on jets (pricing/base/jet.h): what they give
// is a price and its exact derivatives. A total vol below 2^-20 is 2^-20, which moves a price by
// less than half a millionth of the spot, and a time below 2^-60 years is 2^-60.
#pragma once

#include "pricing/base/jet.h"
#include "pricing/model/black.h"
#include "pricing/model/option.h"
#include "pricing/model/payoff_status.h"

namespace lockstep {

/// Greeks per 1.00 of the input (vol, rate) and per year; theta is forward in calendar time.
struct payoff_value {
    double price, delta, gamma, vega, theta, rho;
    payoff_status status;
};

/// A spot with a yield, or a forward to the payoff's end.
struct asset_inputs {
    double underlying;
    double time;      // years
    double rate;      // continuously compounded
    double dividend;  // yield of a spot; not looked at on a forward
    double vol;
    std::uint8_t flags;  // option_flag::put, option_flag::spot
};

/// Directions of an asset's jets.
namespace along {
inline constexpr int underlying = 0, vol = 1, time = 2, rate = 3;
}
using asset_number = jet<4, 1>;

/// An asset in the words of the formulas. A forward has no carry, whatever the rate.
template <class NumberT>
struct lognormal_asset {
    NumberT spot, time, rate, carry, vol;
};

namespace detail {

inline constexpr double payoff_time_min = 0x1p-60;
inline constexpr double payoff_total_vol_min = 0x1p-20;

LOCKSTEP_HD bool is_positive(double x) { return x >= 0x1p-1022 && x < infinity; }
LOCKSTEP_HD bool is_not_negative(double x) { return x >= 0.0 && x < infinity; }

LOCKSTEP_HD payoff_status asset_refusal(asset_inputs const& in) {
    using enum payoff_status;
    if (!is_positive(in.underlying)) return underlying_is_not_positive;
    if (!is_not_negative(in.time)) return time_is_not_finite_or_negative;
    if (!is_not_negative(in.vol)) return vol_is_not_finite_or_negative;
    if (!finite(in.rate)) return rate_is_not_finite;
    bool const spot = (in.flags & option_flag::spot) != 0;
    if (spot && !finite(in.dividend)) return dividend_is_not_finite;
    return computed;
}

template <class NumberT>
LOCKSTEP_HD NumberT at_least(NumberT const& x, double least) {
    return value_of(x) > least ? x : NumberT(least);
}

/// The asset with its edges resolved; its inputs have been checked.
LOCKSTEP_HD lognormal_asset<asset_number> asset_of(asset_inputs const& in) {
    bool const spot = (in.flags & option_flag::spot) != 0;
    lognormal_asset<asset_number> a;
    a.spot = asset_number::input(in.underlying, along::underlying);
    a.time = at_least(asset_number::input(in.time, along::time), payoff_time_min);
    a.rate = asset_number::input(in.rate, along::rate);
    a.carry = spot ? a.rate - in.dividend : asset_number(0.0);
    a.vol = at_least(asset_number::input(in.vol, along::vol),
                     payoff_total_vol_min / square_root(a.time.value));
    return a;
}

LOCKSTEP_HD payoff_value refused(payoff_status status) {
    return {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, status};
}

/// Reads a price and its Greeks off a jet.
LOCKSTEP_HD payoff_value value_from(asset_number const& v) {
    payoff_value r{v.value,
                   v.slope[along::underlying],
                   v.bend[along::underlying],
                   v.slope[along::vol],
                   -v.slope[along::time],
                   v.slope[along::rate],
                   payoff_status::computed};
    double const trace = (r.price + r.delta + r.gamma) * 0.0 + (r.vega + r.theta + r.rho) * 0.0;
    return trace == 0.0 ? r : refused(payoff_status::value_is_not_finite);
}

/// A price that rounding has taken below zero is zero; its Greeks stay.
template <class NumberT>
LOCKSTEP_HD NumberT not_below_zero(NumberT x) {
    if (value_of(x) < 0.0) x = x - value_of(x);
    return x;
}

}  // namespace detail

/// exp(-r T), and the present value exp((b - r) T) of one unit of the asset at the end.
template <class NumberT>
LOCKSTEP_HD NumberT discount_of(lognormal_asset<NumberT> const& a) {
    return exponential(-(a.rate * a.time));
}
template <class NumberT>
LOCKSTEP_HD NumberT asset_discount_of(lognormal_asset<NumberT> const& a) {
    return exponential((a.carry - a.rate) * a.time);
}
template <class NumberT>
LOCKSTEP_HD NumberT total_vol_of(lognormal_asset<NumberT> const& a) {
    return a.vol * square_root(a.time);
}

/// The right to have one leg for the other: a N(d1) - b N(d2), d1 = ln(a / b) / s + s / 2, or with
/// `put` the other way round (Black 1976, Margrabe 1978). a and b are present values.
template <class NumberT>
LOCKSTEP_HD NumberT exchange_of_legs(NumberT const& a, NumberT const& b, NumberT const& s,
                                     bool put) {
    NumberT const d1 = logarithm(a / b) / s + 0.5 * s;
    NumberT const d2 = d1 - s;
    NumberT const value =
        put ? b * normal_cdf(-d2) - a * normal_cdf(-d1) : a * normal_cdf(d1) - b * normal_cdf(d2);
    return detail::not_below_zero(value);
}

}  // namespace lockstep

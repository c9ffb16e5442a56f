// Options on the highest or lowest spot until expiry, continuously watched. Floating strike:
// Goldman, Sosin and Gatto, "Path Dependent Options: Buy at the Low, Sell at the High" (1979);
// fixed strike: Conze and Viswanathan, "Path Dependent Options: The Case of Lookback Options"
// (1991).
//
// All four rest on what the extreme will be worth beyond a level X that it has not passed:
//   above(X) = exp(-r T) E[(max - X)+]  for X >= S,   below(X) = exp(-r T) E[(X - min)+]  for X <=
//   S fixed call = exp(-r T) (M - K)+ + above(max(M, K))      floating put = M exp(-r T) - S exp(-q
//   T) + above(M) fixed put  = exp(-r T) (K - m)+ + below(min(m, K))     floating call = S exp(-q
//   T) - m exp(-r T) + below(m)
// where M and m are the extremes so far.
#pragma once

#include "pricing/model/lognormal.h"

namespace lockstep {

enum class lookback_kind : std::uint8_t { fixed_strike = 0, floating_strike };

struct lookback_inputs {
    asset_inputs asset;
    double strike;   // fixed strike only
    double extreme;  // so far: the maximum (fixed call, floating put), else the minimum
    lookback_kind kind;
};

namespace detail {

/// The call on the asset, up to the term that the extreme adds, both in units of exp(-r T), for
/// side +1; the put for side -1. In Haug's notation the added term is
///   S (vol^2 / 2b) (exp(b T) N(side d) - (S/X)^(-2b/vol^2) N(side (d - 2 b sqrt(T) / vol))) side.
template <class NumberT>
LOCKSTEP_HD NumberT extreme_term(lognormal_asset<NumberT> const& a, NumberT const& level,
                                 NumberT const& carry, double side) {
    NumberT const s = total_vol_of(a);
    NumberT const ratio = 2.0 * carry / (a.vol * a.vol);
    NumberT const x = logarithm(a.spot / level);
    NumberT const d = (x + carry * a.time) / s + 0.5 * s;
    NumberT const grown = exponential_normal(carry * a.time, side * d);
    NumberT const turned = exponential_normal(-(ratio * x), side * (d - ratio * s));
    return side * a.spot * (grown - turned) / ratio;
}

/// A carry that changes nothing by more than a thousandth, over the time or against the vol.
template <class NumberT>
LOCKSTEP_HD double carry_unit(lognormal_asset<NumberT> const& a) {
    double const variance = value_of(a.vol) * value_of(a.vol);
    return 0.0005 * variance / (1.0 + 0.5 * variance * value_of(a.time));
}

/// The same where the carry is all but nothing: both parts then cancel to leave a quotient that is
/// smooth in the carry, so it is interpolated between four carries around zero (Lagrange).
template <class NumberT>
LOCKSTEP_HD NumberT extreme_term_near_no_carry(lognormal_asset<NumberT> const& a,
                                               NumberT const& level, double side) {
    double const unit = carry_unit(a);
    NumberT const c = a.carry / unit;
    NumberT const at_3 = extreme_term(a, level, NumberT(3.0 * unit), side);
    NumberT const at_1 = extreme_term(a, level, NumberT(unit), side);
    NumberT const at_minus_1 = extreme_term(a, level, NumberT(-unit), side);
    NumberT const at_minus_3 = extreme_term(a, level, NumberT(-3.0 * unit), side);
    NumberT const inner = c * c - 1.0;
    NumberT const outer = 9.0 - c * c;
    return (inner * ((3.0 + c) * at_3 + (3.0 - c) * at_minus_3) / 3.0 +
            outer * ((1.0 + c) * at_1 + (1.0 - c) * at_minus_1)) /
           16.0;
}

/// above(X) for side +1, below(X) for side -1.
template <class NumberT>
LOCKSTEP_HD NumberT beyond(lognormal_asset<NumberT> const& a, NumberT const& level, double side) {
    double const units = value_of(a.carry) / carry_unit(a);
    bool const small = units < 3.0 && units > -3.0;
    NumberT const extra =
        small ? extreme_term_near_no_carry(a, level, side) : extreme_term(a, level, a.carry, side);
    NumberT const plain = exchange_of_legs(a.spot * asset_discount_of(a), level * discount_of(a),
                                           total_vol_of(a), side < 0.0);
    return plain + discount_of(a) * extra;
}

LOCKSTEP_HD payoff_status lookback_refusal(lookback_inputs const& in) {
    using enum payoff_status;
    if (in.kind > lookback_kind::floating_strike) return kind_is_unknown;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    bool const fixed = in.kind == lookback_kind::fixed_strike;
    if (fixed && !is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    bool const put = (in.asset.flags & option_flag::put) != 0;
    bool const maximum = fixed != put;
    if (!is_positive(in.extreme)) return extreme_is_on_the_wrong_side;
    bool const apart =
        maximum ? in.extreme >= in.asset.underlying : in.extreme <= in.asset.underlying;
    return apart ? computed : extreme_is_on_the_wrong_side;
}

}  // namespace detail

template <class NumberT>
LOCKSTEP_HD NumberT lookback_price(lognormal_asset<NumberT> const& a, lookback_kind kind, bool put,
                                   double strike, double extreme) {
    NumberT const discount = discount_of(a);
    if (kind == lookback_kind::floating_strike) {
        double const side = put ? 1.0 : -1.0;
        NumberT const now = side * (extreme * discount - a.spot * asset_discount_of(a));
        return detail::not_below_zero(now + detail::beyond(a, NumberT(extreme), side));
    }
    double const side = put ? -1.0 : 1.0;
    double const gained = side * (extreme - strike);
    if (gained > 0.0) return gained * discount + detail::beyond(a, NumberT(extreme), side);
    return detail::not_below_zero(detail::beyond(a, NumberT(strike), side));
}

LOCKSTEP_HD payoff_value value_lookback(lookback_inputs const& in) {
    payoff_status const status = detail::lookback_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    return detail::value_from(
        lookback_price(detail::asset_of(in.asset), in.kind, put, in.strike, in.extreme));
}

}  // namespace lockstep

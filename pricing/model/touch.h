// Cash for touching a level, or for never touching it: one-touch and no-touch, continuously
// watched. Rubinstein and Reiner, "Unscrambling the Binary Code" (1991); in the letters of Haug's
// barrier section F (paid at the touch) and E (paid at expiry).
//
// A level watched at m equally spaced dates only is moved away from the spot by exp(0.5826 vol
// sqrt(T/m)), -zeta(1/2) / sqrt(2 pi): Broadie, Glasserman and Kou, "A Continuity Correction for
// Discrete Barrier Options" (1997), theorem 1.1.
#pragma once

#include "pricing/model/lognormal.h"

namespace lockstep {

enum class touch_kind : std::uint8_t {
    paid_at_touch = 0,
    paid_at_expiry,  // if touched
    no_touch,        // paid at expiry, if not
};

/// Where a barrier lies from the spot.
enum class barrier_side : std::uint8_t { below = 0, above = 1 };

struct touch_inputs {
    asset_inputs asset;
    double barrier;
    double cash;
    double monitoring;  // dates on which the level is watched; 0: always
    touch_kind kind;
    barrier_side side;
};

namespace detail {

inline constexpr double monitoring_shift = 0x1.2a4a2cb82e62dp-1;  // -zeta(1/2) / sqrt(2 pi)

LOCKSTEP_HD bool is_a_count(double x) {
    return x >= 0.0 && x <= 0x1p31 && static_cast<double>(static_cast<std::uint64_t>(x)) == x;
}

/// True when the spot stands on the barrier or beyond it.
LOCKSTEP_HD bool is_touched(double spot, double barrier, barrier_side side) {
    return side == barrier_side::below ? spot <= barrier : spot >= barrier;
}

LOCKSTEP_HD payoff_status barrier_refusal(double barrier, double monitoring) {
    using enum payoff_status;
    if (!is_positive(barrier)) return barrier_is_not_positive;
    return is_a_count(monitoring) ? computed : monitoring_is_not_a_count;
}

LOCKSTEP_HD payoff_status touch_refusal(touch_inputs const& in) {
    using enum payoff_status;
    if (in.kind > touch_kind::no_touch || in.side > barrier_side::above) return kind_is_unknown;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset != computed) return asset;
    if (!finite(in.cash)) return amount_is_not_finite;
    return barrier_refusal(in.barrier, in.monitoring);
}

/// The barrier that, watched always, is worth what this one is on its dates.
template <class NumberT>
LOCKSTEP_HD NumberT watched_always(lognormal_asset<NumberT> const& a, double barrier,
                                   double monitoring, barrier_side side) {
    if (monitoring == 0.0) return NumberT(barrier);
    NumberT const shift = monitoring_shift / square_root(monitoring) * total_vol_of(a);
    return barrier * exponential(side == barrier_side::below ? -shift : shift);
}

/// What the reflections in a barrier H are made of: mu = b / vol^2 - 1/2 and ln(H/S).
template <class NumberT>
struct reflection {
    NumberT s, variance, mu, to_barrier;
    double eta;  // +1 below the spot, -1 above it
};
template <class NumberT>
LOCKSTEP_HD reflection<NumberT> reflect(lognormal_asset<NumberT> const& a, NumberT const& barrier,
                                        barrier_side side) {
    reflection<NumberT> r;
    r.s = total_vol_of(a);
    r.variance = a.vol * a.vol;
    r.mu = a.carry / r.variance - 0.5;
    r.to_barrier = logarithm(barrier / a.spot);
    r.eta = side == barrier_side::below ? 1.0 : -1.0;
    return r;
}

/// The present value of 1 at expiry, if the level has not been touched.
template <class NumberT>
LOCKSTEP_HD NumberT untouched(lognormal_asset<NumberT> const& a, reflection<NumberT> const& r) {
    NumberT const drift = r.mu * r.s;
    NumberT const x = r.eta * (drift - r.to_barrier / r.s);
    NumberT const y = r.eta * (drift + r.to_barrier / r.s);
    NumberT const here = normal_cdf(x);
    NumberT const image = exponential_normal(2.0 * r.mu * r.to_barrier, y);
    return discount_of(a) * not_below_zero(here - image);
}

/// The present value of 1 at expiry, if it has.
template <class NumberT>
LOCKSTEP_HD NumberT touched_by_expiry(lognormal_asset<NumberT> const& a,
                                      reflection<NumberT> const& r) {
    NumberT const drift = r.mu * r.s;
    NumberT const x = r.eta * (drift - r.to_barrier / r.s);
    NumberT const y = r.eta * (drift + r.to_barrier / r.s);
    return discount_of(a) * (normal_cdf(-x) + exponential_normal(2.0 * r.mu * r.to_barrier, y));
}

/// The value of 1 at the moment of the touch. mu^2 + 2 r / vol^2 must not be negative.
template <class NumberT>
LOCKSTEP_HD NumberT touch_at_once(lognormal_asset<NumberT> const& a, reflection<NumberT> const& r) {
    // Even in lambda, so smooth in its square, whose slope a root of zero would lose.
    NumberT const square = r.mu * r.mu + 2.0 * a.rate / r.variance;
    constexpr double too_small = 0x1p-44;
    NumberT const lambda = square_root(value_of(square) < too_small ? square + too_small : square);
    NumberT const z = r.to_barrier / r.s;
    NumberT const far = lambda * r.s;
    return exponential_normal((r.mu + lambda) * r.to_barrier, r.eta * (z + far)) +
           exponential_normal((r.mu - lambda) * r.to_barrier, r.eta * (z - far));
}

/// False where touch_at_once has no real powers.
template <class NumberT>
LOCKSTEP_HD bool touch_has_powers(lognormal_asset<NumberT> const& a) {
    double const variance = value_of(a.vol) * value_of(a.vol);
    double const mu = value_of(a.carry) / variance - 0.5;
    return mu * mu + 2.0 * value_of(a.rate) / variance >= 0.0;
}

}  // namespace detail

template <class NumberT>
LOCKSTEP_HD NumberT touch_price(lognormal_asset<NumberT> const& a, touch_kind kind,
                                NumberT const& barrier, barrier_side side) {
    detail::reflection<NumberT> const r = detail::reflect(a, barrier, side);
    if (kind == touch_kind::no_touch) return detail::untouched(a, r);
    if (kind == touch_kind::paid_at_expiry) return detail::touched_by_expiry(a, r);
    return detail::touch_at_once(a, r);
}

LOCKSTEP_HD payoff_value value_touch(touch_inputs const& in) {
    payoff_status const status = detail::touch_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    lognormal_asset<asset_number> const a = detail::asset_of(in.asset);
    if (detail::is_touched(in.asset.underlying, in.barrier, in.side)) {
        asset_number const paid = in.kind == touch_kind::paid_at_touch ? asset_number(1.0)
                                  : in.kind == touch_kind::no_touch    ? asset_number(0.0)
                                                                       : discount_of(a);
        return detail::value_from(in.cash * paid);
    }
    if (in.kind == touch_kind::paid_at_touch && !detail::touch_has_powers(a))
        return detail::refused(payoff_status::rate_is_too_negative);
    asset_number const barrier = detail::watched_always(a, in.barrier, in.monitoring, in.side);
    return detail::value_from(in.cash * touch_price(a, in.kind, barrier, in.side));
}

}  // namespace lockstep

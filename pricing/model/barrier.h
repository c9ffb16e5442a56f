// Single-barrier options with a rebate: Reiner and Rubinstein, "Breaking Down the Barriers" (1991).
//
// Their eight cases are one: the payoff against the density of the spots that end alive, which is
// that of all paths less that of their image, which starts at H^2/S with weight (H/S)^(2 mu). With
// G(x; low, high) the value of the payoff between two levels for a spot x, and (low, high) the part
// of the payoff on the spot's side of the barrier,
//   out = G(S; low, high) - (H/S)^(2 mu) G(H^2/S; low, high)
//   in  = G(S; the rest)  + (H/S)^(2 mu) G(H^2/S; low, high).
// A knock-out pays its rebate at the touch, a knock-in pays it at expiry if it never came alive.
#pragma once

#include "pricing/model/touch.h"

namespace lockstep {

enum class barrier_kind : std::uint8_t { down_out = 0, down_in, up_out, up_in };

struct barrier_inputs {
    asset_inputs asset;
    double strike;
    double barrier;
    double rebate;
    double monitoring;  // dates on which the barrier is watched; 0: always
    barrier_kind kind;
};

LOCKSTEP_HD constexpr barrier_side side_of(barrier_kind kind) {
    return kind == barrier_kind::down_out || kind == barrier_kind::down_in ? barrier_side::below
                                                                           : barrier_side::above;
}
LOCKSTEP_HD constexpr bool knocks_in(barrier_kind kind) {
    return kind == barrier_kind::down_in || kind == barrier_kind::up_in;
}

namespace detail {

/// Levels between which a payoff is taken, one of them or both.
template <class NumberT>
struct level_range {
    NumberT low, high;
    bool has_low, has_high;
};

/// exp(log_weight) times the present value of side (S - K) between two levels, for a spot whose
/// logarithm is `log_spot`.
template <class NumberT>
LOCKSTEP_HD NumberT payoff_between(lognormal_asset<NumberT> const& a, double side, double strike,
                                   NumberT const& log_weight, NumberT const& log_spot,
                                   level_range<NumberT> const& range) {
    NumberT const s = total_vol_of(a);
    NumberT const half = 0.5 * s;
    NumberT const forward = log_spot + a.carry * a.time;
    NumberT const asset_weight = log_weight + forward - a.rate * a.time;
    NumberT const cash_weight = log_weight - a.rate * a.time;
    NumberT const low_d = range.has_low ? (forward - logarithm(range.low)) / s : NumberT(0.0);
    NumberT const high_d = range.has_high ? (forward - logarithm(range.high)) / s : NumberT(0.0);
    // Phi counts what lies above a level; or what lies below it, where both are below the mean.
    bool const from_below = range.has_high && (!range.has_low || value_of(high_d) > 0.0);
    double const turn = from_below ? -1.0 : 1.0;
    NumberT asset(0.0), cash(0.0);
    if (range.has_low) {
        asset = turn * exponential_normal(asset_weight, turn * (low_d + half));
        cash = turn * exponential_normal(cash_weight, turn * (low_d - half));
    }
    if (range.has_high) {
        asset = asset - turn * exponential_normal(asset_weight, turn * (high_d + half));
        cash = cash - turn * exponential_normal(cash_weight, turn * (high_d - half));
    }
    return side * (asset - strike * cash);
}

LOCKSTEP_HD payoff_status barrier_option_refusal(barrier_inputs const& in) {
    using enum payoff_status;
    if (in.kind > barrier_kind::up_in) return kind_is_unknown;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    if (!finite(in.rebate)) return amount_is_not_finite;
    return barrier_refusal(in.barrier, in.monitoring);
}

template <class NumberT>
LOCKSTEP_HD NumberT plain_option(lognormal_asset<NumberT> const& a, double strike, bool put) {
    return exchange_of_legs(a.spot * asset_discount_of(a), strike * discount_of(a), total_vol_of(a),
                            put);
}

/// The part of the payoff on the spot's side of the barrier (alive), and the rest of it.
template <class NumberT>
struct split_payoff {
    level_range<NumberT> alive, rest;
    bool has_alive, has_rest;
};
template <class NumberT>
LOCKSTEP_HD split_payoff<NumberT> split_at(NumberT const& barrier, double strike, bool put,
                                           barrier_side side) {
    NumberT const k(strike), none(0.0);
    bool const above_strike = value_of(barrier) > strike;
    // The payoff as two pieces, below and above the barrier.
    level_range<NumberT> const lower =
        put ? level_range<NumberT>{none, above_strike ? k : barrier, false, true}
            : level_range<NumberT>{k, barrier, true, true};
    level_range<NumberT> const upper =
        put ? level_range<NumberT>{barrier, k, true, true}
            : level_range<NumberT>{above_strike ? barrier : k, none, true, false};
    bool const has_lower = put || above_strike;
    bool const has_upper = !put || !above_strike;
    if (side == barrier_side::below) return {upper, lower, has_upper, has_lower};
    return {lower, upper, has_lower, has_upper};
}

}  // namespace detail

/// The option without its rebate; the spot has not touched the barrier.
template <class NumberT>
LOCKSTEP_HD NumberT barrier_price(lognormal_asset<NumberT> const& a, barrier_kind kind, bool put,
                                  double strike, NumberT const& barrier) {
    barrier_side const side = side_of(kind);
    double const sign = put ? -1.0 : 1.0;
    detail::reflection<NumberT> const r = detail::reflect(a, barrier, side);
    auto const parts = detail::split_at(barrier, strike, put, side);
    NumberT const log_spot = logarithm(a.spot);
    NumberT const image = parts.has_alive
                              ? detail::payoff_between(a, sign, strike, 2.0 * r.mu * r.to_barrier,
                                                       log_spot + 2.0 * r.to_barrier, parts.alive)
                              : NumberT(0.0);
    bool const in = knocks_in(kind);
    bool const has = in ? parts.has_rest : parts.has_alive;
    NumberT const direct = has ? detail::payoff_between(a, sign, strike, NumberT(0.0), log_spot,
                                                        in ? parts.rest : parts.alive)
                               : NumberT(0.0);
    return detail::not_below_zero(in ? direct + image : direct - image);
}

LOCKSTEP_HD payoff_value value_barrier(barrier_inputs const& in) {
    payoff_status const status = detail::barrier_option_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    lognormal_asset<asset_number> const a = detail::asset_of(in.asset);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    bool const knock_in = knocks_in(in.kind);
    barrier_side const side = side_of(in.kind);
    if (detail::is_touched(in.asset.underlying, in.barrier, side))
        return detail::value_from(knock_in ? detail::plain_option(a, in.strike, put)
                                           : asset_number(in.rebate));
    asset_number const barrier = detail::watched_always(a, in.barrier, in.monitoring, side);
    asset_number v = barrier_price(a, in.kind, put, in.strike, barrier);
    if (in.rebate != 0.0) {
        touch_kind const paid = knock_in ? touch_kind::no_touch : touch_kind::paid_at_touch;
        if (!knock_in && !detail::touch_has_powers(a))
            return detail::refused(payoff_status::rate_is_too_negative);
        v = v + in.rebate * touch_price(a, paid, barrier, side);
    }
    return detail::value_from(v);
}

}  // namespace lockstep

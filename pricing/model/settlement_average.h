// Options that settle on a time-weighted average of the index over the last minutes before expiry,
// as listed crypto options do (half an hour), before and inside that window, linear and inverse.
//
// With a window of length W before expiry, the average is A = p + rest X: p what the elapsed share
// has fixed, rest the share to come (one before the window), X the average over what is to come.
// X has mean m and second moment as for a continuous arithmetic average (average.h), so
//   effective forward   F = p + rest m
//   strike shift        (A - K)+ = rest (X - (K - p) / rest)+
//   variance            before the window ln(E[X^2] / m^2), close to vol^2 (T - 2 W / 3); inside it
//                       close to vol^2 T / 3, of the share T / W: the vol of A fades as
//                       (T/W)^(3/2).
//
// An inverse option pays (A - K)+ / A coins, worth S_T each. Under the measure whose money is the
// coin that is exp(-r_c T) E[(S_T / F_T) (1 - K / A)+], F_T the forward of S_T; taking S_T and A
// for jointly lognormal, with ln A of mean m_A and variance v and with c their covariance in
// logarithms, exp(c) = E[S_T A] / (E[S_T] E[A]),
//   V = exp(-r_c T) (N(d) - K / H N(d - sqrt(v))),  H = exp(m_A - v / 2 + c),
//   d = ln(H / K) / sqrt(v) + sqrt(v) / 2:
// Black's formula on the forward H that the coin sees. Over half an hour the spot moves by half a
// percent, and what two moments miss is of the order of that times the vol's own share.
#pragma once

#include "pricing/model/asian.h"

namespace lockstep {

struct settlement_average_inputs {
    asset_inputs asset;  // option_flag::inverse settles in the coin, whose rate is the dividend
    double strike;
    double window;   // years: half an hour is 1 / 17520
    double average;  // over the elapsed part of the window; not looked at before it
};

namespace detail {

LOCKSTEP_HD payoff_status settlement_refusal(settlement_average_inputs const& in) {
    using enum payoff_status;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    bool const inverse = (in.asset.flags & option_flag::inverse) != 0;
    if (inverse && !finite(in.asset.dividend)) return dividend_is_not_finite;
    if (!(in.window >= payoff_time_min && in.window < infinity)) return fixings_are_not_usable;
    bool const begun = in.asset.time < in.window;
    return begun && !is_positive(in.average) ? average_is_not_positive : computed;
}

LOCKSTEP_HD asset_number inverse_settlement(lognormal_asset<asset_number> const& a,
                                            averaging<asset_number> const& w,
                                            known_part const& known, double strike,
                                            double coin_rate, bool put) {
    average_moments<asset_number> const m = moments_of_window(a, w);
    asset_number const to_come = known.rest * m.mean;
    asset_number const forward = known.sum + to_come;
    asset_number const share = to_come / forward;
    asset_number const excess = m.log_variance * exponential_slope(m.log_variance);
    asset_number const v = at_least(logarithm(1.0 + share * share * excess), 0x1p-60);
    // E[S_T X] / E[S_T] is the mean of X for an asset that drifts by the variance as well.
    lognormal_asset<asset_number> drifting = a;
    drifting.carry = a.carry + a.vol * a.vol;
    asset_number const with_spot = exponential(drifting.carry * w.start) *
                                   exponential_slope(drifting.carry * w.length) * a.spot;
    asset_number const covariance = logarithm((known.sum + known.rest * with_spot) / forward);
    asset_number const seen = forward * exponential(covariance - v);
    asset_number const discount = exponential(-coin_rate * a.time);
    return exchange_of_legs(discount, discount * strike / seen, square_root(v), put);
}

}  // namespace detail

LOCKSTEP_HD payoff_value value_settlement_average(settlement_average_inputs const& in) {
    payoff_status const status = detail::settlement_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    asian_inputs const average{in.asset,   in.strike,    in.asset.time - in.window, 0.0, 0.0,
                               in.average, in.asset.vol, asian_kind::two_moments};
    if ((in.asset.flags & option_flag::inverse) == 0) return value_asian(average);
    lognormal_asset<asset_number> const a = detail::asset_of(in.asset);
    auto const w = detail::averaging_of(a, average.first, 0.0);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    return detail::value_from(detail::inverse_settlement(a, w, detail::known_part_of(a, average),
                                                         in.strike, in.asset.dividend, put));
}

}  // namespace lockstep

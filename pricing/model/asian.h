// Options on an average price: geometric averages exactly, arithmetic ones by two approximations
// that people quote and by one that is close to the truth.
//
//   geometric        Kemna and Vorst (1990): the average is lognormal itself
//   two_moments      the arithmetic average taken for a lognormal of its first two moments: Levy
//                    (1992) when it is continuous, Turnbull and Wakeman (1991) at dates
//   conditioned      Rogers and Shi, "The Value of an Asian Option" (1995), Thompson (1999): the
//                    arithmetic average replaced by its mean given the geometric one, Z. A lower
//                    bound, and on published tables within 2e-4 of the spot up to vols of 50 %:
//                      exp(-r T) (sum w_i F_i N(c_i - z) - K N(-z)),
//                      c_i = cov(ln S_i, Z), var Z = 1, and z where the conditional mean is K
//
// What has been fixed moves the strike: with a share p of the average known to be A, the payoff is
// 1 - p times that on what remains, struck at (K - p A) / (1 - p). Where that is negative the call
// is a forward and the put is worth nothing.
#pragma once

#include "pricing/model/average.h"
#include "pricing/model/touch.h"

namespace lockstep {

enum class asian_kind : std::uint8_t { geometric = 0, two_moments, conditioned };

struct asian_inputs {
    asset_inputs asset;
    double strike;
    double first;  // years to the first fixing to come; continuous: to the start of the averaging,
                   // negative when it has begun
    double fixings;    // to come, the last one at expiry; 0: a continuous average
    double past;       // fixings so far; continuous: not looked at
    double average;    // of the fixings so far; not looked at when there are none
    double first_vol;  // vol to the first fixing, changing evenly to `vol` at the last; two_moments
    asian_kind kind;
};

namespace detail {

LOCKSTEP_HD payoff_status asian_refusal(asian_inputs const& in) {
    using enum payoff_status;
    if (in.kind > asian_kind::conditioned) return kind_is_unknown;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    bool const dates = in.fixings != 0.0;
    if (!is_a_count(in.fixings) || in.fixings > fixings_max) return fixings_are_not_usable;
    if (!finite(in.first) || in.first > in.asset.time) return first_fixing_is_not_usable;
    if (dates && in.first < 0.0) return first_fixing_is_not_usable;
    // One date has no first other than the last; and a window must have a length.
    bool const no_window = !dates && in.first == in.asset.time && in.asset.time > 0.0;
    if (no_window || (in.fixings == 1.0 && in.first != in.asset.time))
        return first_fixing_is_not_usable;
    if (dates && !is_a_count(in.past)) return past_fixings_are_not_a_count;
    bool const has_past = dates ? in.past > 0.0 : in.first < 0.0;
    if (has_past && !is_positive(in.average)) return average_is_not_positive;
    if (in.kind == asian_kind::two_moments && dates && !is_not_negative(in.first_vol))
        return first_vol_is_not_finite_or_negative;
    return computed;
}

/// What of the average is not fixed yet, and what the fixed part adds to it (to its logarithm, when
/// it is geometric). As time passes and the spot stands still, a window takes the spot in.
struct known_part {
    asset_number rest, sum;
};
LOCKSTEP_HD known_part known_part_of(lognormal_asset<asset_number> const& a,
                                     asian_inputs const& in) {
    bool const dates = in.fixings != 0.0;
    bool const geometric = in.kind == asian_kind::geometric;
    if (dates ? in.past == 0.0 : in.first >= 0.0) return {asset_number(1.0), asset_number(0.0)};
    double const average = geometric ? logarithm(in.average) : in.average;
    if (dates) {
        double const all = in.past + in.fixings;
        return {asset_number(in.fixings / all), asset_number(in.past / all * average)};
    }
    double const length = in.asset.time - in.first;
    known_part k{a.time / length, asset_number(-in.first / length * average)};
    double const taken_in = geometric ? logarithm(in.asset.underlying) : in.asset.underlying;
    k.sum.slope[along::time] = -taken_in / length;
    return k;
}

LOCKSTEP_HD asset_number geometric_price(lognormal_asset<asset_number> const& a,
                                         averaging<asset_number> const& w, double strike, bool put,
                                         known_part const& known) {
    geometric_moments<asset_number> const g = geometric_moments_of(a, w);
    asset_number const variance = known.rest * known.rest * g.variance;
    asset_number const mean = known.sum + known.rest * (logarithm(a.spot) + g.log_growth);
    asset_number const discount = discount_of(a);
    asset_number const s = square_root(at_least(variance, 0x1p-60));
    return exchange_of_legs(discount * exponential(mean + 0.5 * variance), strike * discount, s,
                            put);
}

LOCKSTEP_HD asset_number arithmetic_price(lognormal_asset<asset_number> const& a,
                                          averaging<asset_number> const& w, asian_inputs const& in,
                                          bool put, known_part const& known) {
    asset_number const strike = (in.strike - known.sum) / known.rest;
    asset_number const discount = discount_of(a) * known.rest;
    if (in.kind == asian_kind::conditioned) return conditioned_price(a, w, strike, put, discount);
    // Vega is by both ends of the vol's line moving together.
    asset_number const first_vol = a.vol + (in.first_vol - in.asset.vol);
    average_moments<asset_number> const m = average_moments_of(a, w, first_vol);
    if (strike.value <= 0.0) return put ? asset_number(0.0) : discount * (m.mean - strike);
    asset_number const s = square_root(at_least(m.log_variance, 0x1p-60));
    return exchange_of_legs(discount * m.mean, discount * strike, s, put);
}

}  // namespace detail

LOCKSTEP_HD payoff_value value_asian(asian_inputs const& in) {
    payoff_status const status = detail::asian_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    lognormal_asset<asset_number> const a = detail::asset_of(in.asset);
    auto const w = detail::averaging_of(a, in.first, in.fixings);
    auto const known = detail::known_part_of(a, in);
    return detail::value_from(in.kind == asian_kind::geometric
                                  ? detail::geometric_price(a, w, in.strike, put, known)
                                  : detail::arithmetic_price(a, w, in, put, known));
}

}  // namespace lockstep

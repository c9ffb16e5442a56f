// Two lognormal assets with correlated returns: what comes in, what goes out, and the seeds of
// their jets; and the payoffs that need no more than Black's formula.
//
//   exchange  (quantity S - quantity_2 S_2)+: Margrabe, "The Value of an Option to Exchange One
//             Asset for Another" (1978)
//   spread    (S - S_2 - K)+ or the put: Kirk (1995), S_2 + K taken for lognormal with vol w vol_2,
//             w = F_2 / (F_2 + K); exact for K = 0, an approximation elsewhere
#pragma once

#include "pricing/model/lognormal.h"

namespace lockstep {

struct pair_value {
    double price, delta, gamma, vega, theta, rho;
    double delta_2, gamma_2, gamma_cross, vega_2;
    double correlation_slope;  // d price / d correlation
    payoff_status status;
};

struct pair_inputs {
    asset_inputs first;  // its time, rate and flags are those of the option
    double underlying_2;
    double dividend_2;
    double vol_2;
    double correlation;
};

namespace along_pair {
// The third direction moves both prices: with their own curves it gives the mixed one.
inline constexpr int underlying = 0, underlying_2 = 1, together = 2, vol = 3, vol_2 = 4, time = 5,
                     rate = 6, correlation = 7;
}  // namespace along_pair
using pair_number = jet<8, 3>;

struct asset_pair {
    lognormal_asset<pair_number> first, second;
    pair_number correlation;
};

namespace detail {

LOCKSTEP_HD payoff_status pair_refusal(pair_inputs const& in) {
    using enum payoff_status;
    payoff_status const first = asset_refusal(in.first);
    if (first != computed) return first;
    if (!is_positive(in.underlying_2)) return second_underlying_is_not_positive;
    if (!is_not_negative(in.vol_2)) return second_vol_is_not_finite_or_negative;
    bool const spot = (in.first.flags & option_flag::spot) != 0;
    if (spot && !finite(in.dividend_2)) return second_dividend_is_not_finite;
    bool const in_range = in.correlation >= -1.0 && in.correlation <= 1.0;
    return in_range ? computed : correlation_is_not_in_range;
}

LOCKSTEP_HD pair_number price_input(double at, int direction) {
    pair_number x = pair_number::input(at, direction);
    x.slope[along_pair::together] = 1.0;
    return x;
}

LOCKSTEP_HD pair_number vol_input(double vol, double least, int direction) {
    return at_least(pair_number::input(vol, direction), least);
}

LOCKSTEP_HD asset_pair pair_of(pair_inputs const& in) {
    bool const spot = (in.first.flags & option_flag::spot) != 0;
    asset_pair p;
    pair_number const time =
        at_least(pair_number::input(in.first.time, along_pair::time), payoff_time_min);
    pair_number const rate = pair_number::input(in.first.rate, along_pair::rate);
    pair_number const none(0.0);
    double const vol_min = payoff_total_vol_min / square_root(time.value);
    p.first = {price_input(in.first.underlying, along_pair::underlying), time, rate,
               spot ? rate - in.first.dividend : none,
               vol_input(in.first.vol, vol_min, along_pair::vol)};
    p.second = {price_input(in.underlying_2, along_pair::underlying_2), time, rate,
                spot ? rate - in.dividend_2 : none,
                vol_input(in.vol_2, vol_min, along_pair::vol_2)};
    p.correlation = pair_number::input(in.correlation, along_pair::correlation);
    return p;
}

LOCKSTEP_HD pair_value pair_refused(payoff_status status) {
    return {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, status};
}

LOCKSTEP_HD pair_value pair_value_from(pair_number const& v) {
    using namespace along_pair;
    double const mixed = 0.5 * (v.bend[together] - v.bend[underlying] - v.bend[underlying_2]);
    pair_value const r{v.value,
                       v.slope[underlying],
                       v.bend[underlying],
                       v.slope[along_pair::vol],
                       -v.slope[along_pair::time],
                       v.slope[along_pair::rate],
                       v.slope[underlying_2],
                       v.bend[underlying_2],
                       mixed,
                       v.slope[along_pair::vol_2],
                       v.slope[along_pair::correlation],
                       payoff_status::computed};
    double const trace = (r.price + r.delta + r.gamma) * 0.0 + (r.vega + r.theta + r.rho) * 0.0 +
                         (r.delta_2 + r.gamma_2 + r.gamma_cross) * 0.0 +
                         (r.vega_2 + r.correlation_slope) * 0.0;
    return trace == 0.0 ? r : pair_refused(payoff_status::value_is_not_finite);
}

/// The vol of S against w S_2, times sqrt(T).
LOCKSTEP_HD pair_number relative_total_vol(asset_pair const& p, pair_number const& w) {
    pair_number const other = w * p.second.vol;
    pair_number const apart = p.first.vol - other;
    pair_number const square = apart * apart + 2.0 * (1.0 - p.correlation) * p.first.vol * other;
    pair_number const total = square * p.first.time;
    double const least = payoff_total_vol_min * payoff_total_vol_min;
    return square_root(at_least(total, least));
}

}  // namespace detail

struct exchange_inputs {
    pair_inputs pair;
    double quantity, quantity_2;
};

/// The flag put exchanges the other way: (quantity_2 S_2 - quantity S)+.
LOCKSTEP_HD pair_value value_exchange(exchange_inputs const& in) {
    payoff_status const status = detail::pair_refusal(in.pair);
    if (status != payoff_status::computed) return detail::pair_refused(status);
    if (!detail::is_positive(in.quantity))
        return detail::pair_refused(payoff_status::quantity_is_not_positive);
    if (!detail::is_positive(in.quantity_2))
        return detail::pair_refused(payoff_status::second_quantity_is_not_positive);
    asset_pair const p = detail::pair_of(in.pair);
    bool const put = (in.pair.first.flags & option_flag::put) != 0;
    pair_number const s = detail::relative_total_vol(p, pair_number(1.0));
    return detail::pair_value_from(
        exchange_of_legs(in.quantity * p.first.spot * asset_discount_of(p.first),
                         in.quantity_2 * p.second.spot * asset_discount_of(p.second), s, put));
}

struct spread_inputs {
    pair_inputs pair;
    double strike;  // may be negative, down to less the second forward
};

LOCKSTEP_HD pair_value value_spread(spread_inputs const& in) {
    payoff_status const status = detail::pair_refusal(in.pair);
    if (status != payoff_status::computed) return detail::pair_refused(status);
    asset_pair const p = detail::pair_of(in.pair);
    bool const put = (in.pair.first.flags & option_flag::put) != 0;
    pair_number const leg = p.second.spot * asset_discount_of(p.second);
    pair_number const both = leg + in.strike * discount_of(p.second);
    if (!(both.value > 0.0)) return detail::pair_refused(payoff_status::strike_is_not_positive);
    pair_number const s = detail::relative_total_vol(p, leg / both);
    return detail::pair_value_from(
        exchange_of_legs(p.first.spot * asset_discount_of(p.first), both, s, put));
}

}  // namespace lockstep

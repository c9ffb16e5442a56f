// Options on the larger or the smaller of two assets, and on one asset if the other is in the
// money: Stulz, "Options on the Minimum or the Maximum of Two Risky Assets" (1982); Zhang,
// "Correlation Digital Options" (1995).
//
// With M the bivariate normal distribution, y = (ln(S/K) + b T) / s + s/2 and d the same of S
// against S_2, the call on the smaller is
//   S A M(y, -d; -rho_1) + S_2 A_2 M(y_2, d - s_12; -rho_2) - K B M(y - s, y_2 - s_2; rho),
// and the call on the larger is both plain calls less that one.
#pragma once

#include "pricing/model/two_assets.h"

namespace lockstep {

enum class best_of_kind : std::uint8_t {
    smaller = 0,  // (min(S, S_2) - K)+ or the put
    larger,       // (max(S, S_2) - K)+ or the put
    correlation,  // (S - K)+ if S_2 > strike_2; put: (K - S)+ if S_2 < strike_2
};

struct best_of_inputs {
    pair_inputs pair;
    double strike;
    double strike_2;  // correlation only
    best_of_kind kind;
};

namespace detail {

LOCKSTEP_HD payoff_status best_of_refusal(best_of_inputs const& in) {
    using enum payoff_status;
    if (in.kind > best_of_kind::correlation) return kind_is_unknown;
    payoff_status const pair = pair_refusal(in.pair);
    if (pair == underlying_is_not_positive) return pair;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (in.kind == best_of_kind::correlation && !is_positive(in.strike_2))
        return second_strike_is_not_positive;
    return pair;
}

/// One asset's present value, total vol and d2 against a strike.
struct asset_terms {
    pair_number leg, s, d2;
};
LOCKSTEP_HD asset_terms asset_terms_of(lognormal_asset<pair_number> const& a, double strike) {
    pair_number const s = total_vol_of(a);
    return {a.spot * asset_discount_of(a), s,
            (logarithm(a.spot / strike) + a.carry * a.time) / s - 0.5 * s};
}

LOCKSTEP_HD pair_number call_on_smaller(asset_pair const& p, double strike) {
    asset_terms const a = asset_terms_of(p.first, strike);
    asset_terms const b = asset_terms_of(p.second, strike);
    pair_number const s = relative_total_vol(p, pair_number(1.0));
    pair_number const d = logarithm(a.leg / b.leg) / s + 0.5 * s;
    // Each return's correlation with how far it runs ahead of the other.
    pair_number const ahead = (a.s - p.correlation * b.s) / s;
    pair_number const ahead_2 = (b.s - p.correlation * a.s) / s;
    return a.leg * bivariate_normal(a.d2 + a.s, -d, -ahead) +
           b.leg * bivariate_normal(b.d2 + b.s, d - s, -ahead_2) -
           strike * discount_of(p.first) * bivariate_normal(a.d2, b.d2, p.correlation);
}

/// The present value of the smaller of the two.
LOCKSTEP_HD pair_number smaller_of(asset_pair const& p) {
    pair_number const a = p.first.spot * asset_discount_of(p.first);
    pair_number const b = p.second.spot * asset_discount_of(p.second);
    return a - exchange_of_legs(a, b, relative_total_vol(p, pair_number(1.0)), false);
}

LOCKSTEP_HD pair_number plain_call(lognormal_asset<pair_number> const& a, double strike) {
    return exchange_of_legs(a.spot * asset_discount_of(a), strike * discount_of(a), total_vol_of(a),
                            false);
}

LOCKSTEP_HD pair_number correlation_option(asset_pair const& p, double strike, double strike_2,
                                           bool put) {
    double const side = put ? -1.0 : 1.0;
    asset_terms const a = asset_terms_of(p.first, strike);
    asset_terms const b = asset_terms_of(p.second, strike_2);
    pair_number const asset =
        bivariate_normal(side * (a.d2 + a.s), side * (b.d2 + p.correlation * a.s), p.correlation);
    pair_number const cash = bivariate_normal(side * a.d2, side * b.d2, p.correlation);
    return side * (a.leg * asset - strike * discount_of(p.first) * cash);
}

LOCKSTEP_HD pair_number best_of_price(asset_pair const& p, best_of_inputs const& in, bool put) {
    if (in.kind == best_of_kind::correlation)
        return correlation_option(p, in.strike, in.strike_2, put);
    pair_number const on_smaller = call_on_smaller(p, in.strike);
    pair_number const cash = in.strike * discount_of(p.first);
    if (in.kind == best_of_kind::smaller)
        return put ? cash - smaller_of(p) + on_smaller : on_smaller;
    pair_number const on_larger =
        plain_call(p.first, in.strike) + plain_call(p.second, in.strike) - on_smaller;
    if (!put) return on_larger;
    pair_number const larger = p.first.spot * asset_discount_of(p.first) +
                               p.second.spot * asset_discount_of(p.second) - smaller_of(p);
    return cash - larger + on_larger;
}

}  // namespace detail

LOCKSTEP_HD pair_value value_best_of(best_of_inputs const& in) {
    payoff_status const status = detail::best_of_refusal(in);
    if (status != payoff_status::computed) return detail::pair_refused(status);
    bool const put = (in.pair.first.flags & option_flag::put) != 0;
    return detail::pair_value_from(
        detail::not_below_zero(detail::best_of_price(detail::pair_of(in.pair), in, put)));
}

}  // namespace lockstep

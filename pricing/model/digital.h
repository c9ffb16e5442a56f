// Options that pay all or nothing at expiry: cash, the asset, the gap between asset and a second
// strike, or a share of the asset inside a range. Reiner and Rubinstein, "Unscrambling the Binary
// Code" (1991); Hakansson (1976) for the supershare; Haug, The Complete Guide to Option Pricing
// Formulas, section on binary options.
#pragma once

#include "pricing/model/lognormal.h"

namespace lockstep {

enum class digital_kind : std::uint8_t {
    cash_or_nothing = 0,  // `second` in cash, if in the money at `strike`
    asset_or_nothing,     // the asset, if in the money at `strike`
    gap,                  // asset less `second` (put: the reverse), if in the money at `strike`
    supershare,           // asset / strike, if between `strike` and `second`
};

struct digital_inputs {
    asset_inputs asset;
    double strike;
    double second;  // what the kind says; not looked at by asset_or_nothing
    digital_kind kind;
};

namespace detail {

LOCKSTEP_HD payoff_status digital_refusal(digital_inputs const& in) {
    using enum payoff_status;
    if (in.kind > digital_kind::supershare) return kind_is_unknown;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    if (in.kind != digital_kind::asset_or_nothing && !finite(in.second))
        return amount_is_not_finite;
    if (in.kind == digital_kind::supershare && !(in.second > in.strike))
        return barriers_are_not_in_order;
    return computed;
}

}  // namespace detail

template <class NumberT>
LOCKSTEP_HD NumberT digital_price(lognormal_asset<NumberT> const& a, digital_kind kind, bool put,
                                  double strike, double second) {
    double const side = put ? -1.0 : 1.0;
    NumberT const s = total_vol_of(a);
    NumberT const asset_leg = a.spot * asset_discount_of(a);
    NumberT const d1 = (logarithm(a.spot / strike) + a.carry * a.time) / s + 0.5 * s;
    NumberT const asset = asset_leg * normal_cdf(side * d1);
    if (kind == digital_kind::asset_or_nothing) return asset;
    if (kind == digital_kind::supershare) {
        NumberT const d_high = d1 + logarithm(strike / second) / s;
        // From whichever side the two are small.
        NumberT const inside = value_of(d1) > 0.0 ? normal_cdf(-d_high) - normal_cdf(-d1)
                                                  : normal_cdf(d1) - normal_cdf(d_high);
        return asset_leg * inside / strike;
    }
    NumberT const cash = second * discount_of(a) * normal_cdf(side * (d1 - s));
    return kind == digital_kind::cash_or_nothing ? cash : side * (asset - cash);
}

LOCKSTEP_HD payoff_value value_digital(digital_inputs const& in) {
    payoff_status const status = detail::digital_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    return detail::value_from(
        digital_price(detail::asset_of(in.asset), in.kind, put, in.strike, in.second));
}

}  // namespace lockstep

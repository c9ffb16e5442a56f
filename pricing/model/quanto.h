// Options on a foreign asset whose payoff is changed into the home currency at a fixed rate:
// Reiner, "Quanto Mechanics" (1992). Under the home measure the foreign asset drifts at the foreign
// rate, less its yield, less the correlation of its return with that of the exchange rate (home
// money for one unit of foreign) times both vols:
//   V = fixed (S exp((r_f - q - rho vol vol_x - r) T) N(d1) - K exp(-r T) N(d2)).
#pragma once

#include "pricing/model/lognormal.h"

namespace lockstep {

struct quanto_inputs {
    asset_inputs asset;  // on a spot; rate is the home rate
    double strike;       // in foreign money
    double foreign_rate;
    double exchange_vol;
    double correlation;    // of the asset's return with the exchange rate's
    double exchange_rate;  // fixed: home money for one unit of foreign
};

namespace detail {

LOCKSTEP_HD payoff_status quanto_refusal(quanto_inputs const& in) {
    using enum payoff_status;
    payoff_status const asset = asset_refusal(in.asset);
    if (asset == underlying_is_not_positive) return asset;
    if (!is_positive(in.strike)) return strike_is_not_positive;
    if (asset != computed) return asset;
    if (!is_not_negative(in.exchange_vol)) return second_vol_is_not_finite_or_negative;
    if (!finite(in.foreign_rate)) return second_rate_is_not_finite;
    if (!is_positive(in.exchange_rate)) return quantity_is_not_positive;
    bool const in_range = in.correlation >= -1.0 && in.correlation <= 1.0;
    return in_range ? computed : correlation_is_not_in_range;
}

}  // namespace detail

/// rho is by the home rate, which discounts; on a forward the foreign rate is not looked at.
LOCKSTEP_HD payoff_value value_quanto(quanto_inputs const& in) {
    payoff_status const status = detail::quanto_refusal(in);
    if (status != payoff_status::computed) return detail::refused(status);
    bool const put = (in.asset.flags & option_flag::put) != 0;
    bool const spot = (in.asset.flags & option_flag::spot) != 0;
    lognormal_asset<asset_number> a = detail::asset_of(in.asset);
    double const drift = spot ? in.foreign_rate - in.asset.dividend : 0.0;
    a.carry = drift - in.correlation * in.exchange_vol * a.vol;
    return detail::value_from(in.exchange_rate * exchange_of_legs(a.spot * asset_discount_of(a),
                                                                  in.strike * discount_of(a),
                                                                  total_vol_of(a), put));
}

}  // namespace lockstep

// Fair prices of futures and perpetual futures, quoted in quote currency for one coin, and their
// first sensitivities.
//
// A dated future is the forward. A perpetual is held to its spot by funding: with constant rates
// and a spot that drifts at b = rate - dividend, Ackerer, Hugonnier and Jermann, "Perpetual Futures
// Pricing" (2024), find a price proportional to the spot. The factor follows from one condition,
// that being long for one funding period is worth nothing: the gain of the price over the period
// equals the funding paid, k (price - spot) + i spot, with spot as it was at the start of the
// period (previous) or as it is at the end (current). An inverse perpetual gains and pays in coins,
// so the same condition holds for 1 / price and 1 / spot, whose drift is -b.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/instrument.h"
#include "pricing/model/option.h"

namespace lockstep {

struct future_value {
    double price;
    double delta;  // d price / d underlying
    double theta;  // -d price / d time
    double rho;    // d price / d rate
    double charm;  // -d delta / d time
    option_status status;
};

namespace detail {

LOCKSTEP_HD future_value checked_future(future_value v, option_status input_status) {
    double const trace = (v.price * 0.0 + v.delta * 0.0) + (v.theta * 0.0 + v.rho * 0.0) +
                         v.charm * 0.0;
    option_status status =
        trace == 0.0 ? option_status::computed : option_status::value_is_not_finite;
    status = input_status == option_status::computed ? status : input_status;
    return status == option_status::computed ? v : future_value{0.0, 0.0, 0.0, 0.0, 0.0, status};
}

LOCKSTEP_HD option_status future_refusal(double underlying, double time, double rate,
                                         double dividend) {
    if (!(underlying >= 0.0 && underlying < infinity))
        return option_status::underlying_is_not_finite_or_negative;
    if (!(time >= 0.0 && time < infinity)) return option_status::time_is_not_finite_or_negative;
    if (!(rate - rate == 0.0)) return option_status::rate_is_not_finite;
    if (!(dividend - dividend == 0.0)) return option_status::dividend_is_not_finite;
    return option_status::computed;
}

}  // namespace detail

/// A dated future: the forward itself, or spot exp((rate - dividend) T).
LOCKSTEP_HD future_value value_future(double underlying, bool underlying_is_spot, double time,
                                      double rate, double dividend) {
    double const drift = underlying_is_spot ? rate - dividend : 0.0;
    double const growth = exponential(drift * time);
    double const price = underlying * growth;
    double const rho = underlying_is_spot ? time * price : 0.0;
    return detail::checked_future({price, growth, -(drift * price), rho, -(drift * growth), option_status::computed},
                                  detail::future_refusal(underlying, time, rate, dividend));
}

enum class funding_spot : std::uint8_t { previous = 0, current = 1 };

struct perpetual_terms {
    settlement settle;
    funding_spot spot_of_funding;
    double funding_rate;      // k: for each period, or for each year when interval is zero
    double interest;          // i: in the same unit
    double funding_interval;  // years between payments; zero: paid continuously
};

/// A perpetual on a spot. The status is value_is_not_finite when funding is too weak to hold the
/// price (the value of all funding to come diverges, or is negative).
LOCKSTEP_HD future_value value_perpetual(perpetual_terms const& terms, double spot, double rate,
                                         double dividend) {
    bool const inverse = terms.settle == settlement::inverse;
    double const k = terms.funding_rate;
    double const pull = k - terms.interest;
    double const drift = inverse ? dividend - rate : rate - dividend;
    double const dt = terms.funding_interval;
    // hold / pull is spot / price in the contract's own terms; slope is -d hold / d drift.
    double const growth = exponential(drift * dt);
    double hold = 1.0 + k - growth;
    double slope = dt * growth;
    if (terms.spot_of_funding == funding_spot::current) {
        hold = 1.0 / growth - 1.0 + k;
        slope = dt / growth;
    }
    if (dt == 0.0) {
        hold = k - drift;
        slope = 1.0;
    }
    double const factor = inverse ? hold / pull : pull / hold;
    double const slope_of_factor = inverse ? slope / pull : pull * slope / (hold * hold);
    future_value value{spot * factor, factor, 0.0, spot * slope_of_factor, 0.0, option_status::computed};
    option_status refused = detail::future_refusal(spot, dt, rate, dividend);
    bool const held = hold > 0.0 && pull > 0.0;  // false for NaN, too
    if (refused == option_status::computed && !held) refused = option_status::value_is_not_finite;
    return detail::checked_future(value, refused);
}

}  // namespace lockstep

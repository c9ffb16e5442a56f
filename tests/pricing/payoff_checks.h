// What every payoff on one asset must obey, whatever its formula.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "pricing/model/lognormal.h"

namespace lockstep {

/// Spot options as the tables give them: C or P in the first letter.
inline asset_inputs spot_option(double spot, double time, double rate, double dividend, double vol,
                                std::string const& type = "C") {
    bool const put = !type.empty() && type[0] == 'P';
    return {spot, time,
            rate, dividend,
            vol,  static_cast<std::uint8_t>(option_flag::spot | (put ? option_flag::put : 0))};
}

/// Every Greek is the slope of the price: central differences of `value`, a function of
/// asset_inputs. The tolerance is relative to the spot.
template <class ValueT>
void expect_greeks_are_slopes(asset_inputs const& in, ValueT const& value, std::string const& what,
                              double tolerance = 2e-6) {
    payoff_value const v = value(in);
    ASSERT_EQ(v.status, payoff_status::computed) << what;
    auto const moved = [&](double asset_inputs::*field, double by) {
        asset_inputs other = in;
        other.*field += by;
        return value(other).price;
    };
    auto const slope = [&](double asset_inputs::*field, double by) {
        double const near = (moved(field, by) - moved(field, -by)) / (2 * by);
        double const far = (moved(field, 2 * by) - moved(field, -2 * by)) / (4 * by);
        return (4 * near - far) / 3;
    };
    double const scale = tolerance * in.underlying;
    double const h = 2e-3 * in.underlying;
    EXPECT_NEAR(v.delta, slope(&asset_inputs::underlying, h), tolerance) << what;
    double const near =
        moved(&asset_inputs::underlying, h) + moved(&asset_inputs::underlying, -h) - 2 * v.price;
    double const far = moved(&asset_inputs::underlying, 2 * h) +
                       moved(&asset_inputs::underlying, -2 * h) - 2 * v.price;
    EXPECT_NEAR(v.gamma * in.underlying, (16 * near - far) / (12 * h * h) * in.underlying,
                100 * tolerance)
        << what;
    EXPECT_NEAR(v.vega, slope(&asset_inputs::vol, 1e-3), scale) << what;
    EXPECT_NEAR(v.theta, -slope(&asset_inputs::time, 1e-3 * in.time), scale) << what;
    EXPECT_NEAR(v.rho, slope(&asset_inputs::rate, 1e-4), scale) << what;
}

/// theta + vol^2 S^2 gamma / 2 + b S delta = r V: what is held as a hedge earns what money earns.
inline void expect_black_scholes_equation(asset_inputs const& in, payoff_value const& v,
                                          std::string const& what) {
    bool const spot = (in.flags & option_flag::spot) != 0;
    double const carry = spot ? in.rate - in.dividend : 0.0;
    double const curve = 0.5 * in.vol * in.vol * in.underlying * in.underlying * v.gamma;
    double const drift = carry * in.underlying * v.delta;
    double const scale = std::abs(v.theta) + std::abs(curve) + std::abs(drift) +
                         std::abs(in.rate * v.price) + 1e-3 * in.underlying;
    EXPECT_NEAR(v.theta + curve + drift - in.rate * v.price, 0.0, 1e-10 * scale) << what;
}

}  // namespace lockstep

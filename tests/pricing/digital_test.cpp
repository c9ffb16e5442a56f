// Digitals and touches against Haug's tables, each other, and the equation they obey.
#include "pricing/model/digital.h"

#include "pricing/model/black.h"

#include "pricing/model/touch.h"
#include "tests/pricing/payoff_checks.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

using enum payoff_status;

payoff_value value_of_row(reference_row const& row, asset_inputs const& asset) {
    std::string const& payoff = row.at("payoff");
    double const strike = row.number("strike");
    double const amount = std::strtod(payoff.c_str() + payoff.find_first_of("0123456789"), nullptr);
    if (payoff.starts_with("cash_at_hit"))
        return value_touch({asset, strike, amount, 0, touch_kind::paid_at_touch,
                            row.at("type") == "Put" ? barrier_side::below : barrier_side::above});
    digital_kind const kind = payoff.starts_with("cash")    ? digital_kind::cash_or_nothing
                              : payoff.starts_with("asset") ? digital_kind::asset_or_nothing
                                                            : digital_kind::gap;
    return value_digital(
        {asset, strike, kind == digital_kind::asset_or_nothing ? 0.0 : amount, kind});
}

TEST(digital, haug_1998_pages_88_to_95) {
    for (auto const& row : reference_table("digital_haug.csv")) {
        auto const asset = spot_option(row.number("spot"), row.number("T"), row.number("r"),
                                       row.number("q"), row.number("vol"), row.at("type"));
        EXPECT_NEAR(value_of_row(row, asset).price, row.number("price"), row.number("tol"))
            << row.text;
    }
}

// Haug (2007), section on supershare options: S = 100, X_L = 90, X_H = 110, T = 0.25, r = 0.10,
// b = 0, vol = 0.20: 0.7389.
TEST(digital, supershare_of_haug) {
    digital_inputs const in{spot_option(100, 0.25, 0.10, 0.10, 0.20), 90, 110,
                            digital_kind::supershare};
    EXPECT_NEAR(value_digital(in).price, 0.7389, 5e-5);
}

TEST(digital, a_call_is_the_asset_less_the_cash) {
    for (char const* type : {"Call", "Put"}) {
        auto const asset = spot_option(90, 0.7, 0.04, 0.01, 0.3, type);
        auto const plain =
            value_option({90, 100, 0.7, 0.04, 0.01, 0.3, asset.flags}, option_depth::first_greeks);
        auto const gap = value_digital({asset, 100, 100, digital_kind::gap});
        EXPECT_NEAR(gap.price, plain.price, 1e-13);
        EXPECT_NEAR(gap.delta, plain.delta, 1e-14);
        EXPECT_NEAR(gap.gamma, plain.gamma, 1e-15);
        EXPECT_NEAR(gap.vega, plain.vega, 1e-12);
        EXPECT_NEAR(gap.theta, plain.theta, 1e-12);
        EXPECT_NEAR(gap.rho, plain.rho, 1e-12);
    }
}

TEST(digital, greeks_are_slopes_and_obey_the_equation) {
    for (char const* type : {"Call", "Put"})
        for (auto kind : {digital_kind::cash_or_nothing, digital_kind::asset_or_nothing,
                          digital_kind::gap, digital_kind::supershare}) {
            auto const value = [&](asset_inputs const& a) {
                return value_digital({a, 95, 105, kind});
            };
            auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.25, type);
            std::string const what = std::string(type) + std::to_string(static_cast<int>(kind));
            expect_greeks_are_slopes(asset, value, what);
            expect_black_scholes_equation(asset, value(asset), what);
            asset_inputs forward = asset;
            forward.flags &= static_cast<std::uint8_t>(~option_flag::spot);
            expect_greeks_are_slopes(forward, value, what + " on a forward");
        }
}

/// At a rate of -vol^2 / 8 the two powers of the formula are one, and it is as smooth as elsewhere.
TEST(touch, has_slopes_where_its_powers_meet) {
    auto const value = [](double rate, double vol) {
        return value_touch(
            {{100, 1, rate, 0, vol, 0}, 110, 1, 0, touch_kind::paid_at_touch, barrier_side::above});
    };
    double const rate = -0.03125, vol = 0.5, by = 1e-6;
    payoff_value const v = value(rate, vol);
    ASSERT_EQ(v.status, payoff_status::computed);
    EXPECT_NEAR(v.rho, (value(rate + by, vol).price - v.price) / by, 1e-5);
    EXPECT_NEAR(v.vega, (value(rate, vol + by).price - v.price) / by, 1e-5);
}

TEST(touch, the_three_kinds_add_up) {
    for (auto side : {barrier_side::below, barrier_side::above}) {
        auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.25);
        double const level = side == barrier_side::below ? 90 : 112;
        auto const value = [&](touch_kind kind, double monitoring = 0) {
            return value_touch({asset, level, 10, monitoring, kind, side}).price;
        };
        double const at_expiry = value(touch_kind::paid_at_expiry);
        EXPECT_NEAR(at_expiry + value(touch_kind::no_touch), 10 * std::exp(-0.025), 1e-13);
        EXPECT_GT(value(touch_kind::paid_at_touch), at_expiry);
        EXPECT_LT(value(touch_kind::paid_at_touch, 12), value(touch_kind::paid_at_touch));
    }
}

TEST(touch, greeks_are_slopes_and_obey_the_equation) {
    for (auto side : {barrier_side::below, barrier_side::above})
        for (auto kind :
             {touch_kind::paid_at_touch, touch_kind::paid_at_expiry, touch_kind::no_touch})
            for (double rate : {0.06, -0.01}) {
                double const level = side == barrier_side::below ? 90 : 112;
                auto const value = [&](asset_inputs const& a) {
                    return value_touch({a, level, 10, 0, kind, side});
                };
                auto const asset = spot_option(100, 0.5, rate, 0.02, 0.25);
                std::string const what = std::to_string(static_cast<int>(kind)) + " " +
                                         std::to_string(level) + " " + std::to_string(rate);
                expect_greeks_are_slopes(asset, value, what);
                expect_black_scholes_equation(asset, value(asset), what);
            }
}

TEST(touch, a_spot_on_the_level_has_touched_it) {
    auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.25);
    EXPECT_EQ(
        value_touch({asset, 100, 15, 0, touch_kind::paid_at_touch, barrier_side::below}).price, 15);
    EXPECT_EQ(value_touch({asset, 100, 15, 0, touch_kind::no_touch, barrier_side::above}).price, 0);
}

TEST(digital, edges_and_refusals) {
    auto const asset = spot_option(100, 0, 0.05, 0.02, 0);
    auto const cash = [&](asset_inputs const& a) {
        return value_digital({a, 90, 7, digital_kind::cash_or_nothing});
    };
    EXPECT_NEAR(cash(asset).price, 7, 1e-9);
    EXPECT_EQ(cash(spot_option(NAN, 1, 0, 0, 1)).status, underlying_is_not_positive);
    EXPECT_EQ(cash(spot_option(0, 1, 0, 0, 1)).status, underlying_is_not_positive);
    EXPECT_EQ(cash(spot_option(1, -1, 0, 0, 1)).status, time_is_not_finite_or_negative);
    EXPECT_EQ(cash(spot_option(1, 1, 0, 0, -1)).status, vol_is_not_finite_or_negative);
    EXPECT_EQ(cash(spot_option(1, 1, INFINITY, 0, 1)).status, rate_is_not_finite);
    EXPECT_EQ(cash(spot_option(1, 1, 0, NAN, 1)).status, dividend_is_not_finite);
    EXPECT_EQ(cash(spot_option(1, 1, -1e4, 0, 1)).status, value_is_not_finite);
    EXPECT_EQ(value_digital({asset, -1, 7, digital_kind::gap}).status, strike_is_not_positive);
    EXPECT_EQ(value_digital({asset, 1, NAN, digital_kind::gap}).status, amount_is_not_finite);
    EXPECT_EQ(value_digital({asset, 1, 1, digital_kind::supershare}).status,
              barriers_are_not_in_order);
    EXPECT_EQ(value_digital({asset, 1, 1, digital_kind{9}}).status, kind_is_unknown);
    auto const touch = [&](double level, double monitoring, double rate) {
        return value_touch({spot_option(100, 1, rate, 0.2, 0.1), level, 1, monitoring,
                            touch_kind::paid_at_touch, barrier_side::below})
            .status;
    };
    EXPECT_EQ(touch(0, 0, 0.05), barrier_is_not_positive);
    EXPECT_EQ(touch(90, 1.5, 0.05), monitoring_is_not_a_count);
    EXPECT_EQ(touch(90, 12, 0.05), computed);
    // mu = 0 for b = vol^2 / 2; then no rate may be negative.
    EXPECT_EQ(value_touch({spot_option(100, 1, -0.1, -0.105, 0.1), 90, 1, 0,
                           touch_kind::paid_at_touch, barrier_side::below})
                  .status,
              rate_is_too_negative);
}

}  // namespace
}  // namespace lockstep

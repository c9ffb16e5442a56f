// Lookbacks against Haug's tables and what must hold whatever the numbers.
#include "pricing/model/lookback.h"

#include "tests/pricing/payoff_checks.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

using enum payoff_status;
using enum lookback_kind;

void expect_table(char const* name, lookback_kind kind) {
    for (auto const& row : reference_table(name)) {
        auto const asset = spot_option(row.number("spot"), row.number("T"), row.number("r"),
                                       row.number("q"), row.number("vol"), row.at("type"));
        double const strike = kind == fixed_strike ? row.number("strike") : 0;
        auto const v = value_lookback({asset, strike, row.number("minmax"), kind});
        EXPECT_EQ(v.status, computed) << row.text;
        EXPECT_NEAR(v.price, row.number("price"), row.number("tol")) << row.text;
    }
}

TEST(lookback, haug_1998_pages_63_and_64) { expect_table("lookback_fixed_haug.csv", fixed_strike); }
TEST(lookback, haug_1998_pages_61_and_62) {
    expect_table("lookback_floating_haug.csv", floating_strike);
}

double extreme_for(char const* type, lookback_kind kind) {
    return (type[0] == 'C') == (kind == fixed_strike) ? 104 : 95;
}

TEST(lookback, greeks_are_slopes_and_obey_the_equation_also_without_carry) {
    for (char const* type : {"Call", "Put"})
        for (auto kind : {fixed_strike, floating_strike})
            for (double dividend : {0.02, 0.05, 0.05 + 2e-5, 0.09})
                for (double strike : {90., 112.}) {
                    double const extreme = extreme_for(type, kind);
                    auto const value = [&](asset_inputs const& a) {
                        return value_lookback({a, strike, extreme, kind});
                    };
                    auto const asset = spot_option(100, 0.5, 0.05, dividend, 0.25, type);
                    std::string const what = std::string(type) + " " + std::to_string(dividend);
                    expect_greeks_are_slopes(asset, value, what, 1e-5);
                    expect_black_scholes_equation(asset, value(asset), what);
                }
}

/// The two ways to compute the extreme's term meet where one takes over from the other.
TEST(lookback, is_smooth_in_the_carry) {
    for (char const* type : {"Call", "Put"})
        for (auto kind : {fixed_strike, floating_strike}) {
            auto const value = [&](double carry) {
                auto const asset = spot_option(100, 0.5, 0.05, 0.05 - carry, 0.25, type);
                return value_lookback({asset, 101, extreme_for(type, kind), kind});
            };
            double const edge = 0.0015 * 0.0625 / (1 + 0.5 * 0.0625 * 0.5);
            for (double at : {edge, -edge}) {
                auto const inside = value(at * (1 - 1e-10)), outside = value(at * (1 + 1e-10));
                EXPECT_NEAR(inside.price, outside.price, 1e-9);
                EXPECT_NEAR(inside.gamma, outside.gamma, 1e-9);
                EXPECT_NEAR(inside.rho, outside.rho, 1e-6);
            }
        }
}

TEST(lookback, is_never_below_the_plain_option_and_never_nan) {
    for (double spot : {1e-3, 95., 100., 1e5})
        for (double vol : {0.0, 1e-6, 0.01, 0.3, 2.0, 30.0})
            for (double time : {0.0, 1e-9, 0.01, 1.0, 40.0})
                for (double rate : {-0.2, 0.0, 0.1, 0.3})
                    for (auto kind : {fixed_strike, floating_strike})
                        for (char const* type : {"C", "P"}) {
                            auto const asset = spot_option(spot, time, rate, 0.1, vol, type);
                            auto const v = value_lookback({asset, 100, spot, kind});
                            ASSERT_FALSE(
                                std::isnan(v.price + v.delta + v.gamma + v.vega + v.theta + v.rho));
                            ASSERT_GE(v.price, 0);
                            if (v.status != computed || kind == floating_strike) continue;
                            auto const a = detail::asset_of(asset);
                            double const plain = value_of(exchange_of_legs(
                                a.spot * asset_discount_of(a), 100.0 * discount_of(a),
                                total_vol_of(a), type[0] == 'P'));
                            ASSERT_GE(v.price, plain - 1e-9 * (plain + spot))
                                << spot << " " << vol << " " << time << " " << rate << type;
                        }
}

TEST(lookback, refusals) {
    auto const asset = spot_option(100, 1, 0.05, 0, 0.2);
    EXPECT_EQ(value_lookback({asset, 90, 99, fixed_strike}).status, extreme_is_on_the_wrong_side);
    EXPECT_EQ(value_lookback({asset, 90, 101, floating_strike}).status,
              extreme_is_on_the_wrong_side);
    EXPECT_EQ(value_lookback({asset, 90, NAN, fixed_strike}).status, extreme_is_on_the_wrong_side);
    EXPECT_EQ(value_lookback({asset, 0, 101, fixed_strike}).status, strike_is_not_positive);
    EXPECT_EQ(value_lookback({asset, 0, 99, floating_strike}).status, computed);
    EXPECT_EQ(value_lookback({asset, 90, 101, lookback_kind{7}}).status, kind_is_unknown);
}

}  // namespace
}  // namespace lockstep

// Payoffs on two assets against the tables of Haug, Margrabe, Kirk and Stulz, and what must hold
// whatever the numbers.
#include "pricing/model/two_assets.h"

#include "pricing/model/best_of.h"
#include "pricing/model/quanto.h"
#include "tests/pricing/payoff_checks.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

using enum payoff_status;

pair_inputs pair_of_row(reference_row const& row, std::string const& type = "C") {
    return {spot_option(row.number("s1"), row.number("T"), row.number("r"), row.number("q1"),
                        row.number("v1"), type),
            row.number("s2"), row.number("q2"), row.number("v2"), row.number("rho")};
}

/// Where a quantity is not one the table's gamma is divided by it once too often, and its theta
/// does not survive counting two units of half the price as one: those are asserted as the table's
/// errors.
TEST(exchange, margrabe_table_of_haug_with_greeks) {
    for (auto const& row : reference_table("margrabe_exchange.csv")) {
        double const q1 = row.number("Q1"), q2 = row.number("Q2"), tol = row.number("tol");
        pair_inputs pair = pair_of_row(row);
        auto const v = value_exchange({pair, q1, q2});
        EXPECT_NEAR(v.price, row.number("price"), tol) << row.text;
        EXPECT_NEAR(v.delta, row.number("delta1"), tol) << row.text;
        EXPECT_NEAR(v.delta_2, row.number("delta2"), tol) << row.text;
        EXPECT_NEAR(v.gamma / q1, row.number("gamma1"), tol) << row.text;
        EXPECT_NEAR(v.gamma_2 / q2, row.number("gamma2"), tol) << row.text;
        EXPECT_NEAR(v.rho, row.number("rho_greek"), tol) << row.text;
        pair.first.underlying *= q1, pair.underlying_2 *= q2;
        auto const whole = value_exchange({pair, 1, 1});
        EXPECT_NEAR(whole.theta, v.theta, 1e-13) << row.text;
        EXPECT_NEAR(whole.gamma * q1 * q1, v.gamma, 1e-13) << row.text;
        EXPECT_EQ(std::abs(v.theta - row.number("theta")) < tol, q1 == 1 && q2 == 1) << row.text;
    }
}

TEST(two_assets, stulz_and_kirk_tables) {
    for (auto const& row : reference_table("two_asset_basket_spread.csv")) {
        pair_inputs pair = pair_of_row(row, row.at("type"));
        double const strike = row.number("strike");
        std::string const& basket = row.at("basket");
        pair_value v{};
        if (basket == "SpreadBasket") {
            pair.first.flags &= static_cast<std::uint8_t>(~option_flag::spot);  // futures
            v = value_spread({pair, strike});
        } else {
            v = value_best_of(
                {pair, strike, 0,
                 basket == "MinBasket" ? best_of_kind::smaller : best_of_kind::larger});
        }
        EXPECT_EQ(v.status, computed) << row.text;
        EXPECT_NEAR(v.price, row.number("price"), row.number("tol")) << row.text;
    }
}

// Haug (2007), section on two-asset correlation options: S_1 = 52, S_2 = 65, X_1 = 50, X_2 = 70,
// T = 0.5, vols 0.2 and 0.3, rho 0.75, r = b = 0.1 on both: 4.7073. There the first asset decides
// whether the second pays.
TEST(two_assets, correlation_option_of_haug) {
    pair_inputs const pair{spot_option(65, 0.5, 0.1, 0, 0.3), 52, 0, 0.2, 0.75};
    EXPECT_NEAR(value_best_of({pair, 70, 50, best_of_kind::correlation}).price, 4.7073, 5e-5);
}

TEST(quanto, haug_1998_pages_105_and_106) {
    for (auto const& row : reference_table("quanto_haug.csv")) {
        auto const asset = spot_option(row.number("spot"), row.number("T"), row.number("r"),
                                       row.number("q"), row.number("vol"), row.at("type"));
        auto const v = value_quanto({asset, row.number("strike"), row.number("r_fx"),
                                     row.number("vol_fx"), row.number("corr"), 1});
        EXPECT_NEAR(v.price, row.number("price"), row.number("tol")) << row.text;
    }
}

TEST(quanto, greeks_are_slopes) {
    for (char const* type : {"C", "P"}) {
        auto const value = [](asset_inputs const& a) {
            return value_quanto({a, 105, 0.05, 0.1, 0.3, 1.5});
        };
        auto asset = spot_option(100, 0.5, 0.08, 0.04, 0.2, type);
        expect_greeks_are_slopes(asset, value, type);
        asset.flags &= static_cast<std::uint8_t>(~option_flag::spot);
        expect_greeks_are_slopes(asset, value, type);
    }
}

/// Central differences of every input, and the Black-Scholes equation in two prices.
template <class ValueT>
void expect_pair_greeks(pair_inputs const& in, ValueT const& value, bool exact,
                        std::string const& what) {
    pair_value const v = value(in);
    ASSERT_EQ(v.status, computed) << what;
    auto const slope = [&](auto const& move, double h) {
        pair_inputs up = in, down = in;
        move(up, h), move(down, -h);
        return (value(up).price - value(down).price) / (2 * h);
    };
    auto const by_1 = [](pair_inputs& p, double h) { p.first.underlying += h; };
    auto const by_2 = [](pair_inputs& p, double h) { p.underlying_2 += h; };
    EXPECT_NEAR(v.delta, slope(by_1, 0.01), 1e-6) << what;
    EXPECT_NEAR(v.delta_2, slope(by_2, 0.01), 1e-6) << what;
    EXPECT_NEAR(v.vega, slope([](pair_inputs& p, double h) { p.first.vol += h; }, 1e-4), 1e-4);
    EXPECT_NEAR(v.vega_2, slope([](pair_inputs& p, double h) { p.vol_2 += h; }, 1e-4), 1e-4);
    EXPECT_NEAR(v.theta, -slope([](pair_inputs& p, double h) { p.first.time += h; }, 1e-4), 1e-4);
    EXPECT_NEAR(v.rho, slope([](pair_inputs& p, double h) { p.first.rate += h; }, 1e-4), 1e-4);
    EXPECT_NEAR(v.correlation_slope,
                slope([](pair_inputs& p, double h) { p.correlation += h; }, 1e-4), 1e-4);
    auto const moved_delta = [&](double h, double pair_value::*which, auto const& move) {
        pair_inputs up = in, down = in;
        move(up, h), move(down, -h);
        return (value(up).*which - value(down).*which) / (2 * h);
    };
    EXPECT_NEAR(v.gamma, moved_delta(0.01, &pair_value::delta, by_1), 1e-6) << what;
    EXPECT_NEAR(v.gamma_2, moved_delta(0.01, &pair_value::delta_2, by_2), 1e-6) << what;
    EXPECT_NEAR(v.gamma_cross, moved_delta(0.01, &pair_value::delta, by_2), 1e-6) << what;
    EXPECT_NEAR(v.gamma_cross, moved_delta(0.01, &pair_value::delta_2, by_1), 1e-6) << what;
    if (!exact) return;
    asset_inputs const& a = in.first;
    double const s1 = a.underlying * a.vol, s2 = in.underlying_2 * in.vol_2;
    double const equation =
        v.theta + 0.5 * s1 * s1 * v.gamma + 0.5 * s2 * s2 * v.gamma_2 +
        in.correlation * s1 * s2 * v.gamma_cross + (a.rate - a.dividend) * a.underlying * v.delta +
        (a.rate - in.dividend_2) * in.underlying_2 * v.delta_2 - a.rate * v.price;
    EXPECT_NEAR(equation, 0, 1e-11 * a.underlying) << what;
}

TEST(two_assets, greeks_are_slopes_and_obey_the_equation) {
    for (char const* type : {"C", "P"})
        for (double correlation : {-0.7, 0.0, 0.5, 0.97}) {
            pair_inputs const in{spot_option(100, 0.7, 0.05, 0.02, 0.3, type), 103, 0.04, 0.2,
                                 correlation};
            std::string const what = type + std::to_string(correlation);
            expect_pair_greeks(
                in,
                [](auto const& p) {
                    return value_exchange({p, 1.1, 0.9});
                },
                true, "exchange " + what);
            expect_pair_greeks(
                in,
                [](auto const& p) {
                    return value_spread({p, 4});
                },
                false, "spread " + what);
            for (auto kind :
                 {best_of_kind::smaller, best_of_kind::larger, best_of_kind::correlation})
                expect_pair_greeks(
                    in,
                    [&](auto const& p) {
                        return value_best_of({p, 98, 105, kind});
                    },
                    true, std::to_string(static_cast<int>(kind)) + " " + what);
        }
}

TEST(two_assets, full_correlation_is_the_limit) {
    for (double correlation : {1.0, -1.0}) {
        auto const price = [&](double rho, best_of_kind kind) {
            return value_best_of({{spot_option(100, 0.7, 0.05, 0.02, 0.3), 103, 0.04, 0.2, rho},
                                  98,
                                  105,
                                  kind})
                .price;
        };
        for (auto kind : {best_of_kind::smaller, best_of_kind::larger, best_of_kind::correlation})
            EXPECT_NEAR(price(correlation, kind), price(correlation * (1 - 1e-9), kind), 1e-3);
    }
}

TEST(two_assets, no_value_is_nan_or_negative) {
    for (double spot : {1e-3, 100., 1e6})
        for (double vol : {0.0, 1e-6, 0.3, 3.0})
            for (double vol_2 : {0.0, 0.3, 30.0})
                for (double time : {0.0, 1e-9, 1.0, 30.0})
                    for (double rho : {-1.0, -0.95, 0.0, 1.0})
                        for (char const* type : {"C", "P"}) {
                            pair_inputs const p{spot_option(spot, time, 0.05, -0.1, vol, type), 100,
                                                0.1, vol_2, rho};
                            for (auto const& v :
                                 {value_exchange({p, 1, 2}), value_spread({p, -3}),
                                  value_best_of({p, 100, 90, best_of_kind::smaller}),
                                  value_best_of({p, 100, 90, best_of_kind::larger}),
                                  value_best_of({p, 100, 90, best_of_kind::correlation})}) {
                                ASSERT_FALSE(std::isnan(v.price + v.delta + v.gamma + v.vega +
                                                        v.theta + v.rho + v.delta_2 + v.gamma_2 +
                                                        v.gamma_cross + v.correlation_slope));
                                ASSERT_GE(v.price, 0);
                            }
                        }
}

TEST(two_assets, refusals) {
    pair_inputs const good{spot_option(100, 1, 0.05, 0, 0.2), 100, 0, 0.2, 0.5};
    auto const status = [&](auto const& change) {
        pair_inputs p = good;
        change(p);
        return value_exchange({p, 1, 1}).status;
    };
    EXPECT_EQ(status([](pair_inputs&) {}), computed);
    EXPECT_EQ(status([](pair_inputs& p) { p.underlying_2 = -1; }),
              second_underlying_is_not_positive);
    EXPECT_EQ(status([](pair_inputs& p) { p.vol_2 = NAN; }), second_vol_is_not_finite_or_negative);
    EXPECT_EQ(status([](pair_inputs& p) { p.dividend_2 = NAN; }), second_dividend_is_not_finite);
    EXPECT_EQ(status([](pair_inputs& p) { p.correlation = 1.1; }), correlation_is_not_in_range);
    EXPECT_EQ(status([](pair_inputs& p) { p.first.vol = -1; }), vol_is_not_finite_or_negative);
    EXPECT_EQ(value_exchange({good, 0, 1}).status, quantity_is_not_positive);
    EXPECT_EQ(value_exchange({good, 1, NAN}).status, second_quantity_is_not_positive);
    EXPECT_EQ(value_best_of({good, 1, 0, best_of_kind::correlation}).status,
              second_strike_is_not_positive);
    EXPECT_EQ(value_quanto({good.first, 1, NAN, 0.1, 0, 1}).status, second_rate_is_not_finite);
    EXPECT_EQ(value_spread({good, -106}).status, strike_is_not_positive);
    EXPECT_EQ(value_best_of({good, 0, 1, best_of_kind::larger}).status, strike_is_not_positive);
    EXPECT_EQ(value_best_of({good, 1, 1, best_of_kind{5}}).status, kind_is_unknown);
    EXPECT_EQ(value_quanto({good.first, 1, 0, -1, 0, 1}).status,
              second_vol_is_not_finite_or_negative);
    EXPECT_EQ(value_quanto({good.first, 1, 0, 0.1, 2, 1}).status, correlation_is_not_in_range);
}

}  // namespace
}  // namespace lockstep

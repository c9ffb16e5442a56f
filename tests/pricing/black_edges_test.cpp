// Where formulas divide by zero and markets do not stop: expiry, no vol, worthless legs, wings,
// nonsense; then laws that hold for every input, tried on a million random ones.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "pricing/model/black.h"

namespace lockstep {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr std::uint64_t call = 0, put = option_flag::put, inverse = option_flag::inverse,
                        spot = option_flag::spot;

option_valuation value_all(option_inputs const& in) { return value_option(in, option_depth::all); }

std::vector<double> columns(option_valuation const& v) {
    return {v.price, v.delta, v.gamma, v.vega,  v.theta, v.rho,    v.vanna,     v.volga,
            v.charm, v.speed, v.zomma, v.color, v.veta,  v.ultima, v.delta_usd, v.delta_net};
}

struct edge {
    char const* name;
    option_inputs in;  // underlying, strike, time, rate, dividend, vol, flags
    double price, delta;
};

TEST(BlackEdges, IntrinsicValueAndStepDelta) {
    double const d = std::exp(-0.05 * 2.0);
    edge const edges[] = {
        {"call expires in the money", {110, 100, 0, .05, .02, .5, call}, 10, 1},
        {"call expires out of the money", {90, 100, 0, .05, .02, .5, call}, 0, 0},
        {"put expires in the money", {90, 100, 0, .05, .02, .5, put}, 10, -1},
        {"put expires out of the money", {110, 100, 0, .05, .02, .5, put}, 0, 0},
        {"call expires at the money", {100, 100, 0, .05, .02, .5, call}, 0, .5},
        {"put expires at the money", {100, 100, 0, .05, .02, .5, put}, 0, -.5},
        {"call without vol", {110, 100, 2, .05, .02, 0, call}, 10 * d, d},
        {"put without vol", {90, 100, 2, .05, .02, 0, put}, 10 * d, -d},
        {"spot call without vol", {100, 90, 2, .05, 0, 0, spot}, 100 - 90 * d, 1},
        {"call with strike zero", {110, 0, 2, .05, .02, .5, call}, 110 * d, d},
        {"put with strike zero", {110, 0, 2, .05, .02, .5, put}, 0, 0},
        {"call on nothing", {0, 100, 2, .05, .02, .5, call}, 0, 0},
        {"put on nothing", {0, 100, 2, .05, .02, .5, put}, 100 * d, -d},
        {"call on nothing for nothing", {0, 0, 2, .05, .02, .5, call}, 0, d},
        {"everything zero", {0, 0, 0, 0, 0, 0, call}, 0, 1},
        {"vol beyond the cap",
         {100, 70, 1, .05, 0, 30, call},
         100 * std::exp(-.05),
         std::exp(-.05)},
        {"infinite total vol", {100, 70, 1e200, 0, 0, 1e300, put}, 70, 0},
        {"deep wing underflows", {100, 150, .01, 0, 0, .01, call}, 0, 0},
        {"inverse call expires",
         {125000, 100000, 0, 0, 0, .5, inverse},
         .2,
         100000. / 125000 / 125000},
        {"inverse put expires",
         {50000, 100000, 0, 0, 0, .5, inverse | put},
         1,
         -100000. / 50000 / 50000},
        {"inverse call with strike zero", {100, 0, 2, .05, .02, .5, inverse}, std::exp(-.04), 0},
        {"inverse call on a worthless coin", {0, 100, 2, .05, .02, .5, inverse}, 0, 0},
    };
    for (auto const& e : edges) {
        auto const v = value_all(e.in);
        EXPECT_EQ(v.faults, 0u) << e.name;
        EXPECT_NEAR(v.price, e.price, 1e-12) << e.name;
        EXPECT_NEAR(v.delta, e.delta, 1e-12) << e.name;
        EXPECT_EQ(v.vega, 0.0) << e.name;
        EXPECT_TRUE((e.in.flags & inverse) != 0 || v.gamma == 0.0) << e.name;
        for (double x : columns(v)) EXPECT_TRUE(std::isfinite(x)) << e.name;
    }
}

TEST(BlackEdges, ThetaOfTheDiscountedIntrinsicValue) {
    // Without vol a forward's option earns its rate: dV/dt = r V.
    auto const v = value_all({110, 100, 2, .05, .02, 0, call});
    EXPECT_NEAR(v.theta, .05 * v.price, 1e-14);
    EXPECT_NEAR(v.rho, -2 * v.price, 1e-13);
}

TEST(BlackEdges, RefusalsNameTheFirstFault) {
    struct refusal {
        option_inputs in;
        option_status status;
    };
    using enum option_status;
    option_inputs const good{100, 100, 1, .05, .02, .5, call};
    std::vector<refusal> refusals;
    auto const with = [&](double option_inputs::*field, double value, option_status status) {
        option_inputs in = good;
        in.*field = value;
        refusals.push_back({in, status});
    };
    for (double bad : {nan, inf, -inf, -1.0}) {
        with(&option_inputs::underlying, bad, underlying_is_not_finite_or_negative);
        with(&option_inputs::strike, bad, strike_is_not_finite_or_negative);
        with(&option_inputs::time, bad, time_is_not_finite_or_negative);
        with(&option_inputs::vol, bad, vol_is_not_finite_or_negative);
    }
    for (double bad : {nan, inf, -inf}) {
        with(&option_inputs::rate, bad, rate_is_not_finite);
        with(&option_inputs::dividend, bad, dividend_is_not_finite);
    }
    refusals.push_back({{nan, nan, nan, nan, nan, nan, put}, underlying_is_not_finite_or_negative});
    refusals.push_back({{1, nan, nan, nan, nan, nan, put}, strike_is_not_finite_or_negative});
    refusals.push_back({{1, 1, nan, nan, nan, nan, put}, time_is_not_finite_or_negative});
    refusals.push_back({{1, 1, 1, nan, nan, nan, put}, vol_is_not_finite_or_negative});
    refusals.push_back({{1, 1, 1, nan, nan, 1, put}, rate_is_not_finite});
    refusals.push_back({{1, 1, 1, 1, nan, 1, put}, dividend_is_not_finite});
    refusals.push_back({{100, 100, 1, -1e9, 0, .5, call}, value_is_not_finite});
    refusals.push_back({{1e308, 1, 100, -.1, 0, .5, call}, value_is_not_finite});
    refusals.push_back({{0, 100, 1, 0, 0, .5, inverse | put}, value_is_not_finite});
    for (auto const& [in, status] : refusals) {
        auto const v = value_all(in);
        EXPECT_EQ(first_fault(v.faults), status);
        for (double x : columns(v)) EXPECT_EQ(x, 0.0);
    }
    EXPECT_EQ(first_fault(value_all(good).faults), computed);
}

TEST(BlackEdges, MinusZeroIsZero) {
    auto const v = value_all({100, -0.0, -0.0, 0, 0, -0.0, call});
    EXPECT_EQ(v.faults, 0u);
    EXPECT_EQ(v.price, 100);
}

TEST(BlackLaws, PutCallParity) {
    std::mt19937_64 random(20260101);
    auto const uniform = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    for (int n = 0; n < 100000; ++n) {
        std::uint64_t const kind = (n & 1 ? spot : 0) | (n & 2 ? inverse : 0);
        option_inputs in{uniform(1, 200),  uniform(1, 200), uniform(0, 3), uniform(-.1, .2),
                         uniform(-.1, .2), uniform(0, 3),   kind};
        auto const c = value_all(in);
        in.flags |= put;
        auto const p = value_all(in);
        double const forward = kind & spot
                                   ? in.underlying * std::exp((in.rate - in.dividend) * in.time)
                                   : in.underlying;
        double const discount = std::exp(-(kind & inverse ? in.dividend : in.rate) * in.time);
        double const unit = kind & inverse ? 1 / forward : 1;
        double const expected = discount * (forward - in.strike) * unit;
        double const scale = discount * (forward + in.strike) * unit;
        ASSERT_NEAR(c.price - p.price, expected, 4e-15 * scale);
        ASSERT_TRUE((kind & inverse) != 0 || c.gamma == p.gamma);
        ASSERT_EQ(c.vega, p.vega);
    }
}

/// Numbers as a broken feed sends them: ordinary, tiny, huge, special.
double wild(std::mt19937_64& random, double usual) {
    switch (random() % 16) {
        case 0:
            return 0.0;
        case 1:
            return double_of(random());  // any bits at all
        case 2:
            return std::ldexp(1.0, static_cast<int>(random() % 2098) - 1074);
        case 3:
            return inf;
        case 4:
            return nan;
        case 5:
            return -usual;
        case 6:
            return usual * std::ldexp(1.0, static_cast<int>(random() % 41) - 20);
        default:
            return usual * (0.5 + static_cast<double>(random() >> 11) * 0x1p-53);
    }
}

TEST(BlackLaws, HoldForAMillionWildInputs) {
    std::mt19937_64 random(7);
    int computed = 0;
    for (int n = 0; n < 1000000; ++n) {
        option_inputs const in{wild(random, 100), wild(random, 100), wild(random, .5),
                               wild(random, .05), wild(random, .03), wild(random, .6),
                               (random() % 8) * 2};
        auto const v = value_all(in);
        auto const only_price = value_option(in, option_depth::price);
        auto const first_greeks = value_option(in, option_depth::first_greeks);
        if (v.faults != 0) {
            for (double x : columns(v)) ASSERT_EQ(x, 0.0);
            continue;
        }
        ++computed;
        for (double x : columns(v)) ASSERT_TRUE(std::isfinite(x)) << n;
        ASSERT_EQ(only_price.price, v.price);
        ASSERT_EQ(first_greeks.vanna, v.vanna);
        bool const is_put = (in.flags & put) != 0, is_inverse = (in.flags & inverse) != 0;
        ASSERT_GE(v.price, 0.0) << n;
        ASSERT_GE(v.vega, 0.0) << n;
        double const a = (in.flags & (spot | inverse)) != 0 ? in.dividend : in.rate;
        double const asset_discount = exponential(-a * in.time);
        double const leg = asset_discount * (is_inverse ? 1 : in.underlying);
        ASSERT_TRUE(is_put || v.price <= leg) << n;
        ASSERT_EQ(v.delta_usd < 0, is_put && v.delta_usd != 0) << n;
        ASSERT_LE(std::fabs(v.delta_usd), asset_discount) << n;
    }
    EXPECT_GT(computed, 100000);
}

TEST(BlackLaws, MonotoneInVolAndStrike) {
    // Prices rise with vol and calls fall with strike, up to the rounding of one price.
    for (double strike = 50; strike <= 200; strike += 12.5) {
        double before = 0;
        for (double vol = 0; vol < 40; vol = vol * 1.1 + 1e-4) {
            double const price = value_all({100, strike, .3, .02, 0, vol, call}).price;
            ASSERT_GE(price, before - 4e-14) << strike << " " << vol;
            before = price;
        }
    }
    double before = 101;
    for (double strike = 1; strike < 1000; strike *= 1.01) {
        double const price = value_all({100, strike, .3, .02, 0, .8, call}).price;
        ASSERT_LE(price, before + 4e-14) << strike;
        before = price;
    }
}

}  // namespace
}  // namespace lockstep

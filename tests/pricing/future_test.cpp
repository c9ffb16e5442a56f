#include "pricing/model/future.h"

#include <gtest/gtest.h>

#include <cmath>

#include "pricing/payoff.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

TEST(Future, ForwardOfASpot) {
    auto const f = value_future(100, true, 0.5, 0.05, 0.02);
    EXPECT_NEAR(f.price, 100 * std::exp(0.015), 1e-12);
    EXPECT_NEAR(f.delta, std::exp(0.015), 1e-14);
    EXPECT_NEAR(f.theta, -0.03 * f.price, 1e-12);
    EXPECT_NEAR(f.rho, 0.5 * f.price, 1e-12);
    EXPECT_NEAR(f.charm, -0.03 * f.delta, 1e-14);
    EXPECT_EQ(value_future(100, false, 0.5, 0.05, 0.02).price, 100);
    EXPECT_EQ(value_future(-1, false, 0.5, 0, 0).status,
              option_status::underlying_is_not_finite_or_negative);
    EXPECT_EQ(value_future(1e308, true, 1e3, 1, 0).status, option_status::value_is_not_finite);
}

TEST(Perpetual, ClosedFormsOfAckererHugonnierJermann) {
    for (auto const& row : reference_table("perpetual_futures_ackerer.csv")) {
        perpetual_terms const terms{
            row.at("kind") == "Inverse" ? settlement::inverse : settlement::linear,
            row.at("funding") == "CurrSpot" ? funding_spot::current : funding_spot::previous,
            row.number("k"), row.number("iota"), row.number("dt")};
        double const s = row.number("s"), r = row.number("r"), q = row.number("q");
        auto const v = value_perpetual(terms, s, r, q);
        double const expected = row.number("futures_price");
        EXPECT_EQ(v.status, option_status::computed);
        EXPECT_NEAR(v.price, expected, 1e-11 * expected) << row.text;
        double const h = 1e-6;
        double const slope = (value_perpetual(terms, s, r + h, q).price -
                              value_perpetual(terms, s, r - h, q).price) /
                             (2 * h);
        EXPECT_NEAR(v.rho, slope, 1e-5 * std::fabs(slope)) << row.text;
        EXPECT_NEAR(v.delta * s, v.price, 1e-12 * v.price);
    }
}

TEST(Perpetual, WithoutEnoughFundingThereIsNoPrice) {
    perpetual_terms terms{settlement::linear, funding_spot::previous, 0.01, 0.0, 0.0};
    EXPECT_EQ(value_perpetual(terms, 100, 0.05, 0).status, option_status::value_is_not_finite);
    terms.funding_rate = 0.0;
    EXPECT_EQ(value_perpetual(terms, 100, -0.05, 0).status, option_status::value_is_not_finite);
}

TEST(Payoff, OptionsAndFutures) {
    using enum settlement;
    // Delivery example of the exchange: strike 100000, delivery 125000 pays 0.2 coin a contract.
    EXPECT_EQ(option_payoff(inverse, option_type::call, 1, 125000, 100000), 0.2);
    EXPECT_EQ(option_payoff(linear, option_type::call, 2, 125000, 100000), 50000);
    EXPECT_EQ(option_payoff(linear, option_type::put, -3, 80, 100), -60);
    EXPECT_EQ(option_payoff(inverse, option_type::put, 1, 125000, 100000), 0);
    EXPECT_EQ(future_payoff(linear, -2, 100, 90), 20);
    EXPECT_EQ(future_payoff(inverse, 10000, 50000, 40000), 10000. / 50000 - 10000. / 40000);
    EXPECT_EQ(intrinsic_value(option_type::put, 90, 100), 10);
}

}  // namespace
}  // namespace lockstep

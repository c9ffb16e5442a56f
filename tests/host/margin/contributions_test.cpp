// What each leg adds to a margin: to the last bit the answer less that of a portfolio without it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "margin/model/srm_without.h"
#include "tests/host/margin/query_documents.h"

namespace lockstep {
namespace {

struct contribution_draws {
    std::uint64_t state;
    /// Uniform from `low` up to `high`, with three decimals.
    double operator()(double low, double high) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        double const share = static_cast<double>(state >> 11) * 0x1p-53;
        return static_cast<double>(static_cast<std::int64_t>((low + share * (high - low)) * 1e3)) /
               1e3;
    }
};

/// Calls and puts of three expiries in no order, among them pairs that cancel but for a fraction,
/// and perpetuals of two settlement coins.
std::string many_legs(std::string const& coin, std::size_t count, std::uint64_t seed) {
    contribution_draws draw{seed};
    char const* const days[] = {"27FEB26", "27MAR26", "26JUN26"};
    std::string legs = fmt::format(
        R"({{"instrument": "{0}_USDC-PERPETUAL", "size": -3.1, "entry": 2510.7, "funding": 1.3}},
           {{"instrument": "{0}_USDT-PERPETUAL", "size": 0.7, "entry": 2710.1}})",
        coin);
    constexpr std::size_t strikes = 101;  // which seven at a time go through in no order
    for (std::size_t i = 0; i < count; ++i) {
        double const size = draw(-5, 5);
        legs +=
            fmt::format(R"(, {{"instrument": "{}_USDC-{}-{}-{}", "size": {}, "vol": {}}})", coin,
                        days[i % 3], 2000 + 25 * (i / 6 * 7 % strikes), i % 2 == 0 ? "C" : "P",
                        i % 5 == 0 ? 1e-3 * size : size, draw(0.4, 1.2));
    }
    return legs;
}

std::string market_of(std::vector<std::string> const& coins, std::string const& legs) {
    std::string underlyings;
    for (std::string const& coin : coins)
        underlyings += (underlyings.empty() ? "\"" : ", \"") + coin +
                       R"(": {"index": 2681.6, "confidence": 0.3, "perpetual_price": 2683.1,
                "expiries": {"27FEB26": {"forward": 2690.1, "rate": 0.04},
                             "27MAR26": {"forward": 2701.7, "rate": 0.05, "confidence": 0.5},
                             "26JUN26": {"forward": 2744.9, "rate": -0.01}}})";
    return R"({"time": "2026-02-18T03:12:28Z", "cash": 100000.1, "cash_price": 0.97,
        "underlyings": {)" +
           underlyings + R"(}, "collateral": [{"asset": "ETH", "size": 2, "price": 2681.6,
        "haircut_initial": 0.05, "haircut_maintenance": 0.1, "moves_with_spot": true}],
        "legs": [)" +
           legs + "]}";
}

void expect_what_a_rest_gives(std::string const& model, std::string const& text) {
    auto const asked = make_margin_model(model, "");
    margin_query const query = parse_margin_query(text, "t");
    full_answer const answer = answer_query(*asked, query);
    ASSERT_EQ(answer.legs.size(), query.legs.size());
    for (std::size_t i = 0; i < query.legs.size(); ++i) {
        margin_query rest = query;
        rest.legs.erase(rest.legs.begin() + static_cast<std::ptrdiff_t>(i));
        margin_answer const without = asked->evaluate(rest);
        EXPECT_EQ(answer.legs[i].initial, answer.whole.initial - without.initial)
            << model << ' ' << named(query.legs[i]);
        EXPECT_EQ(answer.legs[i].maintenance, answer.whole.maintenance - without.maintenance)
            << model << ' ' << named(query.legs[i]);
        EXPECT_EQ(answer.legs[i].equity, answer.whole.equity - without.equity)
            << model << ' ' << named(query.legs[i]);
    }
}

TEST(leg_contributions, are_those_of_the_rest_to_the_bit) {
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        std::string const eth = many_legs("ETH", 50 + 3 * seed, seed);
        for (char const* model : {"pmrm", "srm"})
            expect_what_a_rest_gives(model, market_of({"ETH"}, eth));
        expect_what_a_rest_gives(
            "srm", market_of({"BTC", "ETH"}, eth + ", " + many_legs("BTC", 31, seed + 100)));
    }
    // The last leg of an expiry, and a book of perpetuals alone.
    std::string const one = R"({"instrument": "ETH_USDC-27MAR26-2700-C", "size": -2, "vol": 0.66})";
    for (char const* model : {"pmrm", "srm"}) {
        expect_what_a_rest_gives(model, document(one));
        expect_what_a_rest_gives(model, market_of({"ETH"}, many_legs("ETH", 0, 1)));
    }
}

// Butterflies whose payoff is flat at its worst over many strikes: there every corner is in doubt.
TEST(leg_contributions, a_worst_payoff_that_is_flat_is_the_same) {
    std::vector<srm::option_leg> legs;
    for (int i = 0; i < 40; ++i)
        legs.push_back({.strike = 1000.1 + 10.3 * (i % 13),
                        .size = i % 3 == 1 ? -2.2 : 1.1,
                        .mark = 0,
                        .is_call = i % 2 == 0});
    std::vector<srm::corner_sum> sums(legs.size() + 1);
    srm::sum_corners(view_of(legs), view_of(sums));
    for (std::size_t i = 0; i < legs.size(); ++i) {
        std::vector<srm::option_leg> rest = legs, zeroed = legs;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
        zeroed[i].size = 0;
        EXPECT_EQ(srm::worst_payoff_without(view_of(zeroed), i, legs[i], view_of(sums)),
                  srm::worst_payoff(view_of(rest)))
            << i;
    }
}

}  // namespace
}  // namespace lockstep

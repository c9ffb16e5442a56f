// What each leg adds to a margin: to the last bit the answer less that of a portfolio without it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <ostream>
#include <string>
#include <vector>

#include "margin/model/srm_without.h"
#include "tests/host/margin/query_documents.h"
#include "tests/host/margin/slow_contributions.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

enum class holds { options, options_and_perpetuals, options_and_futures, perpetuals };

/// Calls and puts of three expiries in no order, among them pairs that cancel but for a fraction,
/// and a perpetual or futures. `settle` follows the coin in an option's
/// name.
std::string many_legs(std::string const& coin, std::size_t count, std::uint64_t seed,
                      holds what = holds::options_and_perpetuals,
                      std::string const& settle = "_USDC") {
    contribution_draws draw{seed};
    char const* const days[] = {"27FEB26", "27MAR26", "26JUN26"};
    std::string legs;
    auto const add = [&legs](std::string const& leg) {
        legs += (legs.empty() ? "{" : ", {") + leg + "}";
    };
    if (what == holds::options_and_perpetuals || what == holds::perpetuals)
        add(fmt::format(
            R"("instrument": "{}{}-PERPETUAL", "size": {}, "entry": 2510.7, "funding": 1.3)", coin,
            settle, draw(-5, 5)));
    if (what == holds::options_and_futures)
        for (char const* day : days)
            add(fmt::format(R"("instrument": "{}{}-{}", "size": {}, "entry": 2650.3)", coin, settle,
                            day, draw(-9, 9)));
    constexpr std::size_t strikes = 101;  // which seven at a time go through in no order
    for (std::size_t i = 0; i < count && what != holds::perpetuals; ++i) {
        double const size = draw(-5, 5);
        add(fmt::format(R"("instrument": "{}{}-{}-{}-{}", "size": {}, "vol": {})", coin, settle,
                        days[i % 3], 2000 + 25 * (i / 6 * 7 % strikes), i % 2 == 0 ? "C" : "P",
                        i % 5 == 0 ? 1e-3 * size : size, draw(0.4, 1.2)));
    }
    return legs;
}

/// Underlyings of several kinds, two of which share one.
std::string market_of(std::vector<std::string> const& coins, std::string const& legs) {
    char const* const kinds[] = {"coin", "stock", "broad_index"};
    std::string underlyings;
    for (std::size_t i = 0; i < coins.size(); ++i)
        underlyings += fmt::format(
            R"({}"{}": {{"index": 2681.6, "confidence": 0.3, "perpetual_price": 2683.1,
                "kind": "{}", "multiplier": {},
                "expiries": {{"27FEB26": {{"forward": 2690.1, "rate": 0.04}},
                             "27MAR26": {{"forward": 2701.7, "rate": 0.05, "confidence": 0.5}},
                             "26JUN26": {{"forward": 2744.9, "rate": -0.01}}}}}})",
            i == 0 ? "" : ", ", coins[i], kinds[i % 3], i % 2 == 0 ? 1 : 100);
    return R"({"time": "2026-02-18T03:12:28Z", "cash": 100000.1, "cash_price": 0.97,
        "underlyings": {)" +
           underlyings + R"(}, "collateral": [{"asset": "ETH", "size": 2, "price": 2681.6,
        "haircut_initial": 0.05, "haircut_maintenance": 0.1, "moves_with_spot": true}],
        "legs": [)" +
           legs + "]}";
}

void expect_what_a_rest_gives(std::string const& model, std::string const& text) {
    expect_what_a_rest_gives(*make_margin_model(model, ""), parse_margin_query(text, "t"), model);
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

struct contribution_case {
    char const* model;
    std::vector<std::string> coins;
    holds what;
    std::string settle;
};

void PrintTo(contribution_case const& c, std::ostream* out) {
    *out << c.model << ", " << c.coins.size() << " underlyings, kind " << static_cast<int>(c.what)
         << ", settled in '" << c.settle << "'";
}

class EveryTable : public testing::TestWithParam<contribution_case> {};

// From one leg, without which there is none, to a few hundred.
TEST_P(EveryTable, is_that_of_the_rest_to_the_bit) {
    contribution_case const& c = GetParam();
    for (std::size_t const count : {0, 1, 2, 7, 40, 90}) {
        std::string legs;
        std::uint64_t seed = 10 * count + 1;
        for (std::string const& coin : c.coins) {
            std::string const own = many_legs(coin, count, seed++, c.what, c.settle);
            legs += (legs.empty() || own.empty() ? "" : ", ") + own;
        }
        expect_what_a_rest_gives(c.model, market_of(c.coins, legs));
    }
}

std::vector<std::string> const one_coin{"ETH"}, three_coins{"ETH", "BTC", "SOL"},
    five_coins{"ETH", "BTC", "SOL", "XRP", "ADA"};

INSTANTIATE_TEST_SUITE_P(
    leg_contributions, EveryTable,
    testing::Values(
        contribution_case{"span", one_coin, holds::options_and_futures, "_USDC"},
        contribution_case{"span", three_coins, holds::options_and_futures, "_USDC"},
        contribution_case{"span", three_coins, holds::options_and_perpetuals, "_USDC"},
        contribution_case{"tims", one_coin, holds::options_and_perpetuals, "_USDC"},
        contribution_case{"tims", five_coins, holds::options_and_futures, "_USDC"},
        contribution_case{"deribit", one_coin, holds::options_and_futures, ""},
        contribution_case{"deribit", one_coin, holds::options_and_perpetuals, "_USDC"},
        contribution_case{"deribit_cross", three_coins, holds::options_and_perpetuals, ""},
        contribution_case{"deribit_cross", three_coins, holds::options_and_futures, "_USDC"},
        contribution_case{"deribit_standard", one_coin, holds::options_and_perpetuals, ""},
        contribution_case{"deribit_standard", three_coins, holds::options_and_futures, "_USDC"},
        contribution_case{"leverage", five_coins, holds::perpetuals, "_USDC"},
        contribution_case{"reg_t", three_coins, holds::options, "_USDC"}));

// Coins and dollars of one underlying, whose gains and losses are set against each other.
TEST(leg_contributions, of_two_currencies_are_those_of_the_rest_to_the_bit) {
    expect_what_a_rest_gives(
        "deribit_cross",
        market_of({"ETH"}, many_legs("ETH", 45, 7, holds::options_and_futures, "") + ", " +
                               many_legs("ETH", 38, 8, holds::options_and_perpetuals, "_USDC")));
}

// Where shares of classes are netted with others of their kind, a leg of one moves what all ask.
TEST(leg_contributions, of_classes_that_are_netted_are_those_of_the_rest_to_the_bit) {
    std::string const file = scratch_file("netted.toml");
    std::string preset = parameters_of_model("tims", "");
    std::string const none = "offset_ppm = 0 ";
    preset.replace(preset.find(none), none.size(), "offset_ppm = 300000 ");
    std::ofstream(file) << preset;
    std::string legs;
    for (std::string const& coin : five_coins)
        legs += (legs.empty() ? "" : ", ") +
                many_legs(coin, 25, legs.size(), holds::options_and_futures);
    expect_what_a_rest_gives(*make_margin_model("tims", file),
                             parse_margin_query(market_of(five_coins, legs), "t"), "tims");
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

// What a model adds up, and asks for, of a portfolio whose legs and collateral are of several
// kinds.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/margin/query_documents.h"

namespace lockstep {
namespace {

/// Two legs on ETH and BTC, of the contracts that are named.
std::string two_legs(std::string const& first, std::string const& second) {
    auto const leg = [](std::string const& name) {
        return R"({"instrument": ")" + name + R"(", "size": -1, "vol": 0.6})";
    };
    return R"({"time": "2026-02-05T10:00:00Z", "cash": 1, "underlyings": {
        "ETH": {"index": 2000, "expiries": {"27MAR26": {"forward": 2020}}},
        "BTC": {"index": 70000, "expiries": {"27MAR26": {"forward": 70500}}}}, "legs": [)" +
           leg(first) + ", " + leg(second) + "]}";
}

// A call of each would be added up as if an ETH were a BTC, or a euro a dollar.
TEST(margin_refusals, what_settles_in_several_assets_is_not_added_up) {
    EXPECT_EQ(
        refusal("deribit_standard", two_legs("ETH-27MAR26-2000-C", "BTC-27MAR26-70000-C")),
        "legs[0]: ETH-27MAR26-2000-C settles in ETH, and legs[1]: BTC-27MAR26-70000-C in BTC: "
        "the cash is in one asset");
    std::string const dollars_and_euros =
        two_legs("ETH_USDC-27MAR26-2000-C", "ETH_EUR-27MAR26-2100-C");
    for (std::string const model : {"deribit", "deribit_cross", "deribit_standard", "srm", "pmrm",
                                    "span", "tims", "reg_t", "leverage"})
        EXPECT_EQ(refusal(model, dollars_and_euros),
                  "legs[0]: ETH_USDC-27MAR26-2000-C settles in USDC, and legs[1]: "
                  "ETH_EUR-27MAR26-2100-C in EUR: the cash is in one asset")
            << model;
    EXPECT_EQ(refusal("deribit_cross", two_legs("ETH-27MAR26-2000-C", "BTC-27MAR26-70000-C")),
              "answered");
}

TEST(margin_refusals, deribit_looks_at_the_underlyings_of_the_legs) {
    EXPECT_EQ(refusal("deribit", two_legs("ETH_USDC-27MAR26-2000-C", "ETH_USDC-27MAR26-2100-C")),
              "answered");
    EXPECT_EQ(refusal("deribit", two_legs("ETH_USDC-27MAR26-2000-C", "BTC_USDC-27MAR26-70000-C")),
              "model deribit: legs[1]: BTC_USDC-27MAR26-70000-C is of another underlying than the "
              "first leg");
}

// Who counts haircuts must have them; srm takes the same share of all coins.
TEST(margin_refusals, haircuts_are_asked_of_who_counts_them) {
    std::string const coins = R"({"time": "2026-02-05T00:00:00Z", "legs": [],
        "underlyings": {"ETH": {"index": 2000}},
        "collateral": [{"asset": "ETH", "size": 1, "price": 2000}]})";
    EXPECT_EQ(refusal("srm", coins), "answered");
    EXPECT_EQ(
        refusal("deribit_cross", coins),
        "collateral 'ETH': 'haircut_initial' and 'haircut_maintenance' are missing, which the "
        "model counts");
    EXPECT_NE(refusal("pmrm", coins).find("are missing"), std::string::npos);
}

}  // namespace
}  // namespace lockstep

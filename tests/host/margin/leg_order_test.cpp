// The order in which legs stand says nothing: what they add to equity is a sum of integers.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "tests/host/margin/query_documents.h"

namespace lockstep {
namespace {

/// Three legs in every order, sizes over a thousand where `small`.
std::set<std::string> equities(std::string const& model, bool small) {
    std::string const zeros = small ? "e-3" : "";
    std::array<std::string, 3> legs{
        R"({"instrument": "BTC_USDC-PERPETUAL", "entry": 75314.5, "size": -62174.1)" + zeros + "}",
        R"({"instrument": "BTC_USDC-27MAR26", "entry": 63192.1, "size": 13543.1)" + zeros + "}",
        R"({"instrument": "BTC_USDC-26JUN26", "entry": 75942.9, "size": -97260.4)" + zeros + "}"};
    std::sort(legs.begin(), legs.end());
    std::set<std::string> said_in_all;
    do {
        said_in_all.insert(
            said(model,
                 R"({"time": "2026-02-05T10:00:00Z", "cash": 0, "underlyings": {"BTC": {
                "index": 71441.5, "perpetual_price": 71440.3, "expiries": {
                "27MAR26": {"forward": 71800.7}, "26JUN26": {"forward": 72100.9}}}}, "legs": [)" +
                     legs[0] + "," + legs[1] + "," + legs[2] + "]}",
                 "equity"));
    } while (std::next_permutation(legs.begin(), legs.end()));
    return said_in_all;
}

// -62,174.1 x -3,874.2 + 13,543.1 x 8,608.6 - 97,260.4 x -3,842 = 731,136,485.68, of which a double
// holds the first sixteen digits; of a thousandth it holds all.
TEST(leg_order, is_no_matter_to_equity) {
    for (char const* model : {"span", "tims", "deribit", "deribit_standard"})
        EXPECT_EQ(equities(model, true), std::set<std::string>{"731136.48568"}) << model;
    for (char const* model : {"span", "tims"}) {
        std::set<std::string> const large = equities(model, false);
        ASSERT_EQ(large.size(), 1u) << model;
        EXPECT_NEAR(std::stod(*large.begin()), 731'136'485.68, 1.2e-7) << model;
    }
}

}  // namespace
}  // namespace lockstep

// What has expired by the time of a portfolio is refused, by every model and for every kind of
// contract alike: what it was settled at is not known here.
#include <gtest/gtest.h>

#include <string>

#include "host/base/error.h"
#include "tests/host/margin/query_documents.h"

namespace lockstep {
namespace {

/// One leg of ETH, of an expiry that is listed.
std::string at(std::string const& time, std::string const& leg) {
    return R"({"time": ")" + time + R"(", "cash": 10000, "underlyings": {"ETH": {"index": 2000,
        "expiries": {"27MAR26": {"forward": 2000}, "26JUN26": {"forward": 2000}}}}, "legs": [
        {"instrument": ")" +
           leg + "}]}";
}

std::string complaint_of(std::string const& model, std::string const& text) {
    try {
        (void)ask(model, text);
    } catch (input_error const& error) {
        return error.what();
    }
    return "answered";
}

struct expiring_leg {
    char const *model, *name, *rest;
};

// Options with and without a price of their own, and futures where a model takes them.
constexpr expiring_leg expiring_legs[] = {
    {"deribit", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"deribit", "ETH_USDC-27MAR26", R"("size": 1)"},
    {"deribit", "ETH-27MAR26-2000-P", R"("size": -1, "vol": 0.6)"},
    {"deribit_cross", "ETH_USDC-27MAR26-2000-C", R"("size": 1, "vol": 0.6)"},
    {"deribit_cross", "ETH-27MAR26", R"("size": 1)"},
    {"deribit_standard", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"deribit_standard", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "mark": 70)"},
    {"deribit_standard", "ETH-27MAR26-2000-C", R"("size": 1, "mark": 0.07)"},
    {"deribit_standard", "ETH_USDC-27MAR26", R"("size": 1)"},
    {"pmrm", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"srm", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"srm", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "mark": 70)"},
    {"span", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"span", "ETH_USDC-27MAR26", R"("size": -1)"},
    {"tims", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"tims", "ETH_USDC-27MAR26", R"("size": -1)"},
    {"reg_t", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "vol": 0.6)"},
    {"reg_t", "ETH_USDC-27MAR26-2000-C", R"("size": -1, "mark": 70)"},
};

TEST(expired_legs, are_refused_from_the_moment_of_expiry_on) {
    for (auto const& [model, name, rest] : expiring_legs) {
        std::string const leg = std::string(name) + R"(", )" + rest;
        std::string const expired = "legs[0]: " + std::string(name) + " has expired";
        EXPECT_EQ(complaint_of(model, at("2026-03-27T07:59:59Z", leg)), "answered")
            << model << ' ' << leg;
        EXPECT_EQ(complaint_of(model, at("2026-03-27T08:00:00Z", leg)), expired)
            << model << ' ' << leg;
        EXPECT_EQ(complaint_of(model, at("2026-06-05T00:00:00Z", leg)), expired)
            << model << ' ' << leg;
    }
}

TEST(expired_legs, are_told_apart_from_perpetuals_and_from_listed_expiries_without_legs) {
    for (char const* model : {"deribit", "pmrm", "srm", "span", "tims", "leverage"})
        EXPECT_EQ(
            complaint_of(model, at("2026-06-05T00:00:00Z", R"(ETH_USDC-PERPETUAL", "size": 1)")),
            "answered")
            << model;
}

// Of several legs the place in the document is named; legs of one instrument stand at the first.
TEST(expired_legs, are_named_by_their_place) {
    std::string const three = R"(ETH_USDC-26JUN26-2000-C", "size": 1, "vol": 0.6},
        {"instrument": "ETH_USDC-26JUN26-2000-C", "size": 2, "vol": 0.6},
        {"instrument": "ETH_USDC-27MAR26-2000-C", "size": 2, "vol": 0.6)";
    EXPECT_EQ(complaint_of("srm", at("2026-06-05T00:00:00Z", three)),
              "legs[2]: ETH_USDC-27MAR26-2000-C has expired");
}

}  // namespace
}  // namespace lockstep

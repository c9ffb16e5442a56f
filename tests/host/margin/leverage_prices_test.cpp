// Prices that the leverage model prints, and the reason where a position has none.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <ostream>
#include <string>
#include <utility>

#include "tests/host/margin/query_documents.h"

namespace lockstep {
namespace {

/// A part of the printed answer, as it is printed there, and the reason for a part without amount.
struct printed_part {
    std::string amount, why_none;
    bool operator==(printed_part const&) const = default;
    friend std::ostream& operator<<(std::ostream& out, printed_part const& p) {
        return out << p.amount << " (" << p.why_none << ')';
    }
};
printed_part printed(std::string const& model, std::string const& text, std::string const& name) {
    auto const asked = make_margin_model(model, "");
    simdjson::dom::parser parser;
    simdjson::dom::element const root = parser.parse(
        answer_json(model, answer_query(*asked, parse_margin_query(text, "t")), nullptr));
    simdjson::dom::element amount;
    std::string_view why;
    if (root["parts"][name].get(amount) != simdjson::SUCCESS) return {"nothing", ""};
    if (root["parts_without_amount"][name].get(why) != simdjson::SUCCESS) why = "";
    return {simdjson::minify(amount), std::string(why)};
}

// A tenth of the notional maintains a position. One bought at 100 with 900 of cash: at a price P
// the account has 900 - 100 + P, which is more than P / 10 at every P; sold, it has 1,000 - P,
// which is P / 10 at 909.09 and nothing at 1,000. Sold with 300 of debt it has -200 - P. Bought
// with 96 of debt it has P - 196 and a tenth of P at 217.78.
TEST(leverage_prices, a_position_that_no_price_liquidates_has_no_liquidation_price) {
    auto const prices = [](std::string const& size, std::string const& cash) {
        std::string const text = R"({"time": "2026-02-05T00:00:00Z", "cash": )" + cash +
                                 R"(, "underlyings": {"BTC": {"index": 100}},
            "legs": [{"instrument": "BTC_USDC-PERPETUAL", "size": )" +
                                 size + "}]}";
        return std::pair(printed("leverage", text, "BTC_USDC-PERPETUAL liquidation_price"),
                         printed("leverage", text, "BTC_USDC-PERPETUAL bankruptcy_price"));
    };
    auto const bought = prices("1", "900");
    EXPECT_EQ(bought.first,
              (printed_part{"null",
                            "the account keeps its maintenance margin at every price above zero"}));
    EXPECT_EQ(bought.second,
              (printed_part{"null", "something is left to the account at every price above zero"}));
    auto const sold = prices("-1", "900");
    EXPECT_NEAR(std::stod(sold.first.amount), 1000 / 1.1, 1e-9);
    EXPECT_EQ(sold.second, (printed_part{"1000", ""}));
    auto const lost = prices("-1", "-300");
    EXPECT_EQ(lost.first, (printed_part{"null",
                                        "the account is below its maintenance margin at every "
                                        "price above zero"}));
    EXPECT_EQ(lost.second,
              (printed_part{"null", "nothing is left to the account at any price above zero"}));
    auto const indebted = prices("1", "-96");
    EXPECT_NEAR(std::stod(indebted.first.amount), 196 / 0.9, 1e-9);
    EXPECT_EQ(indebted.second, (printed_part{"196", ""}));
    // Paid in full: at zero there is nothing, and no price is zero.
    EXPECT_EQ(prices("1", "100").first.amount, "null");
    EXPECT_EQ(prices("1", "100").second.amount, "null");
    EXPECT_NEAR(std::stod(prices("1", "99").first.amount), 1 / 0.9, 1e-9);
}

}  // namespace
}  // namespace lockstep

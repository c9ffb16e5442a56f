// What `lockstep margin` counts as equity, and the verdict on it: options that are paid in full,
// funding that is still to be received, and prices of positions of any size.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <string>

#include "host/base/error.h"
#include "host/margin/query/answer.h"

namespace lockstep {
namespace {

std::string document(std::string const& legs, std::string const& cash = "0") {
    return R"({"time": "2026-02-05T10:00:00Z", "cash": )" + cash + R"(, "underlyings": {
        "ETH": {"index": 2681.6, "perpetual_price": 2683.2, "expiries": {
            "27FEB26": {"forward": 2690.5}, "27MAR26": {"forward": 2703.9}}}}, "legs": [)" +
           legs + "]}";
}

/// The amount or the verdict of that name in the answer of the command.
std::string answered(char const* model, std::string const& text, char const* key) {
    full_answer const answer =
        answer_query(*make_margin_model(model, ""), parse_margin_query(text, "test.json"));
    simdjson::dom::parser parser;
    simdjson::padded_string const json(answer_json(model, answer, nullptr));
    return std::string(parser.parse(json)[key].get_string().value());
}

// Nobody can lose more than the options that they have paid for: whatever these are worth, nothing
// is lacking, and not a nano either.
TEST(margin_equity, options_paid_in_full_are_safe_without_cash) {
    std::string const bought = document(
        R"({"instrument": "ETH_USDC-27FEB26-3000-C", "size": 1, "vol": 0.71},
           {"instrument": "ETH_USDC-27MAR26-2400-P", "size": 3, "vol": 0.69})");
    for (char const* model : {"srm", "reg_t", "span", "deribit_standard"}) {
        EXPECT_EQ(answered(model, bought, "verdict"), "safe") << model;
        EXPECT_EQ(answered(model, bought, "excess"), "0") << model;
    }
}

// Of the same account with 100 USDC more, these are what is left.
TEST(margin_equity, cash_beside_options_paid_in_full_is_the_excess) {
    std::string const bought =
        document(R"({"instrument": "ETH_USDC-27FEB26-3000-C", "size": 1, "vol": 0.71})", "100");
    for (char const* model : {"reg_t", "span", "deribit_standard"})
        EXPECT_EQ(answered(model, bought, "excess"), "100") << model;
}

// A day before expiry a price that falls takes all of a call's value, and no more than that.
TEST(margin_equity, span_asks_no_more_of_an_option_than_it_is_worth) {
    for (std::string const size : {"0.1", "0.3", "1", "7.77"}) {
        std::string const bought =
            R"({"time": "2026-02-05T10:00:00Z", "cash": 0, "underlyings": {"ETH": {"index": 2681.6,
                "expiries": {"6FEB26": {"forward": 2683.7}}}}, "legs": [
                {"instrument": "ETH_USDC-6FEB26-2750-C", "vol": 0.71, "size": )" +
            size + R"(}, {"instrument": "ETH_USDC-6FEB26-2800-C", "vol": 0.73, "size": )" + size +
            "}]}";
        EXPECT_EQ(answered("span", bought, "maintenance_margin"), "0") << size;
        EXPECT_EQ(answered("span", bought, "verdict"), "safe") << size;
    }
}

// Two ETH bought at 2,600 and marked at 2,683.2: 166.4 gained. 40 of funding owed are lost.
TEST(margin_equity, funding_counts_whatever_the_model) {
    std::string const owed = document(
        R"({"instrument": "ETH_USDC-PERPETUAL", "size": 2, "entry": 2600, "funding": -40})");
    for (char const* model : {"pmrm", "srm", "span", "tims", "deribit", "deribit_standard",
                              "leverage", "deribit_cross"}) {
        margin_answer const a =
            make_margin_model(model, "")->evaluate(parse_margin_query(owed, "test.json"));
        EXPECT_NEAR(a.equity, 126.4, 1e-6) << model;
    }
}

// A call sold whose day has passed: what it was settled at is not known here.
TEST(margin_equity, no_model_answers_for_an_option_that_has_expired) {
    std::string text =
        document(R"({"instrument": "ETH_USDC-27FEB26-2500-C", "size": -1, "vol": 1})");
    text.replace(text.find("02-05T"), 6, "03-01T");
    for (char const* model :
         {"deribit", "pmrm", "srm", "span", "tims", "deribit_standard", "reg_t"})
        EXPECT_THROW((void)answered(model, text, "verdict"), input_error) << model;
}

double fillable_price(double size) {
    // 10 % of maintenance margin, half of which is there: half of a tenth of it is given up, 0.5 %
    // of the price.
    std::string const text = R"({"time": "2026-02-05T10:00:00Z", "cash": )" +
                             std::to_string(size * 3500) +
                             R"(, "underlyings": {"BTC": {"index": 70000}}, "legs": [{"size": )" +
                             std::to_string(size) + R"(, "instrument": "BTC_USDC-PERPETUAL"}]})";
    margin_answer const a =
        make_margin_model("leverage", "")->evaluate(parse_margin_query(text, "test.json"));
    for (margin_part const& part : a.parts)
        if (part.name == "BTC_USDC-PERPETUAL fillable_price") return part.amount;
    return 0;
}

// Ten per cent of 70,000 is 7,000, half of it 3,500; a tenth of 7,000 times one half is 350.
TEST(margin_equity, a_fillable_price_is_no_matter_of_size) {
    for (double const size : {0.2, 1.0, 20.0, 200.0, 20'000.0, 100'000.0})
        EXPECT_NEAR(fillable_price(size), 69'650, 1e-6) << size;
}

}  // namespace
}  // namespace lockstep

// A trade of `--add` is one at the market: what is traded is paid for, and a position that is
// closed keeps what it has gained.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <fstream>
#include <string>

#include "tests/host/run_binary.h"
#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {
namespace {

/// What `--add` changes: equity and initial margin, and what the cash becomes another by.
struct changes {
    std::string equity, initial, cash;
    bool operator==(changes const&) const = default;
    friend std::ostream& operator<<(std::ostream& out, changes const& c) {
        return out << c.equity << ' ' << c.initial << ' ' << c.cash;
    }
};

std::string text_at(simdjson::dom::element root, char const* key) {
    std::string_view text;
    return root[key].get(text) == simdjson::SUCCESS ? std::string(text) : "nothing";
}

changes traded(std::string const& file, std::string const& flags) {
    command_result const ran = run_lockstep("margin --portfolio '" + file + "' " + flags);
    if (ran.exit != 0) return {ran.err, "", ""};
    simdjson::dom::parser parser;
    simdjson::dom::element const root = parser.parse(ran.out);
    simdjson::dom::element const what_if = root["what_if"];
    return {text_at(what_if["change"], "equity"), text_at(what_if["change"], "initial_margin"),
            text_at(what_if, "cash_change")};
}

std::string holding(std::string const& legs, std::string const& cash = R"("cash": 0)") {
    std::string const file = scratch_file("what_if.json");
    std::ofstream(file) << R"({"time": "2026-02-05T00:00:00Z", )" + cash +
                               R"(, "underlyings": {"ETH": {"index": 2000, "expiries": {
                               "27MAR26": {"forward": 2000}}}}, "legs": [)" +
                               legs + "]}";
    return file;
}

// Bought at 1,300 and at 2,000 now: 700 of open gain become 700 of cash.
TEST(what_if, a_position_that_is_closed_keeps_its_gain) {
    std::string const file =
        holding(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1, "entry": 1300})");
    for (std::string const model : {"deribit", "deribit_cross", "pmrm", "srm", "leverage", "span",
                                    "tims", "deribit_standard"}) {
        changes const closed = traded(file, "--model " + model + " --add ETH_USDC-PERPETUAL:-1");
        EXPECT_EQ(closed.equity, "0") << model;
        EXPECT_EQ(closed.cash, "700") << model;
        EXPECT_TRUE(closed.initial.starts_with("-")) << model << closed;
        changes const turned = traded(file, "--model " + model + " --add ETH_USDC-PERPETUAL:-3");
        EXPECT_EQ(turned.equity, "0") << model;
        EXPECT_EQ(turned.cash, "2100") << model << ": two sold at 2,000 stand at 1,300";
    }
    std::string const future =
        holding(R"({"instrument": "ETH_USDC-27MAR26", "size": -2, "entry": 2100})");
    for (std::string const model : {"deribit", "deribit_cross", "span", "tims", "deribit_standard"})
        EXPECT_EQ(traded(future, "--model " + model + " --add ETH_USDC-27MAR26:1").cash, "100")
            << model;
}

// 2,000 USD bought at 1,600: a gain of 2,000 (1/1,600 - 1/2,000) = 0.25 coins, 500 USD at the
// index.
TEST(what_if, a_gain_in_coins_stays_one) {
    std::string const file =
        holding(R"({"instrument": "ETH-PERPETUAL", "size": 2000, "entry": 1600})");
    struct {
        std::string model, cash;
    } const cases[] = {{"deribit", "0.25"}, {"deribit_standard", "0.25"}, {"deribit_cross", "500"}};
    for (auto const& [model, cash] : cases) {
        changes const closed = traded(file, "--model " + model + " --add ETH-PERPETUAL:-2000");
        EXPECT_EQ(closed.equity, "0") << model;
        EXPECT_EQ(closed.cash, cash) << model;
    }
}

// A call on 1,500 without vol is worth 500 of 2,000. Models that count it as equity have neither
// more nor less; others count the balance, which the premium goes out of or comes into.
TEST(what_if, an_option_is_paid_for) {
    std::string const file = holding("");
    struct {
        std::string model, bought, sold;  // what equity changes by
    } const cases[] = {{"deribit", "0", "0"},
                       {"deribit_cross", "0", "0"},
                       {"pmrm", "0", "0"},
                       {"srm", "0", "0"},
                       {"tims", "0", "0"},
                       {"span", "-500", "500"},
                       {"deribit_standard", "-500", "500"},
                       {"reg_t", "0", "500"}};
    for (auto const& [model, bought, sold] : cases) {
        std::string const call = " --add ETH_USDC-27MAR26-1500-C:";
        changes const one = traded(file, "--model " + model + call + "1@0");
        EXPECT_EQ(one.equity, bought) << model;
        EXPECT_EQ(one.cash, "-500") << model;
        changes const other = traded(file, "--model " + model + call + "-1@0");
        EXPECT_EQ(other.equity, sold) << model;
        EXPECT_EQ(other.cash, "500") << model;
        changes const none = traded(file, "--model " + model + call + "1@0" + call + "-1@0");
        EXPECT_EQ(none, (changes{"0", "0", "0"})) << model;
    }
    // A quarter of a coin, 500 USD.
    EXPECT_EQ(traded(file, "--model deribit --add ETH-27MAR26-1500-C:2@0").cash, "-0.5");
    EXPECT_EQ(traded(file, "--model deribit_cross --add ETH-27MAR26-1500-C:2@0").cash, "-1000");
}

// Two units of cash are one dollar here: of an option of 500 in that cash, and of half a coin.
TEST(what_if, cash_that_is_no_dollar_pays_by_its_price) {
    std::string const file = holding("", R"("cash": 4000, "cash_price": 0.5)");
    EXPECT_EQ(traded(file, "--model deribit_cross --add ETH_USDC-27MAR26-1500-C:1@0").cash, "-500");
    EXPECT_EQ(
        traded(file, "--model deribit_cross --add ETH-27MAR26-1500-C:2@0"),
        (changes{"0", traded(file, "--model deribit_cross --add ETH-27MAR26-1500-C:2@0").initial,
                 "-2000"}));
    EXPECT_EQ(traded(file, "--model pmrm --add ETH_USDC-27MAR26-1500-C:1@0").cash, "-500");
}

// The sample holds options, a perpetual and collateral; whatever is traded, nothing is won by it.
TEST(what_if, no_trade_wins_or_loses_anything) {
    std::string const trades =
        " --add ETH_USDC-27FEB26-3000-C:1.37 --add ETH_USDC-PERPETUAL:-0.7771"
        " --add ETH_USDC-27MAR26-3000-C:-2@0.71";
    auto const equity = [&](std::string const& model) {
        return traded(data_path("sample/margin.json"), "--model " + model + trades).equity;
    };
    for (char const* model : {"pmrm", "tims", "deribit", "deribit_cross"})
        EXPECT_EQ(equity(model), "0") << model;
    // Which rounds what its options are worth by itself.
    EXPECT_NEAR(std::stod(equity("srm")), 0, 1.1e-9);
}

/// The sample after the same trades, written by hand, with another cash.
std::string sample_after(double cash) {
    std::string text = text_of_file(data_path("sample/margin.json"));
    auto const put = [&text](std::string const& was, std::string const& is) {
        std::size_t const at = text.find(was);
        ASSERT_NE(at, std::string::npos) << was;
        text.replace(at, was.size(), is);
    };
    put("\"cash\": 2500,", "\"cash\": " + fmt::format("{:.12f}", cash) + ",");
    put("\"size\": -4,", "\"size\": -2.63,");
    put("\"size\": 1.25,", "\"size\": 0.4729,");
    put("\"legs\": [",
        R"("legs": [{"instrument": "ETH_USDC-27MAR26-3000-C", "size": -2, "vol": 0.71}, )");
    std::string const file = scratch_file("what_if_by_hand.json");
    write_file(file, text);
    return file;
}

// The change of cash is the right one: the portfolio that the trades lead to is worth as much.
TEST(what_if, leads_to_the_portfolio_that_was_traded_for) {
    for (std::string const model : {"pmrm", "tims", "deribit", "deribit_cross", "srm"}) {
        std::string const asked = "margin --model " + model + " --portfolio ";
        std::string const flags =
            " --add ETH_USDC-27FEB26-3000-C:1.37 --add ETH_USDC-PERPETUAL:-0.7771"
            " --add ETH_USDC-27MAR26-3000-C:-2@0.71";
        simdjson::dom::parser first, second;
        auto const traded_for = run_lockstep(asked + data_path("sample/margin.json") + flags);
        ASSERT_EQ(traded_for.exit, 0) << traded_for.err;
        simdjson::dom::element const before = first.parse(traded_for.out);
        double const cash = std::stod(text_at(before["what_if"], "cash_change"));
        auto const by_hand = run_lockstep(asked + sample_after(2500 + cash));
        ASSERT_EQ(by_hand.exit, 0) << by_hand.err;
        simdjson::dom::element const after = second.parse(by_hand.out);
        EXPECT_NEAR(std::stod(text_at(after, "equity")), std::stod(text_at(before, "equity")), 1e-8)
            << model;
        for (char const* key : {"initial_margin", "maintenance_margin"})
            EXPECT_NEAR(std::stod(text_at(after, key)), std::stod(text_at(before["what_if"], key)),
                        1e-8)
                << model << " " << key;
    }
}

// Sold at 8.40, what was received is there: 20 % of 12,850 is lacking, and not the premium as well.
TEST(what_if, a_premium_counts_toward_what_a_short_option_asks_for) {
    std::string const file = scratch_file("what_if_stock.json");
    std::ofstream(file) << R"({"time": "2026-02-05T00:00:00Z", "cash": 0, "underlyings": {"XYZ":
        {"index": 128.5, "multiplier": 100, "kind": "stock"}}, "legs": [
        {"instrument": "XYZ_USD-27MAR26-120-C", "size": 1, "mark": 8.4}]})";
    EXPECT_EQ(traded(file, "--model reg_t --add XYZ_USD-27MAR26-120-C:-2"),
              (changes{"840", "2570", "1680"}))
        << "840 of a call held, 1,680 received; 840 asked for, and then 840 + 2,570";
}

}  // namespace
}  // namespace lockstep

// Margin queries: published portfolios through the JSON document with the built-in parameters, and
// what amounts become where they leave the models.
#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <string>

#include "host/base/error.h"
#include "host/margin/query/answer.h"
#include "host/risk/formula_margin.h"
#include "tests/host/margin/query_documents.h"
#include "tests/host/run_binary.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

// derive_pmrm2_portfolios.json, test_51: a call bought; and test_29, a perpetual, whose figures are
// IM -608 and MM -481.4 at a value of 10.
TEST(margin_query, published_portfolios_through_the_document) {
    margin_answer const perpetual = ask("pmrm", R"({"time": "2026-02-18T03:12:28Z", "cash": 0,
        "cash_price": 1.00019088635,
        "underlyings": {"ETH": {"index": 3000, "perpetual_price": 3100}},
        "legs": [{"instrument": "ETH_USDC-PERPETUAL", "size": 1, "funding": 10}]})");
    EXPECT_NEAR(perpetual.equity, 10, 1e-9);
    EXPECT_NEAR(perpetual.equity - perpetual.initial, -608, 1e-9);
    EXPECT_NEAR(perpetual.equity - perpetual.maintenance, -481.4, 1e-9);
}

// Test1 of derive_srm_portfolios.json: one call sold, IM 304.3716, MM 191.8716 (without its value).
TEST(margin_query, a_published_standard_margin) {
    // 500,400 seconds before 27 March 2026, 08:00 UTC.
    margin_answer const a = ask("srm", R"({"time": "2026-03-21T13:00:00Z",
        "underlyings": {"ETH": {"index": 1500, "expiries": {"27MAR26": {"forward": 1500.8332793109938}}}},
        "legs": [{"instrument": "ETH_USDC-27MAR26-1500-C", "size": -1, "vol": 1.0478844940849862}]})");
    EXPECT_NEAR(a.equity, -79.37158518905994, 1e-9);
    EXPECT_NEAR(a.equity - a.initial, -304.37158518905994, 1e-9);
    EXPECT_NEAR(a.equity - a.maintenance, -191.87158518905994, 1e-9);
}

// The first rows of dydx_v4_liquidation.csv:
// 0.1 BTC long at 50,000 with -4,501 USDC is just below its maintenance margin of 500.
TEST(margin_query, a_published_leverage) {
    margin_answer const a = ask("leverage", R"({"time": "2026-02-05T00:00:00Z", "cash": -4501,
        "underlyings": {"BTC": {"index": 50000}},
        "legs": [{"instrument": "BTC_USDC-PERPETUAL", "size": 0.1, "entry": 1e-9}]})");
    EXPECT_NEAR(a.equity, 499, 1e-6);
    EXPECT_NEAR(a.initial, 1000, 1e-6);
    EXPECT_NEAR(a.maintenance, 500, 1e-6);
    for (margin_part const& part : a.parts) {
        if (part.name == "BTC_USDC-PERPETUAL fillable_price") {
            EXPECT_NEAR(part.amount, 49'999, 1e-6);
        }
        if (part.name == "BTC_USDC-PERPETUAL bankruptcy_price") {
            EXPECT_NEAR(part.amount, 45'010, 1e-6);
        }
    }
}

// Half of the smile's slope counts and all of its bend: of every gain.
TEST(margin_query, a_preset_says_what_of_the_skew_scenarios_counts) {
    std::string text = parameters_of_model("pmrm", "");
    std::string const all = "skew_dampening = [1.0, 1.0]";
    text.replace(text.find(all), all.size(), "skew_dampening = [0.5, 1.0]");
    std::string const file = scratch_file("skew.toml");
    write_file(file, text);
    std::string const held =
        document(R"({"instrument": "ETH_USDC-27MAR26-3500-C", "size": -10, "vol": 0.9})");
    auto const gains = [&](std::string const& preset) {
        std::map<std::string, double> by_name;
        for (scenario_line const& line :
             make_margin_model("pmrm", preset)->evaluate(parse_margin_query(held, "t")).scenarios)
            by_name[line.description] = line.gain;
        return by_name;
    };
    auto whole = gains(""), half = gains(file);
    ASSERT_LT(whole.at("smile slope"), 0);
    EXPECT_EQ(half.at("smile slope, 0.5 of it"), 0.5 * whole.at("smile slope"));
    EXPECT_EQ(half.at("smile bend"), whole.at("smile bend"));
    EXPECT_EQ(half.size(), whole.size());
    EXPECT_EQ(half.at("+18 %, vol up"), whole.at("+18 %, vol up"));
}

// A call on a stock sold at 8.40: 840 + 20 % of 12,850; value by its mark, multiplier 100.
TEST(margin_query, regulation_t) {
    margin_answer const a = ask("reg_t", R"({"time": "2026-02-05T00:00:00Z", "cash": 840,
        "underlyings": {"XYZ": {"index": 128.5, "multiplier": 100, "kind": "stock"}},
        "legs": [{"instrument": "XYZ_USD-27MAR26-120-C", "size": -1, "mark": 8.4}]})");
    EXPECT_NEAR(a.initial, 3410, 1e-6);
    EXPECT_NEAR(a.equity, 840, 1e-9) << "what was received counts toward what is asked for";
    EXPECT_EQ(a.value_asked_for, 0);
}

// Index and forward 50,000; a call of 55,000 sold at 0.07 coins: 0.15 - 0.1 is below the floor of
// 0.10, so 0.17 initially and 0.145 to maintain it; the balance is without the option. A put of
// 48,000 at 0.05: 0.15 - 0.04 + 0.05 = 0.16, and 0.125.
TEST(margin_query, deribit_standard_options_by_hand) {
    std::string const market = R"({"time": "2026-02-05T00:00:00Z", "cash": 1,
        "underlyings": {"BTC": {"index": 50000, "expiries": {"27MAR26": {"forward": 50000}}}},
        "legs": [)";
    margin_answer const call =
        ask("deribit_standard",
            market + R"({"instrument": "BTC-27MAR26-55000-C", "size": -1, "mark": 0.07}]})");
    EXPECT_NEAR(call.initial, 0.17, 1e-12);
    EXPECT_NEAR(call.maintenance, 0.145, 1e-12);
    EXPECT_EQ(call.equity, 1);
    EXPECT_TRUE(call.options_are_paid_in_full);
    margin_answer const put =
        ask("deribit_standard",
            market + R"({"instrument": "BTC-27MAR26-48000-P", "size": -2, "mark": 0.05}]})");
    EXPECT_NEAR(put.initial, 0.32, 1e-12);
    EXPECT_NEAR(put.maintenance, 0.25, 1e-12);
    margin_answer const bought =
        ask("deribit_standard",
            market + R"({"instrument": "BTC-27MAR26-48000-P", "size": 2, "mark": 0.05}]})");
    EXPECT_EQ(bought.initial, 0);
}

// 25 BTC of the linear perpetual at 100,000: the exchange's own example, 53,125 and 28,125.
TEST(margin_query, deribit_standard_perpetual_as_published) {
    margin_answer const a = ask("deribit_standard", R"({"time": "2026-02-05T00:00:00Z",
        "underlyings": {"BTC": {"index": 100000}},
        "legs": [{"instrument": "BTC_USDC-PERPETUAL", "size": -25}]})");
    EXPECT_NEAR(a.initial, 53125, 1e-6);
    EXPECT_NEAR(a.maintenance, 28125, 1e-6);
}

double part_of(margin_answer const& a, std::string const& name) {
    for (margin_part const& p : a.parts)
        if (p.name == name) return p.amount;
    ADD_FAILURE() << "no part " << name;
    return 0;
}

// One ETH sold through the inverse perpetual (2,000 USD) and bought through the linear one. Where
// the price rises by 18 % the coins lose 0.18 / 1.18 of a coin, 305.08 USD at the index, and of the
// linear gain of 360 four tenths count: 144. Where it falls the linear one loses 360, and of the
// coins' gain, 0.18 / 0.82 of a coin or 439.02, six tenths: 263.41. Roll: 0.5 % of a coin, and 1 %
// of 2,000 USD. Worst 161.08 + 10 + 20.
TEST(margin_query, deribit_cross_sets_one_currency_against_the_other_in_part) {
    std::string const legs =
        R"({"instrument": "ETH-PERPETUAL", "size": -2000},
           {"instrument": "ETH_USDC-PERPETUAL", "size": 1})";
    auto const document_of = [](std::string const& held) {
        return R"({"time": "2026-02-05T00:00:00Z", "cash": 100,
            "underlyings": {"ETH": {"index": 2000}},
            "collateral": [{"asset": "ETH", "size": 2, "price": 2000,
                            "haircut_initial": 0.02, "haircut_maintenance": 0.05}],
            "legs": [)" +
               held + "]}";
    };
    margin_answer const both = ask("deribit_cross", document_of(legs));
    double const worst = 2000 * 0.18 / 1.18 - 0.4 * 360;
    EXPECT_NEAR(part_of(both, "ETH risk_matrix_margin"), worst + 10 + 20, 1e-5);
    EXPECT_NEAR(both.maintenance, 0.8 * (worst + 30), 1e-5);
    EXPECT_NEAR(both.initial, worst + 30 + 0.02 * 4000, 1e-5);
    EXPECT_NEAR(both.equity, 100 + 0.95 * 4000, 1e-6);
    EXPECT_NEAR(part_of(both, "ETH haircut"), 0.05 * 4000, 1e-9);
    EXPECT_NEAR(part_of(both, "ETH initial haircut"), 0.02 * 4000, 1e-9);
    margin_answer const one =
        ask("deribit_cross", document_of(R"({"instrument": "ETH_USDC-PERPETUAL", "size": 1})"));
    EXPECT_NEAR(part_of(one, "ETH risk_matrix_margin"), 360 + 20, 1e-5);
}

// What is below its requirement by a perpetual, its collateral and a peg that is broken has a part
// for each.
TEST(margin_query, parts_of_srm_say_what_its_requirements_are_made_of) {
    std::string text = document(
        R"({"instrument": "ETH_USDC-PERPETUAL", "size": -2, "entry": 2500},
           {"instrument": "ETH_USDC-27MAR26-2600-C", "size": -1, "vol": 0.7})",
        "900");
    text.insert(text.rfind('}'), R"(, "collateral": [{"asset": "ETH", "size": 3, "price": 2681}])");
    text.replace(text.find("1.00019088635"), 13, "0.9");
    margin_answer const a = ask("srm", text);
    for (bool const first : {true, false}) {
        double sum = 900;
        for (char const* what : {"options", "perpetuals", "collateral", "contingencies"}) {
            double const part =
                part_of(a, std::string("ETH ") + what + (first ? " initial" : " maintenance"));
            EXPECT_TRUE(part != 0 || !first) << what;
            sum += part;
        }
        EXPECT_NEAR(sum, a.equity - (first ? a.initial : a.maintenance), 1e-9);
    }
}

// Half an ETH owed beside 2,000 USD: it counts whole, and asks for nothing on top.
TEST(margin_query, a_debt_in_coins_has_no_haircut) {
    std::string const indebted = R"({"time": "2026-02-05T00:00:00Z", "cash": 2000,
        "underlyings": {"ETH": {"index": 2000}}, "legs": [],
        "collateral": [{"asset": "ETH", "size": -0.5, "price": 2000,
                        "haircut_initial": 0.02, "haircut_maintenance": 0.05}]})";
    margin_answer const cross = ask("deribit_cross", indebted);
    EXPECT_EQ(cross.equity, 1000);
    EXPECT_EQ(cross.initial, 0);
}

// What a contract that is settled in dollars of cash gains is in that cash: 1,000 of it against a
// debt of 1,000, whatever it is worth.
TEST(margin_query, gains_in_cash_are_worth_what_cash_is) {
    std::string const indebted = R"({"time": "2026-02-05T00:00:00Z", "cash": -1000,
        "cash_price": 0.5, "underlyings": {"ETH": {"index": 2000}},
        "legs": [{"instrument": "ETH_USDC-PERPETUAL", "size": 1, "entry": 1000}]})";
    EXPECT_EQ(ask("pmrm", indebted).equity, 0);
    margin_answer const cross = ask("deribit_cross", indebted);
    EXPECT_EQ(cross.equity, 0);
    // 18 % of 2,000 and 1 % of it, half of which in USD.
    EXPECT_NEAR(cross.initial, 190, 1e-6);
    EXPECT_NEAR(cross.maintenance, 152, 1e-6);
}

// 100 shares of one bought and of another sold, of 100 USD each: 15 % of either may be lost, as
// prices fall and as they rise, and nothing says that both move together.
TEST(margin_query, tims_classes_cover_each_other_by_the_offset_alone) {
    std::string const pair = R"({"time": "2026-02-05T00:00:00Z", "cash": 10000, "underlyings": {
        "AAPL": {"index": 100, "kind": "stock"}, "MSFT": {"index": 100, "kind": "stock"}},
        "legs": [{"instrument": "AAPL_USD-PERPETUAL", "size": 100},
                 {"instrument": "MSFT_USD-PERPETUAL", "size": -100}]})";
    EXPECT_NEAR(ask("tims", pair).initial, 3000, 1e-6);
}

TEST(margin_query, srm_names_the_expiries_of_its_parts) {
    margin_answer const a = ask("srm", document(R"({"instrument": "ETH_USDC-27MAR26-2700-C",
        "size": -2, "vol": 0.66})"));
    for (char const* part :
         {" isolated initial", " isolated maintenance", " bounded initial", " bounded maintenance"})
        EXPECT_GT(0, part_of(a, std::string("ETH 27MAR26") + part)) << part;
}

// 10 ETH at 2,000: a fifth of 20,000 and half of that; 18 % and the 1 % of roll. Ten shares sold at
// the money, 20 % of 50 each on a hundred units, beside puts that are worth 333.3.
TEST(margin_query, a_requirement_of_whole_nanos_is_not_rounded_past_them) {
    std::string const eth = R"({"time": "2026-02-05T00:00:00Z", "cash": 2000,
        "underlyings": {"ETH": {"index": 2000}},
        "legs": [{"instrument": "ETH_USDC-PERPETUAL", "size": 10}]})";
    EXPECT_EQ(said("leverage", eth, "initial_margin"), "4000");
    EXPECT_EQ(said("leverage", eth, "maintenance_margin"), "2000");
    EXPECT_EQ(said("leverage", eth, "verdict"), "reduce_only");
    EXPECT_EQ(said("deribit", eth, "initial_margin"), "3800");
    std::string const stock = R"({"time": "2026-02-05T00:00:00Z", "cash": 1000,
        "underlyings": {"XYZ": {"index": 50, "multiplier": 100, "kind": "stock"}},
        "legs": [{"instrument": "XYZ_USD-27MAR26-50-C", "size": -1, "mark": 0})";
    EXPECT_EQ(said("reg_t", stock + "]}", "initial_margin"), "1000");
    std::string const hedged =
        stock + R"(, {"instrument": "XYZ_USD-27MAR26-40-P", "size": 3, "mark": 1.111}]})";
    EXPECT_EQ(said("reg_t", hedged, "initial_margin"), "1333.3");
    EXPECT_EQ(said("reg_t", hedged, "verdict"), "safe");
}

TEST(margin_query, what_was_whole_nanos_comes_back_and_anything_more_is_rounded) {
    std::uint64_t state = 1;
    for (int i = 0; i < 10'000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        auto const nanos = static_cast<std::int64_t>(state >> (12 + i % 40));
        for (rounding const direction : {rounding::down, rounding::up})
            ASSERT_EQ(in_nanos(units(nanos), direction).value, nanos);
    }
    EXPECT_EQ(in_nanos(4000.0000000001, rounding::up).value, 4'000'000'000'001);
    EXPECT_EQ(in_nanos(4000.0000000001, rounding::down).value, 4'000'000'000'000);
    EXPECT_EQ(in_nanos(1333.3, rounding::up, 333.3).value, 1'000'000'000'000);
    EXPECT_TRUE(in_nanos(1e10, rounding::up).overflowed);
    EXPECT_EQ(in_nanos_of_usd(units(4'000'000'000'000)).value, 4'000'000'000'000);
}

TEST(margin_query, what_is_too_large_is_named_once) {
    std::string reason;
    try {
        (void)said("reg_t", R"({"time": "2026-02-05T00:00:00Z",
            "underlyings": {"XYZ": {"index": 50, "multiplier": 100, "kind": "stock"}},
            "legs": [{"instrument": "XYZ_USD-27MAR26-50-C", "size": 1e12, "mark": 1e9}]})",
                   "verdict");
    } catch (input_error const& error) {
        reason = error.what();
    }
    EXPECT_EQ(reason, "the value of options is too large to be stated");
}

}  // namespace
}  // namespace lockstep

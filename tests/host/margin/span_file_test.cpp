// Positional SPAN files: what is read of a small one, a margin from it worked out by hand, and
// complaints that name line and columns. The file is the first input of the fuzz target.
#include "host/margin/span_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "host/base/error.h"
#include "host/io/timestamp.h"
#include "host/margin/query/answer.h"
#include "tests/host/margin/small_span_file.h"
#include "tests/host/scratch.h"
#include "tests/where.h"

namespace lockstep {
namespace {

using namespace small_span_file;

TEST(span_file, what_is_there) {
    span_file const file = read_span_file(text_of_file(), path);
    EXPECT_EQ(file.business_date, "20261127");
    ASSERT_EQ(file.contracts.size(), 5u);
    ASSERT_EQ(file.commodities.size(), 2u);
    ASSERT_EQ(file.credits.size(), 1u);
    span_contract const& call = file.contracts[2];
    EXPECT_EQ(call.right, 'C');
    EXPECT_EQ(call.option_month, 202612);
    EXPECT_EQ(call.strike, 6000);
    EXPECT_EQ(call.losses[0], -500'000'000'000);
    EXPECT_EQ(call.losses[15], 1'000'000'000'000);
    EXPECT_EQ(call.composite_delta, 0.52);
    EXPECT_EQ(call.value, 6'000'000'000'000) << "120.00 x 50";
    EXPECT_EQ(file.contracts[3].composite_delta, -0.48);
    span_commodity const& es = file.commodities[0];
    EXPECT_EQ(file.commodity_of(call), &es);
    ASSERT_EQ(es.tiers.size(), 2u);
    EXPECT_EQ(es.tiers[1].last, 202709);
    EXPECT_EQ(es.initial_thousandths, 1100u);
    EXPECT_EQ(es.short_option_rate, 150'000'000'000);
    EXPECT_EQ(file.credits[0].share, 0.7);
    EXPECT_EQ(file.skipped.at("1"), 1u);
}

// On the 20th the day of the name is past, and the contract of the month is not. Five calls of
// 120.00 x 50 sold bring 30,000.
TEST(span_file, any_day_of_its_month_names_a_contract_that_is_traded) {
    auto const model = make_margin_model("span", path);
    margin_query none = holding({});
    none.time = *parse_timestamp("2026-12-20T00:00:00Z");
    what_if_answer const traded =
        answer_what_if(*model, none, answer_query(*model, none), {"ES_USD-15DEC26-6000-C:-5"});
    EXPECT_EQ(traded.cash_change, 30'000);
    EXPECT_EQ(traded.after.whole.equity, 30'000);
    EXPECT_GT(traded.after.whole.maintenance, 30'000);
}

// 10 futures of December, 4 of March sold, 5 calls sold. Scan risk in scenario 13:
// 6 x 12,000 - 5 x 2,800 = 58,000; its twin 57,250; scenarios 1 and 2: 2,500 and -3,000. Price risk
// 58,000 + 250 - 375. Deltas 10 - 5 x 0.52 = 7.4 and -4: four spreads of 300. The calls are worth
// 30,000, and five of them ask for 750 at least. At first a tenth more of 59,200, not of the value.
TEST(span_file, a_margin_by_hand) {
    auto const model = make_margin_model("span", path);
    margin_answer const a = model->evaluate(
        holding({"ES_USD-15DEC26:10", "ES_USD-15MAR27:-4", "ES_USD-15DEC26-6000-C:-5"}));
    EXPECT_NEAR(part(a, "ES scan_risk"), 58'000, 1e-6);
    EXPECT_NEAR(part(a, "ES price_risk"), 57'875, 1e-6);
    EXPECT_NEAR(part(a, "ES intra_commodity_charge"), 1'200, 1e-6);
    EXPECT_NEAR(part(a, "ES short_option_minimum"), 750, 1e-6);
    EXPECT_NEAR(part(a, "ES net_option_value"), -30'000, 1e-6);
    EXPECT_NEAR(a.maintenance, 89'200, 1e-6);
    EXPECT_NEAR(a.initial, 95'120, 1e-6);
}

/// Records as CME published them for 2 January 2019 (header, P, B, 81, 82 of the E-mini S&P 500
/// future) and 20 June 2025 (6, V, X, 5); the 2, 3 and 4 that hold them together are ours, in the
/// form of other commodities' of that day. The array loses 6,000 USD a contract at worst, and the
/// delta counts a fifth of the large contract's; a tenth more to begin with is what our 3 says.
TEST(span_file, published_records_are_read_and_margined) {
    std::string const published =
        "0 CME   20190102SF     201901021814U2YNCLR        C CUST  H HEDGE 1 CORE  M MAINT \n"
        "T CLPCUSD$0000001063\n"
        "1 CME  01\n"
        "P CMEES        FUTE-MINI S&P 500 002000  000005000000000000000001USD$IDX 00    E-MINI S&P "
        "500 FUTURES             YFFUT  CASH                  0000001000000000  \n"
        "P CBT21        FUT10Y TREASURY NO003000C 000100000000000000000001USD$STD 00    10Y "
        "TREASURY NOTE FUTURES          YFFUT  DELIV                 0000001000000000  \n"
        "2 CME SP    0USD$PN   SP        FUT   ES        FUT\n"
        "3 SP    1001201812202112                                            100010001100\n"
        "B CMEES        FUT201903            "
        "0000000035000000060000300003300000000197260000000002000"
        "20190315ES          00000000         0000050000000000 00 00 010000000\n"
        "81CMEES        ES        FUT 201903            000000000000+00000+02000-02000-02000+02000+"
        "04000-04000-04000+00000000251100N\n"
        "82CMEES        ES        FUT 201903            000000004000+06000-06000-06000+06000+05940-"
        "05940+10000+000000000251100++10000+C\n"
        "4 SP    10010120190300000010000000                            00001701001001001\n"
        "V CMEGA        202506  202506200000000000000+P0000000000000+P 100100Y100100Y100100GSCIER\n"
        "X M31        0000000\n"
        "5 CME       06    07    14    31    3CC   71    76    7CC   AUW   BCF   \n"
        "6 ALL00010980000NYMNNY-HH 0010000ANYMNNY-HP 0010000B                                    "
        "04NYMNNY-NG          S00100000001\n";
    std::string const at = scratch_file("published.pa2");
    std::ofstream(at, std::ios::binary) << published;
    margin_answer const a = make_margin_model("span", at)->evaluate(holding({"ES_USD-15MAR19:-3"}));
    EXPECT_NEAR(part(a, "SP scan_risk"), 18'000, 1e-9);
    EXPECT_NEAR(part(a, "SP net_delta"), -0.6, 1e-12);
    EXPECT_NEAR(a.maintenance, 18'000, 1e-9);
    EXPECT_NEAR(a.initial, 19'800, 1e-9);
}

/// A price in thirty-seconds is not a decimal: its option is refused, not valued wrongly.
TEST(span_file, prices_in_fractions_are_refused) {
    std::string text = text_of_file();
    std::string const decimals = "P CMEES        OOF               002002 ";
    std::size_t const found = text.find(decimals);
    ASSERT_NE(found, std::string::npos);
    text[found + decimals.size() - 1] = 'C';
    std::string const at = scratch_file("fractions.pa2");
    std::ofstream(at, std::ios::binary) << text;
    auto const model = make_margin_model("span", at);
    EXPECT_GT(model->evaluate(holding({"ES_USD-15DEC26:1"})).maintenance, 0);
    try {
        (void)model->evaluate(holding({"ES_USD-15DEC26-6000-C:-5"}));
        FAIL() << "valued";
    } catch (input_error const& error) {
        EXPECT_NE(std::string(error.what()).find("alignment code 'C'"), std::string::npos);
    }
}

// The same against one future of NQ sold, 2 : 1. Weighted price risks 57,875 / 3.4 and 18,000; one
// spread; 70 % of 2 x 17,022.0588 and of 18,000.
TEST(span_file, commodities_offset_each_other_by_hand) {
    auto const model = make_margin_model("span", path);
    margin_answer const a =
        model->evaluate(holding({"ES_USD-15DEC26:10", "ES_USD-15MAR27:-4",
                                 "ES_USD-15DEC26-6000-C:-5", "NQ_USD-15DEC26:-1"}));
    EXPECT_NEAR(part(a, "ES inter_commodity_credit"), 23'830.882352941, 1e-6);
    EXPECT_NEAR(part(a, "NQ inter_commodity_credit"), 12'600, 1e-6);
    EXPECT_NEAR(a.maintenance, 65'369.117647059 + 5'400, 1e-6);
    margin_answer const same_side =
        model->evaluate(holding({"ES_USD-15DEC26:1", "NQ_USD-15DEC26:1"}));
    EXPECT_NEAR(same_side.maintenance, 30'000, 1e-6) << "no credit for two longs";
}

// Two puts lose 2 x 2,900 at most and are worth 2 x 5,750: nothing more is asked for, and what they
// are worth beyond their risk is no credit to the other commodity.
TEST(span_file, options_bought_ask_for_nothing_and_give_nothing_away) {
    auto const model = make_margin_model("span", path);
    EXPECT_EQ(model->evaluate(holding({"ES_USD-15DEC26-6000-P:2"})).maintenance, 0);
    margin_answer const a =
        model->evaluate(holding({"ES_USD-15DEC26-6000-P:2", "NQ_USD-15DEC26:1"}));
    EXPECT_NEAR(part(a, "NQ requirement"), 18'000 - part(a, "NQ inter_commodity_credit"), 1e-6);
    EXPECT_EQ(part(a, "ES requirement"), 0);
}

/// The file with one line's columns overwritten.
std::string spoiled(std::size_t line, std::size_t column, std::string const& with) {
    std::string text = text_of_file();
    std::size_t at = 0;
    for (std::size_t i = 1; i < line; ++i) at = text.find('\n', at) + 1;
    return text.replace(at + column - 1, with.size(), with);
}

TEST(span_file, complaints_name_line_record_and_columns) {
    EXPECT_EQ(complaint(spoiled(12, 67, "x")),
              "f.pa2:12: record 81, array value (columns 67-71) is not a number: 'x4000'");
    EXPECT_EQ(complaint(spoiled(12, 60, "*")),
              "f.pa2:12: record 81, array value (columns 60-60) is no sign: '*'");
    EXPECT_EQ(complaint(spoiled(13, 6, "XX")),
              "f.pa2:13: record 82, contract (columns 3-54) is not that of record 81");
    EXPECT_EQ(complaint(spoiled(1, 36, "P2")),
              "f.pa2:1: record 0, format (columns 36-37) must be U2, not 'P2'");
    EXPECT_EQ(complaint(spoiled(9, 28, "X")),
              "f.pa2:9: record C, side of a leg (columns 28-28) must be A or B");
    EXPECT_EQ(complaint(spoiled(6, 13, "9")),
              "f.pa2:6: record 2, risk exponent (columns 13-13) is more than four");
    EXPECT_NE(complaint(spoiled(3, 1, "T")).find("has no record P"), std::string::npos);
    std::string const text = text_of_file();
    std::size_t const second = text.find("\n82CME") + 1;
    auto const without_the_end_of_it = [&](std::size_t from) {
        return complaint(text.substr(0, second + from) + text.substr(text.find('\n', second)));
    };
    EXPECT_EQ(
        without_the_end_of_it(66),
        "f.pa2:13: record 82, composite delta (columns 97-101) is missing: the line is cut off");
    EXPECT_EQ(without_the_end_of_it(57),
              "f.pa2:13: record 82, array value (columns 55-59) is cut off");
    std::string const cut = text_of_file().substr(0, text_of_file().find("82CME"));
    EXPECT_NE(complaint(cut).find("its 82 is missing"), std::string::npos);
    EXPECT_EQ(complaint(""), "f.pa2: holds no risk array");
}

TEST(span_file, what_a_leg_was_bought_at_is_not_counted_and_said_so) {
    auto const model = make_margin_model("span", path);
    margin_query q = holding({"ES_USD-15DEC26:1", "NQ_USD-15DEC26:1"});
    EXPECT_TRUE(model->not_counted(q).empty());
    q.legs[1].entry = 21'000;
    EXPECT_EQ(model->not_counted(q), std::vector<std::string>{"entry"});
    q.legs[0].funding = -1;
    q.cash_price = 0.99;
    EXPECT_EQ(model->not_counted(q), (std::vector<std::string>{"cash_price", "entry", "funding"}));
}

/// The small file with pieces replaced, written in a place of its own.
std::string changed(std::vector<std::pair<std::string, std::string>> const& pieces) {
    std::string text = text_of_file();
    for (auto const& [from, to] : pieces) {
        std::size_t const found = text.find(from);
        if (found == std::string::npos)
            ADD_FAILURE() << "no " << from;
        else
            text.replace(found, from.size(), to);
    }
    std::string const at = scratch_file("changed.pa2");
    std::ofstream(at, std::ios::binary) << text;
    return at;
}

// December and March in one tier, whose spread has both its legs there: the long and the short
// deltas stand against each other as if in two, and four spreads of 10 and -4 are formed.
TEST(span_file, a_spread_within_one_tier_is_formed) {
    auto const charge = [](std::string const& file, std::vector<std::string> const& legs) {
        return part(make_margin_model("span", file)->evaluate(holding(legs)),
                    "ES intra_commodity_charge");
    };
    std::string const inner = changed({{"01202612202612022027032027", "01202612202709022028032028"},
                                       {"0010101A020201B", "0010101A020101B"}});
    EXPECT_NEAR(charge(path, {"ES_USD-15DEC26:10", "ES_USD-15MAR27:-4"}), 1'200, 1e-6);
    EXPECT_NEAR(charge(inner, {"ES_USD-15DEC26:10", "ES_USD-15MAR27:-4"}), 1'200, 1e-6);
    EXPECT_NEAR(charge(inner, {"ES_USD-15DEC26:-4", "ES_USD-15MAR27:10"}), 1'200, 1e-6);
    EXPECT_NEAR(charge(inner, {"ES_USD-15DEC26:10", "ES_USD-15MAR27:4"}), 0, 1e-6);
}

// Two deltas of the first side for one of the other: 10 long are enough for five spreads, and three
// short for three.
TEST(span_file, a_spread_within_one_tier_keeps_its_ratios) {
    std::string const inner = changed({{"01202612202612022027032027", "01202612202709022028032028"},
                                       {"0010101A020201B", "0010102A020101B"}});
    auto const model = make_margin_model("span", inner);
    auto const charge = [&](std::vector<std::string> const& legs) {
        return part(model->evaluate(holding(legs)), "ES intra_commodity_charge");
    };
    EXPECT_NEAR(charge({"ES_USD-15DEC26:10", "ES_USD-15MAR27:-3"}), 900, 1e-6);
    EXPECT_NEAR(charge({"ES_USD-15DEC26:10", "ES_USD-15MAR27:-8"}), 1'500, 1e-6);
}

// Weekly contracts of one month differ in a column that the name of a leg does not say.
TEST(span_file, a_leg_that_may_be_one_of_two_contracts_is_refused) {
    std::string text = text_of_file();
    std::size_t const first = text.find("81CMEES        ES        FUT 202612");
    std::size_t const second = text.find("81CMEES        ES        FUT 202703");
    std::string weekly = text.substr(first, second - first);
    for (std::size_t at = weekly.find("202612"); at != std::string::npos;
         at = weekly.find("202612", at + 8))
        weekly.replace(at + 6, 2, "11");
    std::string const at = scratch_file("weekly.pa2");
    std::ofstream(at, std::ios::binary) << text.insert(second, weekly);
    auto const model = make_margin_model("span", at);
    EXPECT_GT(model->evaluate(holding({"ES_USD-15MAR27:1"})).maintenance, 0);
    try {
        (void)model->evaluate(holding({"ES_USD-15DEC26:1"}));
        FAIL() << "the first was taken";
    } catch (input_error const& error) {
        EXPECT_STREQ(error.what(),
                     "model span: the file has several contracts of the month of leg "
                     "'ES_USD-15DEC26'");
    }
}

TEST(span_file, a_leg_that_settles_in_its_coin_is_refused) {
    auto const model = make_margin_model("span", path);
    try {
        (void)model->evaluate(holding({"ES-15DEC26:1"}));
        ADD_FAILURE() << "answered";
    } catch (input_error const& error) {
        EXPECT_STREQ(error.what(), "model span: leg 'ES-15DEC26' is not linear");
    }
}

TEST(span_file, a_leg_that_the_file_does_not_hold_is_named) {
    auto const model = make_margin_model("span", path);
    EXPECT_THROW((void)model->evaluate(holding({"ES_USD-15JAN27:1"})), input_error);
    EXPECT_THROW((void)model->evaluate(holding({"ES_USD-PERPETUAL:1"})), input_error);
}

}  // namespace
}  // namespace lockstep

// Payoffs beyond the plain option through `lockstep price`, as a user runs it. Expected values: the
// tables in data/reference that the rows are taken from.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/host/result_table.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

command_result price(std::string const& text, std::string const& flags = "") {
    return run_on_table("price", text, flags);
}

std::string const single =
    "payoff,type,spot,forward,strike,time,rate,dividend,vol,settle,barrier,upper_barrier,rebate,"
    "cash,monitoring,second_strike,first_fixing,fixings,past_fixings,average,window,extreme,"
    "foreign_rate,exchange_vol,correlation\n";

struct expected_row {
    char const* text;
    double price, tolerance;
};
expected_row const single_rows[] = {
    {"cash_or_nothing,P,100,,80,0.75,0.06,0.06,0.35,,,,,10,,,,,,,,,,,", 2.6710, 1e-4},
    {"asset_or_nothing,P,70,,65,0.5,0.07,0.05,0.27,,,,,,,,,,,,,,,,", 20.2069, 1e-4},
    {"gap,C,50,,50,0.5,0.09,0,0.2,,,,,,,57,,,,,,,,,", -0.0053, 1e-4},
    {"one_touch,,105,,,0.5,0.1,0,0.2,,100,,,15,,,,,,,,,,,", 9.7264, 1e-4},
    {"one_touch,,95,,,0.5,0.1,0.2,0.2,,100,,,15,,,,,,,,,,,", 8.9109, 1e-4},
    {"down_out,C,100,,90,0.5,0.08,0.04,0.25,,95,,3,,,,,,,,,,,,", 9.0246, 1e-4},
    {"up_in,put,100,,100,0.5,0.08,0.04,0.25,linear,105,,3,,,,,,,,,,,,", 3.3721, 1e-4},
    {"double_out,C,100,,100,0.25,0.1,0,0.35,,70,130,,,,,,,,,,,,,", 3.7765, 1e-4},
    {"double_in,C,100,,100,0.25,0.1,0,0.35,,90,110,,,,,,,,,,,,,", 8.1432, 1e-4},
    {"asian_geometric,P,80,,85,0.25,0.05,-0.03,0.2,,,,,,,,,,,,,,,,", 4.6922, 1e-4},
    {"asian_geometric,C,100,,100,1,0.06,0.03,0.2,,,,,,,,0.1,10,,,,,,,", 5.3425606635, 1e-9},
    {"asian_two_moments,C,100,,95,0.25,0.1,0.05,0.15,,,,,,,,-0.5,,,100,,,,,", 5.0806, 1e-4},
    {"asian,C,2,,2,1,0.05,0,0.5,,,,,,,,,,,,,,,,", 0.246416, 2e-4},
    {"lookback_fixed,C,100,,95,0.5,0.1,0,0.1,,,,,,,,,,,,,100,,,", 13.2687, 1e-4},
    {"lookback_floating,P,100,,,0.5,0.1,0,0.3,,,,,,,,,,,,,110,,,", 16.8468, 1e-4},
    {"quanto,C,100,,105,0.5,0.08,0.04,0.2,,,,,,,,,,,,,,0.05,0.1,0.3", 3.552, 1e-3},
    {"vanilla,C,60,,65,0.25,0.08,0,0.3,,,,,,,,,,,,,,,,", 2.1334, 1e-4},
};

TEST(PayoffCommand, OneUnderlying) {
    std::string text = single;
    for (auto const& row : single_rows) text += std::string(row.text) + "\n";
    auto const r = price(text);
    EXPECT_EQ(r.exit, 0) << r.err << r.out;
    result_table const got(r.out);
    std::size_t at = 0;
    for (auto const& row : single_rows) {
        EXPECT_NEAR(got.number(at, "price"), row.price, row.tolerance) << row.text;
        EXPECT_EQ(got.at(at, "status"), "computed") << row.text;
        EXPECT_NE(got.at(at, "theta"), "") << row.text;
        bool const plain = std::string(row.text).starts_with("vanilla");
        EXPECT_EQ(got.at(at, "vanna").empty(), !plain) << row.text;
        ++at;
    }
}

std::string const pair =
    "payoff,type,spot,forward,forward_2,spot_2,strike,time,rate,dividend,"
    "dividend_2,vol,vol_2,correlation,quantity,quantity_2,strike_2\n";

TEST(PayoffCommand, TwoUnderlyingsHaveGreeksOfBoth) {
    expected_row const rows[] = {
        {"exchange,,22,,,20,,0.1,0.1,0.06,0.04,0.2,0.15,-0.5,,,", 2.125, 1e-3},
        {"exchange,,22,,,10,,0.5,0.1,0.06,0.04,0.2,0.15,0.5,1,2,", 2.138, 1e-3},
        {"spread,C,,122,120,,3,0.1,0.1,,,0.25,0.2,-0.5,,,", 5.4275, 1e-3},
        {"on_smaller,P,100,,,100,100,1,0.05,0,0,0.3,0.3,0.5,,,", 13.890, 1e-3},
        {"on_larger,C,100,,,105,98,0.5,0.05,0,0,0.11,0.16,0.63,,,", 11.6323, 1e-4},
        {"correlation,C,65,,,52,70,0.5,0.1,0,0,0.3,0.2,0.75,,,50", 4.7073, 1e-4},
        {",C,60,,,,65,0.25,0.08,0,,0.3,,,,,", 2.1334, 1e-4},
    };
    std::string text = pair;
    for (auto const& row : rows) text += std::string(row.text) + "\n";
    auto const r = price(text);
    EXPECT_EQ(r.exit, 0) << r.err << r.out;
    result_table const got(r.out);
    std::size_t at = 0;
    for (auto const& row : rows) {
        EXPECT_NEAR(got.number(at, "price"), row.price, row.tolerance) << row.text;
        EXPECT_EQ(got.at(at, "delta_2").empty(), row.text[0] == ',') << row.text;
        ++at;
    }
    EXPECT_NEAR(got.number(0, "delta_2"), -0.818, 1e-3);
    EXPECT_NEAR(got.number(0, "gamma_2"), 0.135, 1e-3);
}

TEST(PayoffCommand, ABadRowSaysWhichFieldAndWhy) {
    struct bad {
        char const *row, *status, *reason;
    };
    bad const rows[] = {
        {"up_and_away,C,100,,90,0.5,0.08,0.04,0.25,,95,,,,,,,,,,,,,,", "field_is_unknown",
         "payoff is 'up_and_away', it can be vanilla, cash_or_nothing"},
        {"down_out,C,100,,90,0.5,0.08,0.04,0.25,,,,,,,,,,,,,,,,", "field_is_missing",
         "barrier is empty"},
        {"down_out,,100,,90,0.5,0.08,0.04,0.25,,95,,,,,,,,,,,,,,", "field_is_missing",
         "type is empty"},
        {"down_out,C,,,90,0.5,0.08,0.04,0.25,,95,,,,,,,,,,,,,,", "field_is_missing",
         "neither spot nor forward is given"},
        {"down_out,C,100,,90,0.5,0.08,0.04,0.25,inverse,95,,,,,,,,,,,,,,", "field_is_unknown",
         "settle is 'inverse', which only vanilla and settlement_average can be"},
        {"down_out,C,100,,90,0.5,0.08,0.04,0.25,,-95,,,,,,,,,,,,,,", "input_is_out_of_range",
         "barrier is not usable here: -95"},
        {"double_out,C,100,,90,0.5,0.08,0.04,0.25,,95,90,,,,,,,,,,,,,", "input_is_out_of_range",
         "upper_barrier is not usable here: 90"},
        {"lookback_fixed,C,100,,90,0.5,0.08,0.04,0.25,,,,,,,,,,,,,99,,,", "input_is_out_of_range",
         "extreme is not usable here: 99"},
        {"one_touch,,100,,,1,-0.1,-0.105,0.1,,90,,,,,,,,,,,,,,", "not_covered",
         "the rate is too negative for what is paid at the touch"},
        {"asian,C,100,,90,0.5,0.08,0.04,-0.25,,,,,,,,,,,,,,,,", "input_is_out_of_range",
         "vol is not usable here: -0.25"},
        {"asian,C,100,,90,0.5,-1e9,0.04,0.25,,,,,,,,,,,,,,,,", "value_is_not_finite",
         "the inputs are in range, but a value leaves the range of a double"},
    };
    std::string text = single;
    for (auto const& b : rows) text += std::string(b.row) + "\n";
    auto const r = price(text);
    EXPECT_EQ(r.exit, 1);
    result_table const got(r.out);
    ASSERT_EQ(got.rows.size(), std::size(rows));
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        EXPECT_EQ(got.at(i, "status"), rows[i].status) << rows[i].row;
        EXPECT_EQ(got.at(i, "reason").find(rows[i].reason), 0u) << got.at(i, "reason");
        EXPECT_EQ(got.at(i, "price"), "");
    }
}

/// Runs a table of bad rows, each with the reason that it must be given.
void expect_reasons(std::string const& header,
                    std::vector<std::pair<std::string, std::string>> const& rows) {
    std::string text = header;
    for (auto const& [row, reason] : rows) text += row + "\n";
    auto const r = price(text);
    EXPECT_EQ(r.exit, 1);
    result_table const got(r.out);
    ASSERT_EQ(got.rows.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(got.at(i, "reason"), rows[i].second) << rows[i].first;
        EXPECT_EQ(got.at(i, "status"), "input_is_out_of_range") << rows[i].first;
    }
}

TEST(PayoffCommand, AReasonNamesTheColumnAtFault) {
    expect_reasons(
        "payoff,type,spot,strike,second_strike,time,vol,fixings,first_fixing,"
        "past_fixings,average,window\n",
        {{"asian,C,100,100,,1,.3,0,2,,,", "first_fixing is not usable here: 2"},
         {"asian,C,100,100,,1,.3,4,0.2,-1,100,", "past_fixings is not usable here: -1"},
         {"asian,C,100,100,,1,.3,4,-0.2,,100,", "first_fixing is not usable here: -0.2"},
         {"asian,C,100,100,,1,.3,1.5,,,,", "fixings is not usable here: 1.5"},
         {"asian,C,100,100,,1,.3,1,0.5,,,", "first_fixing is not usable here: 0.5"},
         {"asian,C,100,100,,1,.3,4,0.2,2,,", "average is empty"},
         {"supershare,C,100,100,90,1,.3,,,,,", "second_strike is not usable here: 90"},
         {"settlement_average,C,100,100,,.1,.3,,,,,.2", "average is empty"},
         {"settlement_average,C,100,100,,.1,.3,,,,-1,.2", "average is not usable here: -1"}});
    expect_reasons("payoff,type,spot,strike,spot_2,vol_2,correlation,time,vol\n",
                   {{"exchange,C,100,,0,.2,.1,1,.3", "spot_2 is not usable here: 0"},
                    {"exchange,C,0,,1,.2,.1,1,.3", "spot is not usable here: 0"}});
    expect_reasons("payoff,type,forward,strike,forward_2,vol_2,correlation,time,vol\n",
                   {{"spread,C,100,1,-1,.2,.1,1,.3", "forward_2 is not usable here: -1"},
                    {"spread,C,-2,1,1,.2,.1,1,.3", "forward is not usable here: -2"}});
}

TEST(PayoffCommand, OneFixingIsAPlainOptionAtItsDate) {
    auto const r = price(
        "payoff,type,spot,strike,time,vol,rate,fixings\n"
        "asian,C,100,95,1,.3,.05,1\nvanilla,C,100,95,1,.3,.05,\n");
    EXPECT_EQ(r.exit, 0) << r.out;
    result_table const got(r.out);
    EXPECT_NEAR(got.number(0, "price"), got.number(1, "price"), 1e-9);
}

TEST(PayoffCommand, AStyleThatCannotBeValuedIsRefusedAndNotTakenForEuropean) {
    auto const r = price(
        "payoff,style,type,spot,strike,barrier,time,vol\n"
        "down_out,bermudan,C,100,100,90,0.5,0.3\ndown_out,European,C,100,100,90,0.5,0.3\n");
    EXPECT_EQ(r.exit, 1);
    result_table const got(r.out);
    EXPECT_EQ(got.at(0, "status"), "field_is_unknown");
    EXPECT_EQ(got.at(1, "status"), "computed");
}

TEST(PayoffCommand, TheBytesDoNotDependOnWhoComputesThem) {
    std::string text = single;
    for (int i = 0; i < 300; ++i)
        for (auto const& row : single_rows) text += std::string(row.text) + "\n";
    auto const plain = price(text, "--threads 1 --isa base");
    EXPECT_EQ(plain.exit, 0) << plain.err;
    EXPECT_EQ(price(text, "--threads 2").out, plain.out);
}

}  // namespace
}  // namespace lockstep

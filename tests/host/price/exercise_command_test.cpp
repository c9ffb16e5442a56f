// Options that are exercised early or whose spot pays cash dividends through `lockstep price`, as a
// user runs it. Expected values: the tables in data/reference and QuantLib's finite differences.
#include <fmt/format.h>

#include "tests/host/result_table.h"
#include "tests/host/run_binary.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

command_result price(std::string const& text, std::string const& flags = "") {
    return run_on_table("price", text, flags);
}

std::string const header =
    "kind,style,type,spot,forward,strike,time,rate,dividend,vol,settle,cash_dividends,exercise_"
    "dates\n";

std::string fifty_dates_a_year(double years) {
    std::string dates;
    for (int k = 1; k <= 50 * years; ++k) dates += fmt::format("{}{}", k > 1 ? ";" : "", k / 50.0);
    return dates;
}

/// American, Bermudan and European rows beside each other.
TEST(ExerciseCommand, LongstaffAndSchwartz2001Table1) {
    auto const rows = reference_table("longstaff_schwartz_table1.csv");
    std::string text = header;
    for (auto const& row : rows) {
        std::string const terms =
            fmt::format("P,{},,40,{},0.06,,{},,,", row.at("S"), row.at("T"), row.at("vol"));
        text += ",american," + terms + "\n";
        text += ",bermudan," + terms + fifty_dates_a_year(row.number("T")) + "\n";
        text += ",european," + terms + "\n";
    }
    auto const r = price(text);
    EXPECT_EQ(r.exit, 0) << r.err;
    result_table const got(r.out);
    ASSERT_EQ(got.rows.size(), 3 * rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        double const american = got.number(3 * i, "price");
        double const bermudan = got.number(3 * i + 1, "price");
        EXPECT_NEAR(american, rows[i].number("amer_continuous"), 1e-5) << rows[i].text;
        EXPECT_NEAR(bermudan, rows[i].number("bermudan_50py"), 1.5e-4) << rows[i].text;
        EXPECT_GT(bermudan, got.number(3 * i + 2, "price")) << rows[i].text;
        EXPECT_NE(got.at(3 * i, "rho"), "");
        EXPECT_EQ(got.at(3 * i, "vanna"), "");
        EXPECT_EQ(got.at(3 * i + 1, "vega"), "");
        EXPECT_NE(got.at(3 * i + 2, "vanna"), "");
    }
}

/// QuantLib 1.29, as in tests/pricing/scheduled_option_test.cpp.
TEST(ExerciseCommand, CashDividendsOfQuantLib) {
    std::string const twice = "0.2465753424657534:2;0.7397260273972602:2";
    auto const r = price(header + ",american,P,100,,100,1,0.05,,0.3,," + twice + ",\n" +
                         "bsm,american,C,100,90,100,1,0.05,,0.3,," + twice + ",\n" +
                         ",american,P,100,,110,1,0.03,0.01,0.25,,0.4986301369863014:7,\n" +
                         ",,P,100,,100,1,0.05,,0.3,," + twice + ",\n");
    EXPECT_EQ(r.exit, 0) << r.err;
    result_table const got(r.out);
    struct row {
        double price, delta, gamma, theta;
    };
    row const rows[] = {{11.5378, -.44378, .013849, -3.440},
                        {12.2175, .57809, .01353, -8.373},
                        {19.6688, -.68794, .01535, -2.833},
                        {11.1483, -.42774, .01335, -3.314}};
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        EXPECT_NEAR(got.number(i, "price"), rows[i].price, 4e-4);
        EXPECT_NEAR(got.number(i, "delta"), rows[i].delta, 3e-5);
        EXPECT_NEAR(got.number(i, "gamma"), rows[i].gamma, 1e-5);
        EXPECT_NEAR(got.number(i, "theta"), rows[i].theta, 1e-2);
        EXPECT_EQ(got.at(i, "rho"), "");
    }
}

/// Whoever exercises a call on a dividend's day has the dividend too, in whichever list it comes
/// first; lists need no order.
TEST(ExerciseCommand, ADateOfExerciseAndADividendAreOneEvent) {
    auto const r = price(header +
                         ",bermudan,C,100,,90,1,0.03,,0.25,,0.5:7,0.25;0.5\n"
                         ",bermudan,C,100,,90,1,0.03,,0.25,,0.5:7,0.5;0.25\n"
                         ",bermudan,C,100,,90,1,0.03,,0.25,,0.5:7,0.25\n"
                         ",american,C,100,,90,1,0.03,,0.25,,0.5:7,\n");
    EXPECT_EQ(r.exit, 0) << r.err;
    result_table const got(r.out);
    EXPECT_EQ(got.at(0, "price"), got.at(1, "price"));
    EXPECT_GT(got.number(0, "price"), got.number(2, "price") + 0.1);
    // Without a yield a call is exercised just before the dividend or not at all.
    EXPECT_NEAR(got.number(0, "price"), got.number(3, "price"), 1e-3);
}

TEST(ExerciseCommand, ARowThatCannotBeValuedSaysWhy) {
    struct bad {
        char const *row, *status, *reason;
    };
    bad const rows[] = {
        {",asian,P,36,,40,1,,,0.2,,,", "field_is_unknown",
         "style is 'asian', it can be european, american or bermudan"},
        {",american,P,36,,40,1,,,0.2,inverse,,", "field_is_unknown",
         "style is 'american', and what is settled in the coin is European"},
        {"european,american,P,36,,40,1,,,0.2,,,", "field_is_unknown",
         "style is 'american', and its kind says european"},
        {"future,american,,36,,,1,,,,,,", "field_is_unknown",
         "style is 'american', and the row is no option"},
        {"black76,,P,36,40,40,1,,,0.2,,0.5:1,", "field_is_unknown",
         "cash_dividends is '0.5:1', which asks for a spot, not a forward"},
        {",,P,,36,40,1,,,0.2,,0.5:1,", "field_is_missing", "spot is empty"},
        {",,P,36,,40,1,,,0.2,,0.5,", "field_is_unknown",
         "cash_dividends has the part '0.5', it can be TIME:AMOUNT"},
        {",,P,36,,40,1,,,0.2,,0.5:x,", "field_is_not_a_number",
         "cash_dividends has a part that is not a number: 'x'"},
        {",,P,36,,40,1,,,0.2,,0.5:-1,", "dividend_is_not_finite_or_negative",
         "a dividend is negative"},
        {",bermudan,P,36,,40,1,,,0.2,,,", "field_is_missing", "exercise_dates is empty"},
        {",bermudan,P,36,,40,1,,,0.2,,,0.5;", "field_is_missing",
         "exercise_dates has a part that is empty"},
        {",bermudan,P,36,,40,1,,,0.2,,,0.5;1.5", "event_time_is_not_usable",
         "a dividend or date is not after now and up to time, or stands there twice"},
        {",bermudan,P,36,,40,1,,,0.2,,,0.5;0.5", "event_time_is_not_usable",
         "a dividend or date is not after now and up to time, or stands there twice"},
        {",american,P,36,,40,1,,,3,,0.5:1,", "outside_the_grid",
         "vol times the root of time is below 1/256 or above 2, or below a quarter of the drift"},
        {",american,P,36,,40,1,,,-3,,,", "vol_is_not_finite_or_negative", "vol is negative: -3"},
    };
    std::string text = header;
    for (auto const& b : rows) text += std::string(b.row) + "\n";
    auto const r = price(text);
    EXPECT_EQ(r.exit, 1);
    result_table const got(r.out);
    ASSERT_EQ(got.rows.size(), std::size(rows));
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        EXPECT_EQ(got.at(i, "status"), rows[i].status) << rows[i].row;
        EXPECT_EQ(got.at(i, "reason"), rows[i].reason) << rows[i].row;
        EXPECT_EQ(got.at(i, "price"), "");
    }
}

TEST(ExerciseCommand, TooManyDatesAreRefused) {
    auto const with = [&](int count) {
        std::string text = header + ",bermudan,P,36,,40,1,,,0.2,,,";
        for (int k = 1; k <= count; ++k) text += fmt::format("{}{}", k > 1 ? ";" : "", k / 1000.0);
        return price(text + "\n");
    };
    EXPECT_EQ(with(512).exit, 0);
    EXPECT_EQ(with(513).exit, 1);
}

TEST(ExerciseCommand, TheBytesDoNotDependOnWhoComputesThem) {
    std::string text = header;
    for (int i = 0; i < 40; ++i)
        text += fmt::format(
            ",american,P,{0},,100,1,0.05,,0.3,,,\n,,P,{0},,100,1,0.05,,0.3,,,\n"
            ",american,P,{0},,100,1,0.05,,0.3,,0.5:2,\n",
            80 + i);
    auto const plain = price(text, "--threads 1 --isa base");
    EXPECT_EQ(plain.exit, 0) << plain.err;
    EXPECT_EQ(price(text, "--threads 2").out, plain.out);
}

}  // namespace
}  // namespace lockstep

// `lockstep iv` as a user runs it.
#include <gtest/gtest.h>

#include <sstream>
#include <vector>

#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

class ImpliedVolCommand : public testing::Test {
  protected:
    std::string path(char const* name) const { return (folder_.path() / name).string(); }
    command_result iv(std::string const& table, std::string const& flags = "") const {
        write_file(path("in.csv"), table);
        return run_lockstep("iv --input '" + path("in.csv") + "' " + flags);
    }
    scratch_folder folder_;
};

std::string const header = "type,forward,strike,time,price,discount,model\n";

TEST_F(ImpliedVolCommand, EveryRowHasItsVolOrItsReason) {
    struct expected {
        char const *row, *result;
    };
    // The vol of the first row: implied_vol_hard_cases.csv.
    expected const rows[] = {
        {"C,100,150,1,9.010020309242865e-25,,", "0.04,3.469446951953614e-18,computed,"},
        {"C,100,150,1,0,,",
         ",,underflow,price 0 shows no time value: every small enough vol gives it"},
        {"C,100,110,1,1e-310,,",
         ",,underflow,price 1e-310 has too little time value to tell a vol from"},
        {"put,100,110,1,4.5,0.5,", ",,below_intrinsic,price 4.5 is below the intrinsic value 5"},
        {"C,100,110,1,60,0.5,black",
         ",,above_maximum,\"price 60 is not below 50, which no vol reaches\""},
        {"C,100,100,1,1e308,,bachelier",
         ",,above_maximum,price 1e+308 asks for a vol larger than any double"},
        {"C,100,110,0,60,,", ",,no_time,no time is left: every vol gives the intrinsic value"},
        {"C,-1,110,1,1,,", ",,forward_is_not_usable,forward is not above zero: -1"},
        {"C,1,-110,1,1,,", ",,strike_is_not_usable,strike is not above zero: -110"},
        {"C,1,1,1,1,-2,",
         ",,discount_is_not_finite_or_not_positive,discount is not above zero: -2"},
        {"C,1,1,1,-1,,", ",,price_is_not_finite_or_negative,price is negative: -1"},
        {"C,1,1,-1,1,,", ",,time_is_not_finite_or_negative,time is negative: -1"},
        {"C,1,1,1,x,,", ",,field_is_not_a_number,price is not a number: 'x'"},
        {"C,1,1,1,1,,sabr", ",,field_is_unknown,\"model is 'sabr', it can be black or bachelier\""},
    };
    std::string table = header, wanted =
                                    "type,forward,strike,time,price,discount,model,"
                                    "vol,vol_error,status,reason\n";
    for (auto const& [row, result] : rows) {
        table += std::string(row) + "\n";
        wanted += std::string(row) + "," + result + "\n";
    }
    auto const r = iv(table);
    EXPECT_EQ(r.exit, 1);
    EXPECT_EQ(r.out, wanted);
    EXPECT_NE(r.err.find("14 rows, 1 computed, 13 not"), std::string::npos) << r.err;
}

/// The American column of the Longstaff-Schwartz table, S 36, K 40, rate 6 %, vol 20 %; then
/// options on a forward, and what is refused.
TEST_F(ImpliedVolCommand, AmericanRowsByStyleAndSpot) {
    auto const r =
        iv("type,forward,strike,time,price,discount,style,spot,model\n"
           "P,38.22611567563295,40,1,4.486674419,0.9417645335842487,american,36,\n"
           "P,38.22611567563295,40,1,4.486674419,0.9417645335842487,european,,\n"
           "P,36,40,1,3.9,0.95,american,,\n"
           "P,36,40,1,4,0.95,american,,\n"
           "P,36,40,1,41,0.95,american,,\n"
           "P,100,1,1,1e-310,0.95,american,,\n"
           "P,36,40,1,5,0.95,bermudan,,\n"
           "P,36,40,1,5,0.95,american,,bachelier\n"
           "P,36,40,1,5,0.95,american,-100,\n");
    EXPECT_EQ(r.exit, 1);
    std::istringstream lines(r.out);
    std::string line;
    std::getline(lines, line);
    std::getline(lines, line);
    EXPECT_NE(line.find(",computed,"), std::string::npos) << line;
    auto const vol_at = line.find("american,36,,") + 13;
    EXPECT_NEAR(std::stod(line.substr(vol_at)), 0.2, 2e-6) << line;
    char const* const endings[] = {
        ",computed,",
        "below_intrinsic,price 3.9 is below what exercise at some time gives for certain",
        "underflow,price 4 shows no time value: every small enough vol gives it",
        "above_maximum,price 41 is not below what a total vol of 8 gives",
        "underflow,price 1e-310 has too little time value to tell a vol from",
        "field_is_unknown,\"style is 'bermudan', it can be european or american\"",
        "field_is_unknown,\"model is bachelier, of which there are european options alone\"",
        "field_is_not_positive,spot is not above zero: -100",
    };
    for (char const* ending : endings) {
        std::getline(lines, line);
        EXPECT_TRUE(line.ends_with(ending)) << line;
    }
}

TEST_F(ImpliedVolCommand, TheBytesDoNotDependOnWhoComputesThem) {
    std::string table = header;
    for (int i = 0; i < 30000; ++i)
        table += (i % 2 ? "P,100," : "C,100,") + std::to_string(60 + i % 80) + ",0." +
                 std::to_string(1 + i % 9) + "," + std::to_string(i % 47) + ".25,0.99," +
                 (i % 3 ? "" : "bachelier") + "\n";
    auto const plain = iv(table, "--threads 1 --isa base");
    EXPECT_EQ(plain.exit, 1);
    EXPECT_EQ(iv(table).out, plain.out);
    auto const filed = iv(table, "--threads 2 --output '" + path("out.csv") + "'");
    EXPECT_EQ(filed.out, "");
    EXPECT_EQ(text_of_file(path("out.csv")), plain.out);
}

TEST_F(ImpliedVolCommand, AnUnusableInputIsRefusedWhole) {
    auto const r = iv("type,forward,strike,time\nC,1,1,1\n", "--output '" + path("out.csv") + "'");
    EXPECT_EQ(r.exit, 3);
    EXPECT_NE(r.err.find("price"), std::string::npos) << r.err;
    EXPECT_FALSE(std::filesystem::exists(path("out.csv")));
    EXPECT_EQ(run_lockstep("iv").exit, 2);
    EXPECT_EQ(iv("").exit, 3);
}

}  // namespace
}  // namespace lockstep

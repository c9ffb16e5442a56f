// One contract of a SPAN file is one position, by whatever day it is named, and stands there once.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/host/margin/slow_contributions.h"
#include "tests/host/margin/small_span_file.h"

namespace lockstep {
namespace {

using namespace small_span_file;

// Five calls bought by one day of December and five sold by another are none; five sold by two days
// ask for the minimum of five, 750, and two sold of three for that of the one that is left.
TEST(span_positions, days_of_one_month_name_one_position) {
    auto const model = make_margin_model("span", path);
    margin_answer const none =
        model->evaluate(holding({"ES_USD-15DEC26-6000-C:5", "ES_USD-16DEC26-6000-C:-5"}));
    EXPECT_EQ(none.maintenance, 0);
    EXPECT_TRUE(none.parts.empty());
    auto const minimum = [&](std::vector<std::string> const& legs) {
        return part(model->evaluate(holding(legs)), "ES short_option_minimum");
    };
    EXPECT_NEAR(minimum({"ES_USD-15DEC26-6000-C:-3", "ES_USD-18DEC26-6000-C:-2"}), 750, 1e-9);
    EXPECT_NEAR(minimum({"ES_USD-15DEC26-6000-C:2", "ES_USD-18DEC26-6000-C:-3"}), 150, 1e-9);
    EXPECT_NEAR(minimum({"ES_USD-15DEC26-6000-C:0.3", "ES_USD-16DEC26-6000-C:-0.1",
                         "ES_USD-17DEC26-6000-C:-0.2", "ES_USD-15DEC26:1"}),
                0, 0);
    EXPECT_NEAR(minimum({"ES_USD-15DEC26-6000-C:5", "ES_USD-15DEC26-6000-P:-5"}), 750, 1e-9)
        << "a put is another contract";
}

// Of contracts by several days, where what is left of a position may be nothing, or the other side.
TEST(span_positions, each_leg_adds_what_the_rest_lacks) {
    auto const model = make_margin_model("span", path);
    std::vector<std::string> const contracts{"ES_USD-{}DEC26", "ES_USD-{}MAR27",
                                             "ES_USD-{}DEC26-6000-C", "ES_USD-{}DEC26-6000-P",
                                             "NQ_USD-{}DEC26"};
    contribution_draws draw{5};
    for (int round = 0; round < 20; ++round) {
        std::vector<std::string> legs;
        for (std::string const& contract : contracts)
            for (int day = 15; day < 18; ++day)
                if (draw(0, 1) < 0.6)
                    legs.push_back(fmt::format(fmt::runtime(contract), day) + ":" +
                                   (day < 17 ? fmt::format("{}", draw(-9, 9))
                                             : std::string(round % 2 == 0 ? "3" : "0")));
        expect_what_a_rest_gives(*model, holding(legs), "file");
    }
    expect_what_a_rest_gives(
        *model, holding({"ES_USD-15DEC26-6000-C:5", "ES_USD-16DEC26-6000-C:-5"}), "file");
}

TEST(span_positions, a_contract_that_stands_twice_is_refused) {
    std::string const text = text_of_file();
    std::size_t const first = text.find("81CMEES        ES        FUT 202612");
    std::size_t const second = text.find("81CMEES        ES        FUT 202703");
    std::string twice = text;
    twice.insert(second, text.substr(first, second - first));
    EXPECT_EQ(complaint(twice),
              "f.pa2:15: record 82, contract (columns 3-54) is that of the record 82 in line 13 as "
              "well");
    // Below zero a strike is another; so is that of a weekly contract (columns 36-37).
    std::string weekly = text.substr(first, second - first);
    for (std::size_t at = weekly.find("202612"); at != std::string::npos;
         at = weekly.find("202612", at + 8))
        weekly.replace(at + 6, 2, "11");
    std::string apart = text;
    EXPECT_EQ(complaint(apart.insert(second, weekly)), "none");
}

}  // namespace
}  // namespace lockstep

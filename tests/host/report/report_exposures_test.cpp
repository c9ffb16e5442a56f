// Stress, concentration and tails in the report: what its data says of a book worked out by hand,
// and which sections the page has.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <cmath>
#include <string>

#include "host/report/report_html.h"
#include "tests/host/risk/risk_fixture.h"
#include "tests/host/run_binary.h"
#include "tests/host/watch/browser.h"

namespace lockstep {
namespace {

/// Account a is long 10,000 USD of the perpetual entered at 50,000 with 0.05 coins, b is short half
/// of that with one coin, and c has a coin alone.
void hold_two_perpetuals(small_world& world) {
    world.portfolio("a\nb\nc\n", "a,BTC,0.05\nb,BTC,1\nc,BTC,1\n",
                    "a,BTC-PERPETUAL,10000,50000\nb,BTC-PERPETUAL,-5000,50000\n");
}

std::string const half_and_none =
    "[[shock]]\nname = \"half\"\nwhat = \"half of it\"\ndefault = { price = -0.5, vol = 0 }\n"
    "[[shock]]\nname = \"none\"\ndefault = { price = 0, vol = 0 }\n";

/// The data of the page.
class report_data {
  public:
    explicit report_data(risk_result const& run) {
        std::string const page = report_html(run), begin = "id=\"data\">";
        std::size_t const from = page.find(begin) + begin.size();
        root = parser_.parse(page.substr(from, page.find("</script>", from) - from));
    }
    simdjson::dom::element root;

  private:
    simdjson::dom::parser parser_;
};

double number(simdjson::dom::element e) { return e.get_double().value(); }

// The price halves: a loses 10,000 (1/25,000 - 1/50,000) = 0.2 coins of 25,000 USD, 5,000, and is
// left with -0.15 of them, -3,750; b gains half as much.
TEST(report_exposures, a_stress_by_hand) {
    small_world world;
    world.shocks = parse_stress(half_and_none, "s.toml");
    hold_two_perpetuals(world);
    report_data const data(world.run());
    auto const stress = data.root["stress"];
    auto const half = stress["shocks"].at(0), none = stress["shocks"].at(1);
    EXPECT_EQ(half["name"].get_string().value(), "half");
    EXPECT_EQ(half["what"].get_string().value(), "half of it");
    EXPECT_EQ(half["losing"].get_int64().value(), 1);
    EXPECT_NEAR(number(half["losses"]), 5000, 1e-3);
    EXPECT_EQ(half["negative"].get_int64().value(), 1);
    EXPECT_NEAR(number(half["negative_equity"]), 3750, 1e-3);
    EXPECT_EQ(half["not_valued"].get_int64().value(), 0);
    EXPECT_EQ(none["losing"].get_int64().value(), 0);
    EXPECT_EQ(none["negative"].get_int64().value(), 0);
    ASSERT_EQ(stress["accounts"].get_array().size(), 1u) << "who loses nothing is not shown";
    auto const worst = stress["accounts"].at(0);
    EXPECT_EQ(worst["account"].get_string().value(), "a");
    EXPECT_EQ(worst["shock"].get_string().value(), "half");
    EXPECT_NEAR(number(worst["equity"]), 2500, 1e-3);
    EXPECT_NEAR(number(worst["loss"]), 5000, 1e-3);
    EXPECT_NEAR(number(worst["after"]), -3750, 1e-3);
}

// Deltas of 0.2 coins and of -0.1: two thirds and one third of their magnitudes.
TEST(report_exposures, a_concentration_by_hand) {
    small_world world;
    hold_two_perpetuals(world);
    report_data const data(world.run());
    auto const book = data.root["concentration"].at(0);
    EXPECT_EQ(book["book"].get_string().value(), "BTC");
    ASSERT_GE(book["leaders"].get_array().size(), 2u);
    auto const first = book["leaders"].at(0), second = book["leaders"].at(1);
    EXPECT_EQ(first["account"].get_string().value(), "a");
    EXPECT_NEAR(number(first["delta"]), 0.2, 1e-4);
    EXPECT_NEAR(number(first["of_delta"]), 2.0 / 3, 1e-8);
    EXPECT_EQ(second["account"].get_string().value(), "b");
    EXPECT_NEAR(number(second["delta"]), -0.1, 1e-4);
    EXPECT_NEAR(number(second["of_delta"]), 1.0 / 3, 1e-8);
    EXPECT_NEAR(number(first["of_margin"]) + number(second["of_margin"]), 1, 1e-8);
}

TEST(report_exposures, what_was_not_asked_for_is_not_there) {
    small_world world;
    world.shocks = {};
    world.portfolio("a\n", "a,BTC,1\n", "");
    report_data const data(world.run());
    for (char const* key : {"stress", "concentration", "tail"})
        EXPECT_EQ(data.root[key].error(), simdjson::NO_SUCH_FIELD) << key;
}

/// Three days on which the price halves, stays, and rises by a tenth.
std::string three_days() {
    std::string text =
        "time,underlying,days,forward_ratio,vol_ratio_low_2,vol_ratio_low_1,vol_ratio_money,"
        "vol_ratio_high_1,vol_ratio_high_2\n";
    char const* const ratios[] = {"0.5", "1", "1.1"};
    for (int day = 0; day < 3; ++day)
        for (char const* days : {"0", "7", "30", "90", "180", "365"})
            text += "2025-06-0" + std::to_string(day + 1) + "T08:00:00Z,BTC," + days + "," +
                    ratios[day] + ",1,1,1,1,1\n";
    return text;
}

// The worst of three days is the value at risk and the shortfall: a's 5,000, and of b what it loses
// as the price rises, 5,000 (1/50,000 - 1/55,000) coins of 55,000, 500.
TEST(report_page, has_a_section_for_what_was_asked_for) {
    std::string const chromium = chromium_on_this_machine();
    if (chromium.empty()) GTEST_SKIP() << "no Chromium on this machine";
    small_world world;
    hold_two_perpetuals(world);
    auto const at = [&world](char const* file) { return (world.folder.path() / file).string(); };
    put(at("history.csv"), three_days());
    put(at("shocks.toml"), half_and_none);
    browser page(chromium);
    for (bool const tail : {false, true}) {
        command_result const ran =
            run_lockstep("risk --market '" + world.chain() + "' --portfolio '" + world.book() +
                         "' --out '" + world.out() + "' --stress '" + at("shocks.toml") + "'" +
                         (tail ? " --tail '" + at("history.csv") + "'" : ""));
        ASSERT_EQ(ran.exit, 0) << ran.err;
        for (int const width : {390, 1440}) {
            ASSERT_TRUE(page.open("file://" + world.out() + "/report.html", width, 900));
            ASSERT_NE(page.value_in_time("document.querySelector('.facts b')?.innerText || ''"),
                      "");
            auto const shown = [&page](std::string const& card) {
                return page.value("document.getElementById('" + card + "').offsetHeight > 0");
            };
            EXPECT_EQ(shown("stress-card"), "true");
            EXPECT_EQ(shown("concentration-card"), "true");
            EXPECT_EQ(shown("tail-card"), tail ? "true" : "false");
            EXPECT_LE(std::stoi(page.value("document.documentElement.scrollWidth")), width);
        }
        EXPECT_NE(page.value("document.getElementById('stress-table').innerText").find("3.75K"),
                  std::string::npos);
        EXPECT_NE(
            page.value("document.getElementById('concentration-table').innerText").find("66.67 %"),
            std::string::npos);
    }
    std::string const tails = page.value("document.getElementById('tail-table').innerText");
    EXPECT_NE(tails.find("5K"), std::string::npos) << tails;
    EXPECT_NE(tails.find("500"), std::string::npos) << tails;
    EXPECT_TRUE(page.errors().empty()) << page.errors().front();
}

}  // namespace
}  // namespace lockstep

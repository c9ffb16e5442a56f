// Published arrays (data/reference/span_risk_arrays.json), an array worked by hand, and the charges
// between months and commodities by hand.
#include "margin/model/span.h"
#include "tests/where.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace lockstep;
using json = simdjson::dom::element;

struct published {
    simdjson::dom::parser parser;
    json root = parser.load(data_path("reference/span_risk_arrays.json"));
    std::vector<double> numbers(char const* set, char const* key) {
        std::vector<double> all;
        for (json const x : root[set][key].get_array()) all.push_back(x.get_double().value());
        return all;
    }
};

constexpr double nano = 1e-9;

std::array<int128, span::scenario_count> sums_of(std::vector<double> const& gains,
                                                 double contracts) {
    std::array<int128, span::scenario_count> sums{};
    for (std::size_t s = 0; s < sums.size(); ++s)
        sums[s] = static_cast<int128>(-gains[s] * contracts / nano);
    return sums;
}

double scan(std::array<int128, span::scenario_count> const& sums) {
    return static_cast<double>(span::scan_risk(sums.data()).risk) * nano;
}

// Printed to the nearest ten dollars: a third of 10,000 is 3,330.
TEST(span_arrays, a_future_as_printed) {
    published p;
    span::contract const future{.forward = 410, .value_of_point = 500};
    span::scan_range const range{
        .price = 20, .vol = 0, .extreme_multiple = 2, .extreme_cover = 0.35};
    span::risk_array array{};
    ASSERT_TRUE(span::make_array(future, range, array));
    std::vector<double> const printed = p.numbers("A", "long_future_pl");
    for (std::size_t s = 0; s < span::scenario_count; ++s)
        EXPECT_NEAR(-static_cast<double>(array.losses[s]) * nano, printed[s], 5) << s;
    EXPECT_NEAR(array.composite_delta, 1, 1e-15);
}

TEST(span_arrays, a_future_of_a_second_exchange_to_a_cent) {
    published p;
    span::contract const future{.forward = 24'000, .value_of_point = 1, .carry = 8.72};
    span::scan_range const range{.price = p.root["B"]["implied_futures_scan"].get_double().value(),
                                 .vol = 0,
                                 .extreme_multiple = 2,
                                 .extreme_cover = 0.35};
    span::risk_array array{};
    ASSERT_TRUE(span::make_array(future, range, array));
    std::vector<double> const printed = p.numbers("B", "array_loss_per_long_unit");
    int128 sums[span::scenario_count];
    for (std::size_t s = 0; s < span::scenario_count; ++s) {
        EXPECT_NEAR(static_cast<double>(array.losses[s]) * nano, printed[s], 0.01) << s;
        sums[s] = array.losses[s];
    }
    EXPECT_NEAR(static_cast<double>(span::scan_risk(sums).risk) * nano,
                p.root["B"]["scan_risk_long_1"].get_double().value(), 0.01);
}

TEST(span_arrays, scan_risk_of_printed_positions) {
    published p;
    std::vector<double> const future = p.numbers("A", "long_future_pl");
    std::vector<double> const call = p.numbers("A", "long_call_pl");
    std::vector<double> covered;
    for (std::size_t s = 0; s < future.size(); ++s) covered.push_back(future[s] - call[s]);
    EXPECT_EQ(covered, p.numbers("A", "covered_write_pl_printed"));
    EXPECT_NEAR(scan(sums_of(future, 1)), 10'000, 1e-6);
    EXPECT_NEAR(scan(sums_of(call, 1)), 3'990, 1e-6);
    EXPECT_NEAR(scan(sums_of(covered, 1)), 6'620, 1e-6);
    EXPECT_NEAR(scan(sums_of(covered, 3)), 19'860, 1e-6);
}

// An option's array against the same revaluations asked of the pricing model one by one.
TEST(span_arrays, an_option_is_revalued_in_every_scenario) {
    span::contract const call{.forward = 100,
                              .strike = 105,
                              .years = 0.25,
                              .vol = 0.3,
                              .rate = 0.02,
                              .value_of_point = 50,
                              .is_option = true,
                              .is_call = true};
    span::scan_range const range{.price = 9,
                                 .vol = 0.06,
                                 .extreme_multiple = 3,
                                 .extreme_cover = 0.33,
                                 .look_ahead_years = 1.0 / 365};
    span::risk_array array{};
    ASSERT_TRUE(span::make_array(call, range, array));
    double const prices[] = {0, 0, 3, 3, -3, -3, 6, 6, -6, -6, 9, 9, -9, -9, 27, -27};
    double const vols[] = {6, -6, 6, -6, 6, -6, 6, -6, 6, -6, 6, -6, 6, -6, 0, 0};
    auto const value = [](double forward, double vol, double years) {
        return value_option({forward, 105, years, 0.02, 0, vol, 0}, option_depth::price).price;
    };
    for (std::size_t s = 0; s < span::scenario_count; ++s) {
        double const later = value(100 + prices[s], 0.3 + vols[s] / 100, 0.25 - 1.0 / 365);
        double const loss = 50 * (value(100, 0.3, 0.25) - later) * (s > 13 ? 0.33 : 1.0);
        EXPECT_NEAR(static_cast<double>(array.losses[s]) * nano, loss, 1e-8) << s;
    }
    EXPECT_GT(array.composite_delta, 0.3);
    EXPECT_LT(array.composite_delta, 0.6);
}

TEST(span_charges, weights_of_the_composite_delta_sum_to_one) {
    double sum = 0;
    for (double const w : span::delta_weights) sum += w;
    EXPECT_NEAR(sum, 1, 1e-15);
}

// Loss 900 in scenario 12 (-1, vol up is its pair 13: 800): time (100 + 60) / 2 = 80, vol 50.
TEST(span_charges, price_risk_is_what_time_and_vol_leave) {
    int128 sums[span::scenario_count]{};
    sums[0] = 100;
    sums[1] = 60;
    sums[12] = 900;
    sums[13] = 800;
    auto const found = span::scan_risk(sums);
    EXPECT_EQ(found.active, 12u);
    EXPECT_EQ(static_cast<int>(span::price_risk(sums, found)), 900 - 80 - 50);
}

// Ten long in the first month, four short in the second, three short in the third. First spread:
// 1:1 at 100, four formed; second, first against third, 2:1 at 70, three formed from the six left.
TEST(span_charges, calendar_spreads_use_deltas_up_by_priority) {
    double deltas[] = {10, -4, -3};
    std::vector<span::calendar_spread> const spreads{
        {0, 1, 1, 1, 100'000'000'000}, {0, 2, 2, 1, 70'000'000'000}, {1, 2, 1, 1, 1}};
    int128 const charge = span::calendar_charge({deltas, 3}, view_of(spreads));
    EXPECT_EQ(static_cast<std::int64_t>(charge), 4 * 100'000'000'000 + 3 * 70'000'000'000);
    EXPECT_EQ(deltas[0], 0);
    EXPECT_EQ(deltas[1], 0);
    EXPECT_EQ(deltas[2], 0);
}

// One lot of 65, figures of the exchange's file: scan 113,226 of a short call worth 28,447.
TEST(span_charges, a_short_option_pays_scan_and_its_value) {
    EXPECT_EQ(static_cast<int>(span::requirement({.scan = 113'226,
                                                  .calendar = 0,
                                                  .delivery = 0,
                                                  .credit = 0,
                                                  .short_minimum = 0,
                                                  .option_value = -28'447})),
              141'673);
    EXPECT_EQ(static_cast<int>(span::requirement({.scan = 10, .short_minimum = 25})), 25);
    EXPECT_EQ(static_cast<int>(span::requirement({.scan = 10, .option_value = 25})), 0);
}

TEST(span_charges, credit_between_commodities) {
    double const risk = span::weighted_price_risk(1'000'000, -20);
    EXPECT_EQ(risk, 50'000);
    EXPECT_EQ(static_cast<int>(span::spread_credit(risk, 4, 0.65)), 130'000);
    EXPECT_EQ(span::weighted_price_risk(5, 0), 0);
}

}  // namespace

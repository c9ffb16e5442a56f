// Tail rules: the pinned convention among those that the same sample allows, what must hold of any
// sample, published likelihood ratios, and a parametric example.
#include "margin/tail.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <random>
#include <sstream>

#include "margin/delta_normal.h"
#include "margin/tail_backtest.h"
#include "tests/pricing/reference_table.h"
#include "tests/where.h"

namespace lockstep {
namespace {

/// The sample of var_es_conventions.csv, in cents, in rising order.
std::vector<int128> sample_in_cents() {
    std::ifstream in(data_path("reference/var_es_conventions.csv"));
    std::vector<int128> cents;
    for (std::string line; std::getline(in, line);) {
        auto const at = line.find("# pnl=");
        if (at != 0) continue;
        std::istringstream numbers(line.substr(6));
        for (double x; numbers >> x;) cents.push_back(std::llround(x * 100));
    }
    std::sort(cents.begin(), cents.end());
    return cents;
}

tail_loss tail_at(std::vector<int128> const& sorted, std::uint32_t ppm) {
    return tail_of({sorted.data(), sorted.size()}, static_cast<std::uint32_t>(sorted.size()), ppm);
}

// VaR at 90 % ranges from 699.13 to 777.70 by convention; ours is the inverse of the distribution.
TEST(tail, the_pinned_convention_among_the_nine) {
    auto const sample = sample_in_cents();
    ASSERT_EQ(sample.size(), 30u);
    int checked = 0;
    double least = INFINITY, most = 0;
    for (auto const& row : reference_table("var_es_conventions.csv")) {
        double const alpha = row.number("alpha");
        auto const ppm = static_cast<std::uint32_t>(std::lround((1 - alpha) * 1e6));
        tail_loss const ours = tail_at(sample, ppm);
        EXPECT_NEAR(static_cast<double>(ours.expected_shortfall), 100 * row.number("ES_coherent"),
                    1)
            << row.text;
        if (alpha == 0.9) {
            least = std::min(least, row.number("VaR"));
            most = std::max(most, row.number("VaR"));
        }
        if (row.at("method") != "inverted_cdf") continue;
        EXPECT_EQ(static_cast<double>(ours.value_at_risk), std::lround(100 * row.number("VaR")))
            << row.text;
        ++checked;
    }
    EXPECT_EQ(checked, 2);
    EXPECT_EQ(least, 699.13);
    EXPECT_EQ(most, 777.70);
    EXPECT_EQ(static_cast<double>(tail_at(sample, 100'000).value_at_risk), 77770);
}

TEST(tail, of_any_sample_is_monotone_coherent_and_homogeneous) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 200; ++round) {
        std::size_t const n = 1 + random() % 300;
        std::vector<int128> a(n), b(n), both(n), twice(n);
        for (std::size_t i = 0; i < n; ++i) {
            a[i] = static_cast<std::int64_t>(random()) >> 20;
            b[i] = static_cast<std::int64_t>(random()) >> 21;
            both[i] = a[i] + b[i];
            twice[i] = 2 * a[i];
        }
        for (auto* v : {&a, &b, &both, &twice}) std::sort(v->begin(), v->end());
        std::uint32_t const ppm = 1 + random() % 500'000;
        tail_loss const one = tail_at(a, ppm);
        EXPECT_GE(one.expected_shortfall, one.value_at_risk);
        EXPECT_LE(tail_at(both, ppm).expected_shortfall,
                  one.expected_shortfall + tail_at(b, ppm).expected_shortfall);
        EXPECT_EQ(tail_at(twice, ppm).value_at_risk, 2 * one.value_at_risk);
        EXPECT_GE(tail_at(a, (ppm + 1) / 2).value_at_risk, one.value_at_risk);
        EXPECT_EQ(one.value_at_risk, -a[one.place]);
    }
}

TEST(tail, reaches_into_a_part_of_a_scenario) {
    std::vector<int128> const sorted{-100, -50, -10, 0};
    tail_loss const t = tail_at(sorted, 375'000);  // one and a half of four
    EXPECT_EQ(t.value_at_risk, 50);
    EXPECT_EQ(t.expected_shortfall, 84);  // (100 + 25) / 1.5, rounded up
    EXPECT_EQ(tail_at(sorted, 1).value_at_risk, 100);
    EXPECT_EQ(tail_at(sorted, 1'000'000).expected_shortfall, 40);
}

// Kupiec (1995): with 255 days at 1 % up to six exceedances pass at 95 % (ratio below 3.841), and
// seven fail.
TEST(tail_backtest, kupiecs_region) {
    auto const ratio = [](int hits) {
        std::vector<std::uint8_t> days(255, 0);
        for (int i = 0; i < hits; ++i) days[static_cast<std::size_t>(36 * i)] = 1;
        return backtest_tail(view_of(std::as_const(days)), 0.01);
    };
    EXPECT_LT(ratio(6).coverage, 3.841);
    EXPECT_GT(ratio(7).coverage, 3.841);
    EXPECT_LT(ratio(1).coverage, 3.841);
    EXPECT_GT(ratio(0).coverage, 3.841);  // 2 * 255 * -ln(0.99) = 5.126
    EXPECT_NEAR(ratio(0).coverage, -510 * std::log(0.99), 1e-12);
    EXPECT_NEAR(ratio(7).coverage_p, std::erfc(std::sqrt(ratio(7).coverage / 2)), 1e-14);
    EXPECT_EQ(ratio(7).exceedances, 7u);
}

// Exceedances in a row are as many as scattered ones, but not independent.
TEST(tail_backtest, christoffersen_sees_clusters) {
    std::vector<std::uint8_t> scattered(250, 0), clustered(250, 0);
    for (std::size_t i = 0; i < 12; ++i) scattered[20 * i + 3] = 1, clustered[100 + i] = 1;
    auto const apart = backtest_tail(view_of(std::as_const(scattered)), 0.05);
    auto const together = backtest_tail(view_of(std::as_const(clustered)), 0.05);
    EXPECT_EQ(apart.coverage, together.coverage);
    EXPECT_GT(apart.independence_p, 0.2);
    EXPECT_LT(together.independence_p, 1e-6);
    // n00 = 236, n01 = 1, n10 = 1, n11 = 11, by hand.
    double const chained = 236 * std::log(236.0 / 237) + std::log(1.0 / 237) + std::log(1.0 / 12) +
                           11 * std::log(11.0 / 12);
    double const pooled = 237 * std::log(237.0 / 249) + 12 * std::log(12.0 / 249);
    EXPECT_NEAR(together.independence, 2 * (chained - pooled), 1e-11);
    EXPECT_NEAR(together.conditional, together.coverage + together.independence, 1e-12);
}

TEST(delta_normal, the_worked_example) {
    double const annual[9] = {0.04, 0.018, 0.006, 0.018, 0.0625, 0.015, 0.006, 0.015, 0.09};
    double covariance[9];
    for (int i = 0; i < 9; ++i) covariance[i] = annual[i] / 252;
    double const deltas[3] = {1e6, -4e5, 2.5e5};
    delta_normal_part parts[3];
    delta_normal_total const total =
        delta_normal_var({deltas, 3}, {covariance, 9}, 0.01, {parts, 3});
    for (auto const& row : reference_table("component_var_example.csv")) {
        std::string const asset = row.at("asset");
        if (asset == "TOTAL") {
            EXPECT_NEAR(total.value_at_risk, row.number("component_var"), 1e-6);
        } else if (asset == "ES99") {
            EXPECT_NEAR(total.expected_shortfall, row.number("component_var"), 1e-6);
        } else {
            delta_normal_part const& part = parts[std::stoul(asset)];
            EXPECT_NEAR(part.marginal, row.number("marginal_var_per_usd"), 1e-14);
            EXPECT_NEAR(part.component, row.number("component_var"), 1e-6);
            EXPECT_NEAR(part.incremental, row.number("incremental_var"), 1e-6);
        }
    }
    EXPECT_NEAR(parts[0].component + parts[1].component + parts[2].component, total.value_at_risk,
                1e-9);
}

}  // namespace
}  // namespace lockstep

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "host/generate/account_shape.h"

namespace lockstep {
namespace {

TEST(value_at, passes_through_its_quantiles_and_rises) {
    for (std::size_t at = 0; at < shape_probabilities.size(); ++at) {
        double const expected = cascade_equity[at];
        EXPECT_NEAR(value_at(cascade_equity, shape_probabilities[at]), expected, 1e-12 * expected);
    }
    EXPECT_EQ(value_at(cascade_equity, 1e-9), cascade_equity.front());
    EXPECT_EQ(value_at(cascade_equity, 1 - 1e-9), cascade_equity.back());
    double last = 0;
    for (double u = 0.001; u < 0.999; u += 0.0001) {
        double const value = value_at(cascade_equity, u);
        EXPECT_GE(value, last);
        last = value;
    }
    // Half way in normal quantiles between 0.25 and 0.4 lies the geometric mean of their values.
    EXPECT_NEAR(value_at(cascade_equity, 0.321353095),
                std::sqrt(cascade_equity[4] * cascade_equity[5]), 0.001);
}

/// Against figures of the event that are not in our tables: quantiles of the leverage over all
/// accounts (median 0.43, 99th percentile 134), which come out of six bands here, and the number
/// of accounts with negative equity (165 of 19,337).
TEST(account_shape, is_that_of_the_cascade) {
    constexpr std::size_t count = 400'000;
    std::vector<double> leverage, equity;
    std::size_t negative = 0;
    for (std::size_t at = 0; at < count; ++at) {
        draws from(7, draw_stream::account, at);
        auto const shape = draw_account_shape(from);
        leverage.push_back(shape.leverage);
        equity.push_back(shape.equity / equity_scale);
        negative += shape.deficit > 0;
        EXPECT_GT(shape.rank, 0);
    }
    std::ranges::sort(leverage);
    std::ranges::sort(equity);
    auto at = [](std::vector<double> const& sorted, double p) {
        return sorted[static_cast<std::size_t>(p * static_cast<double>(sorted.size()))];
    };
    EXPECT_NEAR(at(leverage, 0.5), 0.43, 0.02);
    EXPECT_NEAR(at(leverage, 0.9), 3.24, 0.2);
    EXPECT_NEAR(at(leverage, 0.95), 6.50, 0.5);
    EXPECT_NEAR(std::log(at(leverage, 0.99)), std::log(134), 0.15);
    EXPECT_NEAR(static_cast<double>(negative) / count, 165.0 / 19337, 0.0006);
    EXPECT_NEAR(at(equity, 0.5), 957.5, 15);
    EXPECT_NEAR(std::log(at(equity, 0.99)), std::log(1.675e6), 0.1);
}

TEST(draws, streams_are_apart_and_counts_have_their_mean) {
    draws a(1, draw_stream::account, 5), b(1, draw_stream::account, 6),
        c(2, draw_stream::account, 5), d(1, draw_stream::chain, 5),
        again(1, draw_stream::account, 5);
    auto const first = a.bits();
    EXPECT_EQ(first, again.bits());
    EXPECT_EQ(a.bits(), again.bits());
    for (auto* other : {&b, &c, &d}) EXPECT_NE(first, other->bits());
    double sum = 0;
    for (int i = 0; i < 100'000; ++i) sum += a.count_with_mean(7.5, 1000);
    EXPECT_NEAR(sum / 100'000, 7.5, 0.1);  // three standard errors are 0.076
    for (int i = 0; i < 1000; ++i) EXPECT_LT(a.below(3), 3U);
    EXPECT_EQ(a.count_with_mean(0, 10), 0U);
    EXPECT_LE(a.count_with_mean(1e9, 10), 10U);
}

}  // namespace
}  // namespace lockstep

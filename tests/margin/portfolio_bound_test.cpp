// The part of the bounds that no book of ordinary size reaches: the delta shock, against the rule's
// own integers. Bounds of whole books are in random_book_test.cpp.
#include "margin/portfolio_bound.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "margin/portfolio_rule.h"

namespace lockstep {
namespace {

margin_rules shock_rules(settlement settle, double index, double increment) {
    margin_rules rules{};
    rules.settle = settle;
    rules.index_nanos = std::llround(index * 1e9);
    rules.delta_shock_threshold_nanos = 20'000'000 * nanos_per_unit;
    rules.delta_shock_increment_1e12 = std::llround(increment * 1e12);
    rules.delta_shock_max_ppb = 100'000'000;
    return rules;
}

double shock(double delta, margin_rules const& rules) {
    return static_cast<double>(delta_shock({std::llround(delta * 1e9)}, rules).value) * 1e-9;
}

/// The largest share of its bound that a shock moved by, delta and index moving as told.
double share_of_bound(settlement settle, double delta_move, double index_move) {
    std::mt19937_64 random(5);
    auto const between = [&](double a, double b) {
        return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53;
    };
    double largest = 0;
    for (int i = 0; i < 20'000; ++i) {
        double const increment = std::pow(10, between(-7, -4));
        double const index = between(500, 100'000), delta = between(-3e8, 3e8) / index;
        double const delta_now = delta * (1 + delta_move * between(-1, 1));
        margin_rules const was = shock_rules(settle, index, increment);
        margin_rules const now =
            shock_rules(settle, index * (1 + index_move * between(-1, 1)), increment);
        double const apart = std::fabs(shock(delta_now, now) - shock(delta, was));
        double const bound =
            delta_shock_slope(now) * std::fabs(delta_now - delta) +
            delta_shock_drift(was, now) * std::fmax(std::fabs(delta), std::fabs(delta_now));
        double const rounding = 1e-9 * (16 + 2 * delta_shock_slope(now) + 4 * std::fabs(delta));
        EXPECT_LE(apart, bound * (1 + 1e-9) + rounding)
            << delta << " " << index << " " << increment;
        if (apart > 100 * rounding) largest = std::max(largest, apart / bound);
    }
    return largest;
}

TEST(portfolio_bound, covers_the_delta_shock_of_a_delta_or_an_index_that_moves) {
    for (settlement const settle : {settlement::inverse, settlement::linear}) {
        EXPECT_GT(share_of_bound(settle, 0.02, 0), 0.9);
        EXPECT_GT(share_of_bound(settle, 0, 0.02), 0.9);
        share_of_bound(settle, 0.02, 0.02);
    }
}

}  // namespace
}  // namespace lockstep

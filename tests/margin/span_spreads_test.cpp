// Spreads of any number of legs, and the charges that depend on a file's methods, by hand.
#include "margin/model/span_spreads.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace lockstep;

double formed(std::vector<double>& deltas, std::vector<span::spread_leg> const& legs) {
    return span::form_spreads(view_of(deltas), view_of(legs));
}

TEST(span_spreads, a_butterfly_takes_what_its_scarcest_leg_allows) {
    std::vector<double> deltas{5, -8, 3.5};
    std::vector<span::spread_leg> const butterfly{{0, 1, false}, {1, 2, true}, {2, 1, false}};
    EXPECT_EQ(formed(deltas, butterfly), 3.5);
    EXPECT_EQ(deltas, (std::vector<double>{1.5, -1, 0}));
    EXPECT_EQ(formed(deltas, butterfly), 0);
}

TEST(span_spreads, stands_either_way_round_and_never_on_one_side_alone) {
    std::vector<double> turned{-4, 3}, same{4, 3};
    std::vector<span::spread_leg> const pair{{0, 2, false}, {1, 1, true}};
    EXPECT_EQ(formed(turned, pair), 2);
    EXPECT_EQ(turned, (std::vector<double>{0, 1}));
    EXPECT_EQ(formed(same, pair), 0);
    EXPECT_EQ(same, (std::vector<double>{4, 3}));
    EXPECT_EQ(formed(same, {}), 0);
}

TEST(span_spreads, short_options_are_counted_as_the_file_says) {
    using enum span::short_option_method;
    auto const minimum = [](double calls, double puts, span::short_option_method method) {
        return static_cast<std::int64_t>(span::short_option_minimum(calls, puts, 100, method));
    };
    EXPECT_EQ(minimum(3, 5, gross), 800);
    EXPECT_EQ(minimum(3, 5, larger_of_calls_and_puts), 500);
    EXPECT_EQ(minimum(0.001, 0, gross), 1) << "rounded up";
}

TEST(span_spreads, price_risk_is_weighed_as_the_file_says) {
    using enum span::price_risk_method;
    EXPECT_EQ(span::weighted_price_risk(1000, -4, 100, normal), 250);
    EXPECT_EQ(span::weighted_price_risk(1000, -4, 100, scan_range_cap), 100);
    EXPECT_EQ(span::weighted_price_risk(200, -4, 100, scan_range_cap), 50);
    EXPECT_EQ(span::weighted_price_risk(200, -4, 100, scan_range), 100);
    EXPECT_EQ(span::weighted_price_risk(200, 0, 100, scan_range), 0);
}

}  // namespace

// Regulation T and TIMS, worked by hand.
#include "margin/model/listed_options.h"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace lockstep;
using namespace lockstep::listed;

double amount(checked_int64 x) { return static_cast<double>(x.value) * 1e-9; }

// A call sold at 8.40 on 120 with the stock at 128.50: 840 + 20 % of 12,850.
TEST(reg_t, a_call_in_the_money) {
    EXPECT_NEAR(amount(reg_t_short_option(128.5, 120, 8.4, 100, true, reg_t_stock)), 3410, 1e-6);
}

// A put sold at 2.00 on 80 with the stock at 95: 20 % of 9,500 less 1,500 out of the money is 400;
// 10 % of the strike is 800 and wins.
TEST(reg_t, a_put_far_out_of_the_money_pays_the_floor_of_its_strike) {
    EXPECT_NEAR(amount(reg_t_short_option(95, 80, 2, 100, false, reg_t_stock)), 1000, 1e-6);
}

// The floor of a call goes by the underlying: 10 % of 100, not of the strike.
TEST(reg_t, a_call_far_out_of_the_money_pays_the_floor_of_its_underlying) {
    EXPECT_NEAR(amount(reg_t_short_option(100, 130, 0.5, 100, true, reg_t_stock)), 1050, 1e-6);
}

// An index at 4000, a call on 4100 at 20: 15 % of 4000 less 100 out of the money, and the premium.
TEST(reg_t, a_broad_index) {
    EXPECT_NEAR(amount(reg_t_short_option(4000, 4100, 20, 100, true, reg_t_broad_index)),
                100 * (20 + 600 - 100), 1e-6);
}

TEST(reg_t, what_does_not_fit_is_flagged) {
    EXPECT_TRUE(reg_t_short_option(1e12, 1e12, 0, 100, true, reg_t_stock).overflowed);
}

TEST(tims, ten_points_equally_far_apart) {
    EXPECT_DOUBLE_EQ(tims_move(tims_stock, 0), -0.15);
    EXPECT_DOUBLE_EQ(tims_move(tims_stock, 9), 0.15);
    EXPECT_NEAR(tims_move(tims_large_index, 4), -0.08 + 4 * 0.14 / 9, 1e-15);
}

tims_class class_of(std::vector<int> const& gains, std::int64_t contracts) {
    tims_class c{};
    for (std::size_t i = 0; i < tims_points; ++i) c.gains[i] = gains[i];
    c.contracts = contracts;
    return c;
}

// Alone a class offsets in full; with another, 90 % of the gain at each point.
TEST(tims, offsets_within_and_between_classes) {
    std::vector<tims_class> both{class_of({-100, -80, -60, -40, -20, 10, 20, 30, 40, 50}, 1),
                                 class_of({50, 40, 30, 20, 10, -10, -20, -30, -40, -90}, 1)};
    EXPECT_EQ(static_cast<int>(tims_requirement({both.data(), 1}, 900'000, 0)), 100);
    EXPECT_EQ(static_cast<int>(tims_requirement({both.data() + 1, 1}, 900'000, 0)), 90);
    // Point 0: 100 - 45 = 55; point 9: 90 - 45 = 45.
    EXPECT_EQ(static_cast<int>(tims_requirement(view_of(std::as_const(both)), 900'000, 0)), 55);
    EXPECT_EQ(static_cast<int>(tims_requirement(view_of(std::as_const(both)), 0, 0)), 100);
    // A gain's part is rounded down: 50 x 0.333333 counts 16.
    EXPECT_EQ(static_cast<int>(tims_requirement(view_of(std::as_const(both)), 333'333, 0)), 84);
}

TEST(tims, every_contract_asks_for_the_minimum) {
    std::vector<tims_class> const hedged{class_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 4)};
    std::int64_t const minimum = static_cast<std::int64_t>(tims_minimum_per_unit * 100 * 1e9);
    EXPECT_EQ(static_cast<std::int64_t>(tims_requirement(view_of(hedged), 900'000, minimum)),
              150'000'000'000);
}

}  // namespace

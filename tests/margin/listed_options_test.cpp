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
    EXPECT_DOUBLE_EQ(tims_move({0.15, 0.15}, 0), -0.15);
    EXPECT_DOUBLE_EQ(tims_move({0.15, 0.15}, 9), 0.15);
    EXPECT_NEAR(tims_move({0.08, 0.06}, 4), -0.08 + 4 * 0.14 / 9, 1e-15);
}

tims_class class_of(std::vector<int> const& gains, std::int64_t contracts) {
    tims_class c{};
    for (std::size_t i = 0; i < tims_points; ++i) c.gains[i] = gains[i];
    c.contracts = contracts;
    return c;
}

// Alone a class offsets in full. Apart the two lose 100 and 90, netted at each point 50 (the first
// of them, 100 - 50, and the rest no more): a share of the latter as large as the offset, and of
// the former what is left.
TEST(tims, offsets_within_and_between_classes) {
    std::vector<tims_class> both{class_of({-100, -80, -60, -40, -20, 10, 20, 30, 40, 50}, 1),
                                 class_of({50, 40, 30, 20, 10, -10, -20, -30, -40, -90}, 1)};
    struct {
        std::int64_t offset_ppm;
        int asked;
    } const cases[] = {{0, 190},
                       {1'000'000, 50},
                       {900'000, 64},    // 19 + 45
                       {500'000, 120},   // 95 + 25
                       {333'333, 144}};  // 126.66673 + 16.66665, rounded up
    for (auto const& [offset_ppm, asked] : cases) {
        EXPECT_EQ(static_cast<int>(tims_requirement({both.data(), 1}, offset_ppm, 0)), 100);
        EXPECT_EQ(static_cast<int>(tims_requirement({both.data() + 1, 1}, offset_ppm, 0)), 90);
        EXPECT_EQ(static_cast<int>(tims_requirement(view_of(std::as_const(both)), offset_ppm, 0)),
                  asked)
            << offset_ppm;
    }
}

// What gains at every point covers nothing of another class without an offset, and does not ask for
// anything itself.
TEST(tims, a_class_that_cannot_lose_asks_for_nothing) {
    std::vector<tims_class> const both{class_of({9, 9, 9, 9, 9, 9, 9, 9, 9, 9}, 1),
                                       class_of({-7, -6, -5, -4, -3, -2, -1, 0, 1, 2}, 1)};
    EXPECT_EQ(static_cast<int>(tims_requirement(view_of(both), 0, 0)), 7);
    EXPECT_EQ(static_cast<int>(tims_requirement(view_of(both), 1'000'000, 0)), 0);
}

TEST(tims, every_contract_asks_for_the_minimum) {
    std::vector<tims_class> const hedged{class_of({0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 4)};
    std::int64_t const minimum = static_cast<std::int64_t>(tims_minimum_per_unit * 100 * 1e9);
    EXPECT_EQ(static_cast<std::int64_t>(tims_requirement(view_of(hedged), 900'000, minimum)),
              150'000'000'000);
}

}  // namespace

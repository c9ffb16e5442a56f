// Steps of a liquidation, worked by hand.
#include "margin/liquidation/step.h"

#include <gtest/gtest.h>

#include "tests/margin/liquidation_book.h"

namespace {

using namespace lockstep;
using namespace lockstep::liquidation;

// Long 10 at 100, mark 92: gain -80, cash 120, equity 40, maintenance 46: the book. Two are closed;
// they release 9.2 of 46, so a fifth of the equity, 8, may be lost on them: 92 - 4 = 88.
TEST(liquidation_step, by_hand) {
    listing_row const l =
        listing_of(instrument_kind::perpetual, settlement::linear, 92 * unit, unit / 10, unit / 10);
    book const b = book_of(l, 10 * unit, 100 * unit, 120 * unit);
    EXPECT_EQ(static_cast<std::int64_t>(equity_of(b.account)), 40 * unit);
    EXPECT_EQ(b.account.maintenance.nanos, 46 * unit);
    terms t;
    EXPECT_EQ(stage_of(b.account, t), stage::order);
    t.whole_below_nanos = 0;
    EXPECT_EQ(step_size(l, b.position, t), 2 * unit);
    EXPECT_EQ(bankruptcy_price(b.account, l, nullptr, b.position, 2 * unit, part::alone),
              88 * unit);
    EXPECT_EQ(bankruptcy_price(b.account, l, nullptr, b.position, 10 * unit, part::of_whole),
              88 * unit);
}

// The same account short: 40 of equity at a mark of 108 and 54 of maintenance; at most 112 is paid.
TEST(liquidation_step, a_short_by_hand) {
    listing_row const l = listing_of(instrument_kind::perpetual, settlement::linear, 108 * unit,
                                     unit / 10, unit / 10);
    book const b = book_of(l, -10 * unit, 100 * unit, 120 * unit);
    EXPECT_EQ(bankruptcy_price(b.account, l, nullptr, b.position, 10 * unit, part::of_whole),
              112 * unit);
}

// Long 10,000 USD of an inverse perpetual from 50,000 (0.2 coin), mark 40,000 (0.25 coin): 0.05
// lost of 0.06: equity 0.01 coin, and 0.26 coin is what closing may cost: 10,000 / 0.26 =
// 38,461.54.
TEST(liquidation_step, an_inverse_future_by_hand) {
    listing_row const l = listing_of(instrument_kind::perpetual, settlement::inverse, 40'000 * unit,
                                     unit / 2, 10 * unit);
    book const b = book_of(l, 10'000 * unit, 50'000 * unit, 6 * unit / 100);
    EXPECT_EQ(static_cast<std::int64_t>(equity_of(b.account)), unit / 100);
    EXPECT_EQ(bankruptcy_price(b.account, l, nullptr, b.position, 10'000 * unit, part::of_whole),
              384'620 * (unit / 10));
}

// Short the same at a mark of 60,000: 0.0333 coin lost, equity 0.01; 0.166667 - 0.01 is left of
// what the position is worth, so at most 10,000 / 0.156667 = 63,829.79 is paid.
TEST(liquidation_step, a_short_inverse_future_by_hand) {
    listing_row const l = listing_of(instrument_kind::perpetual, settlement::inverse, 60'000 * unit,
                                     unit / 2, 10 * unit);
    book const b = book_of(l, -10'000 * unit, 50'000 * unit, 43'333'334);
    EXPECT_NEAR(static_cast<double>(equity_of(b.account)), 1e7, 2);
    EXPECT_EQ(bankruptcy_price(b.account, l, nullptr, b.position, 10'000 * unit, part::of_whole),
              638'295 * (unit / 10));
}

// 10^9 contracts at 9 * 10^9: 2 % of that is more than a row holds, which says the most it can. All
// of a short is closed with equity of -10^6 and may cost 0.001 less each than the mark.
TEST(liquidation_step, no_product_leaves_128_bits) {
    listing_row const l = listing_of(instrument_kind::perpetual, settlement::linear,
                                     9'000'000'000 * unit, 1'000'000, unit);
    tier_row tiers{};
    tiers.count = 1;
    tiers.above[0] = {unit, 150'000, 100'000};
    book b{};
    b.position.size = {-1'000'000'000 * unit};
    b.account.maintenance = {int64_max};
    b.account.cash = {-1'000'000 * unit};
    EXPECT_EQ(
        bankruptcy_price(b.account, l, &tiers, b.position, 1'000'000'000 * unit, part::of_whole),
        9'000'000'000 * unit - 1'000'000);
}

TEST(liquidation_step, stages_by_the_ratio) {
    account_row a{};
    a.flags = account_flag::liquidating;
    a.maintenance = {300};
    terms const t;
    a.cash = {300};
    EXPECT_EQ(stage_of(a, t), stage::none);
    a.cash = {299};
    EXPECT_EQ(stage_of(a, t), stage::order);
    a.cash = {200};
    EXPECT_EQ(stage_of(a, t), stage::order) << "two thirds";
    a.cash = {199};
    EXPECT_EQ(stage_of(a, t), stage::takeover);
    a.cash = {-1};
    EXPECT_EQ(stage_of(a, t), stage::takeover);
    a.cash = {0};
    a.maintenance = {0};
    EXPECT_EQ(stage_of(a, t), stage::none) << "an account without positions owes nothing";
    a.maintenance = {300};
    a.flags = 0;
    EXPECT_EQ(stage_of(a, t), stage::none) << "the check has not found it so";
}

TEST(liquidation_step, futures_go_first_then_the_largest) {
    EXPECT_TRUE(goes_before({false, 1, 9}, {true, 100, 1}));
    EXPECT_TRUE(goes_before({false, 5, 9}, {false, 4, 1}));
    EXPECT_TRUE(goes_before({false, 5, 1}, {false, 5, 2}));
    EXPECT_FALSE(goes_before({false, 5, 2}, {false, 5, 2}));
}

// Gain 20 on a cost of 100, notional 120 on an equity of 60: 0.2 x 2 = 0.4.
TEST(liquidation_step, deleverage_rank_by_hand) {
    listing_row const l =
        listing_of(instrument_kind::perpetual, settlement::linear, 120 * unit, unit, unit);
    book const b = book_of(l, unit, 100 * unit, 40 * unit);
    EXPECT_EQ(static_cast<std::int64_t>(equity_of(b.account)), 60 * unit);
    EXPECT_EQ(deleverage_rank(b.account, l, b.position), 4 * unit / 10);
    book const loses = book_of(l, -unit, 100 * unit, 40 * unit);
    EXPECT_EQ(deleverage_rank(loses.account, l, loses.position), 0);
}

}  // namespace

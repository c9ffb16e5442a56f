// Steps of a liquidation: worked by hand, and the properties that make them safe, over random
// accounts: a step never lowers the margin ratio, never worsens the requirement, and its price
// never asks the fund to pay for a rounding.
#include "margin/liquidation/step.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/margin/draws.h"

namespace {

using namespace lockstep;
using namespace lockstep::liquidation;

constexpr std::int64_t unit = nanos_per_unit;

listing_row listing_of(instrument_kind kind, settlement settle, std::int64_t mark,
                       std::int64_t tick, std::int64_t lot) {
    listing_row l{};
    l.contract.kind = kind;
    l.contract.settle = settle;
    l.mark = {mark};
    l.tick = {tick};
    l.lot = {lot};
    l.initial_ppm = 100'000;
    l.maintenance_ppm = 50'000;
    return l;
}

struct book {
    account_row account{};
    position_row position{};
};

/// An account with one position entered at `entry` and checked at the mark.
book book_of(listing_row const& l, std::int64_t size, std::int64_t entry, std::int64_t cash,
             tier_row const* tiers = nullptr) {
    book b;
    b.position.size = {size};
    int128 const cost = cost_of(l, magnitude(size), entry);
    b.position.cost = {static_cast<std::int64_t>(size > 0 ? cost : -cost)};
    position_check const check = check_position(l, tiers, b.position);
    b.account.cash = {cash};
    b.account.unrealised = {static_cast<std::int64_t>(check.unrealised)};
    b.account.maintenance = {static_cast<std::int64_t>(check.maintenance)};
    b.account.flags = account_flag::liquidating;
    return b;
}

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

/// The account after `size` of its position was closed at a price, checked again at the same mark.
book closed_at(listing_row const& l, tier_row const* tiers, book b, std::int64_t size,
               std::int64_t price) {
    bool const sells = b.position.size.nanos > 0;
    int128 const value = cost_of(l, size, price);
    b.position.cost.nanos += static_cast<std::int64_t>(sells ? -value : value);
    b.position.size.nanos += sells ? -size : size;
    position_check const check = check_position(l, tiers, b.position);
    b.account.unrealised = {static_cast<std::int64_t>(check.unrealised)};
    b.account.maintenance = {static_cast<std::int64_t>(check.maintenance)};
    return b;
}

/// An account with a random position and equity from `low` to `high` thousandths of its
/// requirement, in tiers or not.
struct drawn {
    listing_row listing;
    book of;
    tier_row rows{};
    tier_row const* tiers() const { return rows.count == 0 ? nullptr : &rows; }
};
/// Up to three tiers, the first at a nano to a ten-thousandth of what can be held.
void draw_tiers(draws& draw, drawn& d) {
    std::int64_t above = 1;
    for (auto count = draw.between(0, 3); count > 0; --count) {
        above *= draw.between(10, 100'000);
        auto const rate = static_cast<std::uint32_t>(100'000 * (d.rows.count + 2));
        d.rows.above[d.rows.count++] = {above, rate, rate / 2};
    }
}
drawn draw_book(draws& draw, std::int64_t low, std::int64_t high) {
    bool const inverse = draw.between(0, 1) == 1;
    std::int64_t const tick = unit / 100, lot = inverse ? 10 * unit : unit / 1000;
    std::int64_t const mark = draw.between(10'000, 9'000'000) * tick;
    drawn d{listing_of(instrument_kind::perpetual,
                       inverse ? settlement::inverse : settlement::linear, mark, tick, lot),
            {}};
    draw_tiers(draw, d);
    std::int64_t const size = draw.between(1, 100'000) * lot * (draw.between(0, 1) ? 1 : -1);
    d.of = book_of(d.listing, size, mark + mark / 100 * draw.between(-30, 30), 0, d.tiers());
    account_row& a = d.of.account;
    a.cash = {a.maintenance.nanos / 1000 * draw.between(low, high) - a.unrealised.nanos};
    return d;
}

// Whoever takes all of a position over at its bankruptcy price leaves nothing to the fund: an
// account that was not below zero is not below zero by a rounding.
TEST(liquidation_step, a_takeover_never_asks_the_fund_for_a_rounding) {
    draws draw(11);
    int taken = 0;
    for (int round = 0; round < 40'000; ++round) {
        drawn const d = draw_book(draw, 0, 999);
        auto const& [l, b, rows] = d;
        std::int64_t const size = magnitude(b.position.size.nanos);
        std::int64_t const price =
            bankruptcy_price(b.account, l, d.tiers(), b.position, size, part::of_whole);
        if (price <= l.tick.nanos) continue;  // nothing lower could be traded at
        book const after = closed_at(l, d.tiers(), b, size, price);
        EXPECT_GE(equity_of(after.account), 0) << "round " << round;
        ++taken;
    }
    EXPECT_GT(taken, 30'000);
}

// In several steps, each at its own bankruptcy price and whatever their sizes, an account ends with
// no more than in one, but for the tick that each price is rounded by.
TEST(liquidation_step, several_steps_never_leave_more_than_one) {
    draws draw(11);
    for (int round = 0; round < 10'000; ++round) {
        drawn const d = draw_book(draw, 0, 999);
        auto const& [l, whole, rows] = d;
        std::int64_t const size = magnitude(whole.position.size.nanos);
        std::int64_t const at =
            bankruptcy_price(whole.account, l, d.tiers(), whole.position, size, part::alone);
        if (at <= 2 * l.tick.nanos) continue;
        int128 const in_one = equity_of(closed_at(l, d.tiers(), whole, size, at).account);
        book b = whole;
        int128 worth_of_ticks = 3;
        for (int step = 0; step < 6 && b.position.size.nanos != 0; ++step) {
            std::int64_t const left = magnitude(b.position.size.nanos);
            std::int64_t const lots = left / l.lot.nanos;
            std::int64_t const some = step == 5 ? left : draw.between(1, lots) * l.lot.nanos;
            std::int64_t const price =
                bankruptcy_price(b.account, l, d.tiers(), b.position, some, part::alone);
            int128 const one = cost_of(l, some, price) - cost_of(l, some, price - l.tick.nanos);
            worth_of_ticks += (one < 0 ? -one : one) + 3;
            b = closed_at(l, d.tiers(), b, some, price);
        }
        EXPECT_LE(equity_of(b.account), in_one + worth_of_ticks) << "round " << round;
    }
}

// All parts of a position that is taken over at once are priced before the first is gone; together
// they ask for no more than the account has, tiers or none.
TEST(liquidation_step, parts_of_a_takeover_never_ask_for_more_than_the_whole) {
    draws draw(11);
    int split = 0;
    for (int round = 0; round < 10'000; ++round) {
        drawn const d = draw_book(draw, 0, 999);
        auto const& [l, whole, rows] = d;
        std::int64_t left = magnitude(whole.position.size.nanos);
        book b = whole;
        bool tradable = true;
        int128 roundings = 0;  // a nano for each cost, and for what the part's gain is brought to
        while (left > 0) {
            std::int64_t const lots = left / l.lot.nanos;
            std::int64_t const some = std::min(left, draw.between(1, lots + 2) * l.lot.nanos);
            std::int64_t const price =
                bankruptcy_price(whole.account, l, d.tiers(), whole.position, some, part::of_whole);
            tradable = tradable && price > l.tick.nanos;
            b = closed_at(l, d.tiers(), b, some, price);
            left -= some;
            roundings += 2;
            split += left > 0 ? 1 : 0;
        }
        if (!tradable) continue;
        EXPECT_GE(equity_of(b.account) + roundings, 0) << "round " << round;
    }
    EXPECT_GT(split, 10'000);
}

TEST(liquidation_step, a_step_at_its_price_never_lowers_the_ratio) {
    draws draw(11);
    int steps = 0;
    for (int round = 0; round < 40'000; ++round) {
        drawn const d = draw_book(draw, 0, 999);
        auto const& [l, b, rows] = d;
        std::int64_t const size = b.position.size.nanos, tick = l.tick.nanos, lot = l.lot.nanos;
        std::int64_t const mark = l.mark.nanos;
        terms t;
        t.whole_below_nanos = draw.between(0, 1) * t.whole_below_nanos;
        if (stage_of(b.account, t) == stage::none) continue;
        std::int64_t const some = step_size(l, b.position, t);
        ASSERT_GT(some, 0);
        ASSERT_LE(some, magnitude(size));
        ASSERT_EQ(some % lot, 0);
        std::int64_t const price =
            bankruptcy_price(b.account, l, d.tiers(), b.position, some, part::alone);
        if (price == 0) continue;
        ASSERT_EQ(price % tick, 0);
        book const after = closed_at(l, d.tiers(), b, some, price);
        EXPECT_LT(after.account.maintenance.nanos, b.account.maintenance.nanos);
        // equity' / maintenance' >= equity / maintenance, by cross-multiplication; costs round by a
        // nano each.
        EXPECT_GE((equity_of(after.account) + 3) * b.account.maintenance.nanos,
                  equity_of(b.account) * after.account.maintenance.nanos)
            << "size " << size << " of " << some << " at " << price << ", mark " << mark;
        ++steps;
    }
    EXPECT_GT(steps, 30'000);
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

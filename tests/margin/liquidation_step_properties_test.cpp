// The properties that make steps of a liquidation safe, over random accounts: a step never lowers
// the margin ratio, never worsens the requirement, and its price never asks the fund to pay for a
// rounding.
#include <gtest/gtest.h>

#include <algorithm>

#include "margin/liquidation/step.h"
#include "tests/margin/draws.h"
#include "tests/margin/liquidation_book.h"

namespace {

using namespace lockstep;
using namespace lockstep::liquidation;

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

}  // namespace

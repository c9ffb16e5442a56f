// Margin in leverage tiers: published brackets by hand, and against the obvious sum over slices.
#include "margin/ledger/tiers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "margin/ledger/payments.h"
#include "tests/margin/draws.h"

namespace {

using namespace lockstep;

constexpr std::int64_t unit = nanos_per_unit;

struct schedule {
    listing_row listing{};
    tier_row tiers{};

    apply_status set(std::int64_t above, std::uint32_t initial, std::uint32_t maintenance) {
        transaction_row t{};
        t.amount = above;
        t.aux[0] = initial;
        t.aux[1] = maintenance;
        return change_tiers(listing, t, tiers);
    }
    int128 initial(int128 amount, std::uint32_t least = 0) const {
        return initial_margin(listing, &tiers, amount, least);
    }
    int128 maintenance(int128 amount) const { return maintenance_margin(listing, &tiers, amount); }
};

schedule flat(std::uint32_t initial, std::uint32_t maintenance) {
    schedule s;
    s.listing.contract.kind = instrument_kind::perpetual;
    s.listing.mark = {100 * unit};
    s.listing.tick = {unit / 100};
    s.listing.lot = {unit / 10};
    s.listing.band_ppm = 300'000;
    s.listing.initial_ppm = initial;
    s.listing.maintenance_ppm = maintenance;
    return s;
}

// Leverage and margin of BTCUSDT perpetuals as Binance published them in 2021: bound, largest
// leverage, maintenance rate and "maintenance amount", which is what the rate takes too much.
struct bracket {
    std::int64_t above;
    std::uint32_t initial_ppm, maintenance_ppm;
    std::int64_t deduction;
};
constexpr bracket binance[] = {{0, 8'000, 4'000, 0},
                               {50'000, 10'000, 5'000, 50},
                               {250'000, 20'000, 10'000, 1'300},
                               {1'000'000, 50'000, 25'000, 16'300},
                               {5'000'000, 100'000, 50'000, 141'300},
                               {20'000'000, 200'000, 100'000, 1'141'300},
                               {50'000'000, 250'000, 125'000, 2'391'300},
                               {100'000'000, 333'334, 150'000, 4'891'300}};

schedule binance_schedule() {
    schedule s = flat(binance[0].initial_ppm, binance[0].maintenance_ppm);
    for (bracket const& b : binance)
        if (b.above > 0) {
            EXPECT_EQ(s.set(b.above * unit, b.initial_ppm, b.maintenance_ppm),
                      apply_status::applied);
        }
    return s;
}

TEST(tiers, maintenance_is_notional_by_rate_less_the_published_deduction) {
    schedule const s = binance_schedule();
    EXPECT_EQ(s.tiers.count + 1, tiers_max);
    for (std::size_t k = 0; k < std::size(binance); ++k) {
        bracket const& b = binance[k];
        for (std::int64_t const over : {std::int64_t{0}, std::int64_t{1'000}, b.above / 7}) {
            std::int64_t const notional = b.above + over;  // 7 divides no rate: whole units only
            if (k + 1 < std::size(binance) && notional > binance[k + 1].above) continue;
            int128 const due =
                int128{notional} * b.maintenance_ppm * (unit / ppm) - int128{b.deduction} * unit;
            EXPECT_EQ(s.maintenance(int128{notional} * unit) == due, true) << notional;
        }
    }
    // By hand: 300,000 x 1 % - 1,300; a nano on either side of 50,000.
    EXPECT_EQ(s.maintenance(int128{300'000} * unit) == int128{1'700} * unit, true);
    EXPECT_EQ(s.maintenance(int128{50'000} * unit) == int128{200} * unit, true);
    EXPECT_EQ(s.maintenance(int128{50'000} * unit - 250) == int128{200} * unit - 1, true);
    EXPECT_EQ(s.maintenance(int128{50'000} * unit + 200) == int128{200} * unit + 1, true);
    EXPECT_EQ(s.maintenance(int128{50'000} * unit + 1) == int128{200} * unit + 1, true);
}

// Hyperliquid's documentation: BTC up to 150 million at 40 times leverage, above at 20, maintenance
// margin half of the initial margin at the largest leverage.
TEST(tiers, of_hyperliquid) {
    schedule s = flat(25'000, 12'500);
    EXPECT_EQ(s.set(150'000'000 * unit, 50'000, 25'000), apply_status::applied);
    EXPECT_EQ(s.maintenance(int128{150'000'000} * unit) == int128{1'875'000} * unit, true);
    // 200,000,000 x 2.5 % - 1,875,000
    EXPECT_EQ(s.maintenance(int128{200'000'000} * unit) == int128{3'125'000} * unit, true);
    EXPECT_EQ(s.initial(int128{200'000'000} * unit) == int128{6'250'000} * unit, true);
    // At a leverage of 30, which asks 33,334 ppm: 150,000,000 x 3.3334 % + 50,000,000 x 5 %.
    EXPECT_EQ(s.initial(int128{200'000'000} * unit, 33'334) == int128{7'500'100} * unit, true);
    EXPECT_EQ(s.initial(int128{200'000'000} * unit, 60'000) == int128{12'000'000} * unit, true);
}

schedule random_schedule(draws& d, std::int64_t bound_max) {
    auto const rate = [&] { return static_cast<std::uint32_t>(d.between(1, 1'000'000)); };
    std::vector<std::uint32_t> initial(tiers_max), maintenance;
    for (auto& r : initial) r = rate();
    std::sort(initial.begin(), initial.end());
    for (auto const r : initial) maintenance.push_back(r / 2);
    schedule s = flat(initial[0], maintenance[0]);
    std::vector<std::int64_t> bounds(static_cast<std::size_t>(d.between(1, tiers_max - 1)));
    for (auto& b : bounds) b = d.between(1, bound_max);
    std::sort(bounds.begin(), bounds.end());
    for (std::size_t k = 0; k < bounds.size(); ++k)
        s.set(bounds[k], initial[k + 1], maintenance[k + 1]);
    return s;
}

/// The obvious twin: what lies in each tier at the tier's rate, in millionths of a nano.
int128 by_slices(schedule const& s, int128 amount, std::uint32_t least) {
    int128 sum = 0;
    for (std::uint32_t k = 0; k <= s.tiers.count; ++k) {
        int128 const from = k == 0 ? 0 : s.tiers.above[k - 1].above_nanos;
        int128 const to = k == s.tiers.count ? amount : int128{s.tiers.above[k].above_nanos};
        std::uint32_t const rate =
            k == 0 ? s.listing.initial_ppm : s.tiers.above[k - 1].initial_ppm;
        int128 const inside = std::min(to, amount) - from;
        if (inside > 0) sum += inside * std::max(rate, least);
    }
    return (sum + ppm - 1) / ppm;
}

TEST(tiers, are_the_sum_of_their_slices) {
    draws d(29);
    for (int round = 0; round < 20'000; ++round) {
        schedule const s = random_schedule(d, d.coin() ? 1'000 : INT64_MAX / 2);
        auto const least = static_cast<std::uint32_t>(d.coin() ? 0 : d.between(0, 1'000'000));
        std::int64_t const near = s.tiers.above[0].above_nanos;
        for (int128 const amount :
             {int128{d.between(0, 2'000)}, int128{d.between(0, INT64_MAX - 1)}, int128{near} - 1,
              int128{near}, int128{near} + 1}) {
            ASSERT_EQ(s.initial(amount, least) == by_slices(s, amount, least), true) << round;
        }
    }
}

// What a requirement in tiers is good for: a little more notional never asks for much more, and the
// more there is the more a further part asks for. Rounding is worth a nano in each number.
TEST(tiers, are_continuous_and_convex) {
    draws d(29);
    for (int round = 0; round < 20'000; ++round) {
        schedule const s = random_schedule(d, 1'000'000);
        std::int64_t const low = d.between(0, 2'000'000), step = d.between(1, 1'000);
        int128 const f[] = {s.initial(low), s.initial(low + step), s.initial(low + 2 * step)};
        EXPECT_EQ(f[0] <= f[1] && f[1] <= f[2], true);
        EXPECT_EQ(f[1] - f[0] <= step + 1, true) << "a jump at " << low;
        EXPECT_EQ(2 * f[1] <= f[0] + f[2] + 2, true) << "bends down at " << low;
        EXPECT_EQ(s.maintenance(low) <= f[0], true);
    }
}

TEST(tiers, one_that_stays_flat_asks_what_a_flat_rate_asks) {
    schedule const s = flat(50'000, 25'000);
    for (std::int64_t const amount : {0L, 1L, 19L, 20L, 21L, 123'456'789L, INT64_MAX}) {
        EXPECT_EQ(initial_margin(s.listing, nullptr, amount, 0) ==
                      share_ppm(amount, 50'000, rounding::up),
                  true);
        EXPECT_EQ(s.initial(amount) == share_ppm(amount, 50'000, rounding::up), true);
        EXPECT_EQ(s.initial(amount, 70'000) == share_ppm(amount, 70'000, rounding::up), true);
    }
}

TEST(tiers, are_set_replaced_and_taken_away) {
    schedule s = flat(50'000, 25'000);
    using enum apply_status;
    EXPECT_EQ(s.set(0, 100'000, 50'000), amount_must_be_positive);
    EXPECT_EQ(s.set(-1, 100'000, 50'000), amount_must_be_positive);
    EXPECT_EQ(s.set(100, 1'000'001, 50'000), rate_is_out_of_range);
    EXPECT_EQ(s.set(100, 100'000, 100'001), rate_is_out_of_range);
    EXPECT_EQ(s.set(100, 0, 1), rate_is_out_of_range);
    EXPECT_EQ(s.set(100, 50'000, 25'000), rates_must_rise_with_the_bound) << "as flat as the first";
    EXPECT_EQ(s.set(100, 60'000, 24'999), rates_must_rise_with_the_bound);
    EXPECT_EQ(s.set(100, 49'999, 30'000), rates_must_rise_with_the_bound);
    EXPECT_EQ(s.set(100, 0, 0), tier_not_found);
    EXPECT_EQ(s.tiers.count, 0u);
    EXPECT_EQ(s.set(300, 200'000, 100'000), applied);
    EXPECT_EQ(s.set(100, 200'001, 50'000), rates_must_rise_with_the_bound) << "above the next";
    EXPECT_EQ(s.set(100, 100'000, 50'000), applied);
    EXPECT_EQ(s.set(200, 100'000, 60'000), applied) << "one of two rates is enough";
    EXPECT_EQ(s.set(200, 150'000, 60'000), applied) << "replaced";
    ASSERT_EQ(s.tiers.count, 3u);
    EXPECT_EQ(s.tiers.above[1].above_nanos, 200);
    EXPECT_EQ(s.tiers.above[1].initial_ppm, 150'000u);
    EXPECT_EQ(s.set(100, 150'001, 50'000), rates_must_rise_with_the_bound);
    EXPECT_EQ(s.set(150, 0, 0), tier_not_found);
    EXPECT_EQ(s.set(200, 0, 0), applied) << "taken away";
    ASSERT_EQ(s.tiers.count, 2u);
    EXPECT_EQ(s.tiers.above[0].above_nanos, 100);
    EXPECT_EQ(s.tiers.above[1].above_nanos, 300);
    EXPECT_EQ(s.tiers.above[2].above_nanos, 0) << "zeros beyond";
    for (std::int64_t above = 400; above < 900; above += 100)
        EXPECT_EQ(s.set(above, 200'000 + static_cast<std::uint32_t>(above), 100'000), applied);
    EXPECT_EQ(s.tiers.count, 7u);
    EXPECT_EQ(s.set(900, 300'000, 100'000), too_many_tiers);
    EXPECT_EQ(s.set(50, 60'000, 30'000), too_many_tiers);
    EXPECT_EQ(s.set(800, 300'000, 100'000), applied) << "one that is there may be changed";
}

/// What an account may hold while its orders are open: any of them filled, in any order.
TEST(tiers, what_orders_set_aside_is_enough_for_whatever_is_filled) {
    draws d(29);
    int grew = 0;
    for (int round = 0; round < 20'000; ++round) {
        schedule s = random_schedule(d, 10'000 * unit);
        bool const inverse = d.coin();
        if (inverse) s.listing.contract.settle = settlement::inverse;
        if (d.between(0, 3) == 0) {
            s.listing.contract.kind = instrument_kind::option;
            s.listing.contract.strike = {120 * unit};
        }
        auto const least = static_cast<std::uint32_t>(d.coin() ? 0 : d.between(0, 500'000));
        position_row p{};
        p.size = {d.between(-100, 100) * unit};
        auto const requirement = [&] {
            position_check const check = check_position(s.listing, &s.tiers, p, least);
            return check.initial - check.owed;
        };
        int128 aside = requirement();
        std::vector<std::pair<order_side, std::int64_t>> orders;
        for (auto count = d.between(1, 6); count > 0; --count) {
            order_side const side = d.coin() ? order_side::buy : order_side::sell;
            std::int64_t const size = d.between(1, 60) * unit, limit = d.between(75, 125) * unit;
            aside += added_margin(s.listing, &s.tiers, p, side, size, limit, least);
            (side == order_side::buy ? p.open_buy : p.open_sell).nanos += size;
            orders.emplace_back(side, size);
            ASSERT_EQ(requirement() <= aside, true) << "round " << round;
        }
        // Of what is held alone, orders or none.
        auto const of_held = [&] {
            bool const option = s.listing.contract.kind == instrument_kind::option;
            std::int64_t const size =
                p.size.nanos > 0 ? (option ? 0 : p.size.nanos) : -p.size.nanos;
            return by_slices(s, notional(s.listing, size, s.listing.mark.nanos, rounding::up),
                             least);
        };
        int128 before = requirement();
        while (!orders.empty()) {  // filled in part or whole, or cancelled
            auto const at = static_cast<std::size_t>(
                d.between(0, static_cast<std::int64_t>(orders.size()) - 1));
            auto& [side, left] = orders[at];
            std::int64_t const part = d.between(1, left / unit) * unit;
            bool const buys = side == order_side::buy;
            (buys ? p.open_buy : p.open_sell).nanos -= part;
            if (d.between(0, 2) > 0) p.size.nanos += buys ? part : -part;
            left -= part;
            if (left == 0) orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at));
            ASSERT_EQ(requirement() <= before, true) << "a fill raised it, round " << round;
            before = requirement();
            ASSERT_EQ(of_held() <= before, true) << "round " << round;
        }
        ASSERT_EQ(of_held() == before, true) << "no order is left, round " << round;
        std::int64_t const held = p.size.nanos < 0 ? -p.size.nanos : p.size.nanos;
        grew += held > 100 * unit ? 1 : 0;
    }
    EXPECT_GT(grew, 1'000);
}

TEST(tiers, an_order_on_the_other_side_adds_nothing_until_it_leads_further) {
    schedule s = flat(50'000, 25'000);
    EXPECT_EQ(s.set(1'000 * unit, 100'000, 50'000), apply_status::applied);
    position_row p{};
    p.size = {12 * unit};
    p.open_buy = {3 * unit};
    auto const adds = [&](order_side side, std::int64_t size, std::int64_t limit) {
        return static_cast<std::int64_t>(
            added_margin(s.listing, &s.tiers, p, side, size * unit, limit * unit, 0));
    };
    EXPECT_EQ(adds(order_side::buy, 1, 100), 10 * unit);  // 1,500 to 1,600 at 10 %
    EXPECT_EQ(adds(order_side::buy, 1, 110), 11 * unit);  // the limit is dearer than the mark
    EXPECT_EQ(adds(order_side::buy, 1, 90), 10 * unit);   // the mark is
    EXPECT_EQ(adds(order_side::sell, 12, 100), 0);        // closes
    EXPECT_EQ(adds(order_side::sell, 27, 100), 0);        // turns it: as far on the other side
    EXPECT_EQ(adds(order_side::sell, 28, 100), 10 * unit);
    p = {};
    EXPECT_EQ(adds(order_side::buy, 20, 100), 150 * unit);  // 1,000 x 5 % + 1,000 x 10 %
    s.tiers.count = 0;
    EXPECT_EQ(adds(order_side::buy, 20, 100), 100 * unit);
}

}  // namespace

// Single stages on made-up rows.
#include <gtest/gtest.h>

#include "host/risk/ladder.h"
#include "host/risk/netting_sets.h"
#include "host/risk/overview.h"
#include "host/risk/pools.h"
#include "margin/entry_value.h"

namespace lockstep {
namespace {

TEST(netting_sets, entry_is_rounded_against_the_account) {
    constexpr std::int64_t unit = nanos_per_unit;
    // 1 USD at 3: a third of a coin, down; the other side loses a third, up.
    EXPECT_EQ(entry_nanos(settlement::inverse, {unit}, {3 * unit}).value, 333'333'333);
    EXPECT_EQ(entry_nanos(settlement::inverse, {-unit}, {3 * unit}).value, -333'333'334);
    EXPECT_EQ(entry_nanos(settlement::linear, {2 * unit}, {3 * unit}).value, -6 * unit);
    EXPECT_EQ(entry_nanos(settlement::linear, {1}, {1}).value, -1);
    EXPECT_EQ(entry_nanos(settlement::linear, {-1}, {1}).value, 0);
    EXPECT_TRUE(entry_nanos(settlement::linear, {int64_max}, {int64_max}).overflowed);
}

TEST(netting_sets, lots_are_powers_of_ten) {
    EXPECT_EQ(common_lot_exponent(18, 0), 18);
    EXPECT_EQ(common_lot_exponent(18, 2'500'000'000), 8);
    EXPECT_EQ(common_lot_exponent(8, -10'000'000'000), 8);
    EXPECT_EQ(common_lot_exponent(8, 7), 0);
}

/// Instruments 0 and 2 in one book, 1 in another; 3 without a value.
struct small_book {
    market listed;
    book_table books;
    std::vector<std::uint8_t> valued{1, 1, 1, 0};
    small_book() {
        listed.assets = {"BTC", "ETH"};
        listed.underlyings = {{"BTC", 50000}, {"ETH", 2000}};
        for (std::uint32_t i = 0; i < 4; ++i) {
            instrument_row row{};
            row.underlying = {i == 1 ? 1u : 0u};
            row.settle_asset = {i == 1 ? 1u : 0u};
            row.settle = settlement::inverse;
            row.kind = i == 2 ? instrument_kind::perpetual : instrument_kind::option;
            row.expiry = {i == 2 ? 0 : ns_per_day};
            listed.instruments.push_back(row);
        }
        books = open_books(listed);
    }
};

TEST(netting_sets, positions_lie_by_account_book_and_instrument) {
    small_book world;
    constexpr std::int64_t unit = nanos_per_unit;
    std::vector<holding_row> const positions{{{1}, {2}, {-30 * unit}, {60'000 * unit}},
                                             {{0}, {1}, {5 * unit / 10}, {}},
                                             {{1}, {0}, {2 * unit}, {}},
                                             {{0}, {3}, {unit}, {}},
                                             {{1}, {1}, {7}, {}},
                                             {{2}, {2}, {unit}, {0}}};
    netting_sets const sets =
        group_positions(world.listed, world.books, 3, positions, world.valued);
    EXPECT_EQ(sets.begin, (std::vector<std::uint32_t>{0, 1, 3, 4}));
    EXPECT_EQ(sets.instrument, (std::vector<std::uint32_t>{1, 0, 2, 1}));
    EXPECT_EQ(sets.lot_exponent, (std::vector<std::uint8_t>{8, 9, 0}));
    EXPECT_EQ(sets.lots, (std::vector<std::int64_t>{5, 2, -30, 7}));
    EXPECT_EQ(sets.sets[1].account.value, 1u);
    EXPECT_EQ(sets.sets[1].entry_nanos, -500'000);  // -30/60,000
    ASSERT_EQ(sets.excluded.size(), 2u);
    EXPECT_EQ(sets.excluded[0].fault, position_fault::instrument_cannot_be_valued);
    EXPECT_EQ(sets.excluded[1].fault, position_fault::entry_price_is_not_positive);
}

TEST(pools, cash_sets_and_exclusions_of_one_asset_share_a_pool) {
    small_book world;
    std::vector<holding_row> const positions{{{0}, {0}, {nanos_per_unit}, {}},
                                             {{1}, {3}, {nanos_per_unit}, {}}};
    netting_sets const sets =
        group_positions(world.listed, world.books, 3, positions, world.valued);
    std::vector<pool_row> pools =
        build_pools(3, {{{2}, {1}, {5}}, {{0}, {0}, {4}}, {{2}, {1}, {6}}}, sets);
    ASSERT_EQ(pools.size(), 3u);
    EXPECT_EQ(pools[0].cash.nanos, 4);
    EXPECT_EQ(pools[0].positions, 1u);
    EXPECT_EQ(pools[1].flags, account_flag::position_not_valued);
    EXPECT_EQ(pools[2].cash.nanos, 11);

    judge_pools(pools, std::vector<set_amounts>{{10, 20, 14, false}});
    EXPECT_EQ(pools[0].equity.nanos, 14);
    EXPECT_EQ(pools[0].flags, account_flag::initial_breach) << "equal to maintenance is enough";
    judge_pools(pools, std::vector<set_amounts>{{9, 20, 14, false}});
    EXPECT_TRUE(pools[0].flags & account_flag::liquidatable);
    judge_pools(pools, std::vector<set_amounts>{{int64_max, 0, 0, false}});
    EXPECT_TRUE(pools[0].flags & account_flag::overflowed);
}

TEST(pools, dollars_are_rounded_against_the_account) {
    std::int64_t const price = 2'500'000'001;  // 2.500000001 USD
    EXPECT_TRUE(to_usd(1, price, rounding::down) == 2);
    EXPECT_TRUE(to_usd(1, price, rounding::up) == 3);
    EXPECT_TRUE(to_usd(-1, price, rounding::down) == -3);
    EXPECT_TRUE(to_usd(1, -1, rounding::up) == 0) << "no price, no amount";
    EXPECT_TRUE(to_usd(int64_max, price, rounding::up) > int64_max) << "wide, not wrapped";
}

TEST(ladder, the_crossing_is_interpolated_and_rounded_towards_nearer) {
    EXPECT_EQ(crossing_ppm(-50'000, -75'000, 1, -2), 58'333);
    EXPECT_EQ(crossing_ppm(0, 10'000, 0, -1), 0);
    EXPECT_EQ(crossing_ppm(0, 10'000, 3, -1), 7'500);
}

// Two pools of 100 with a maintenance margin of 20: one gains its 1,000 times the move, the other
// loses it. Excess 80 is gone after a move of 8 %.
TEST(ladder, distances_and_steps_of_a_straight_line) {
    std::vector<pool_row> pools(2);
    for (std::uint32_t i = 0; i < 2; ++i) {
        pools[i].account = {i};
        pools[i].cash.nanos = 100;
        pools[i].set_begin = i;
        pools[i].set_end = i + 1;
    }
    judge_pools(pools, std::vector<set_amounts>{{0, 25, 20, false}, {0, 25, 20, false}});
    std::vector<set_amounts> moved;
    auto const steps = climb(
        pools, [](std::int32_t) { return asset_prices{nanos_per_unit}; },
        [&](std::int32_t ppm) {
            std::int64_t const gain = ppm / 1000;
            moved = {{gain, 25, 20, false}, {-gain, 25, 20, false}};
            return std::span<set_amounts const>(moved);
        },
        [](std::size_t, std::size_t) {});
    EXPECT_EQ(pools[0].distance_down, 80'000);
    EXPECT_EQ(pools[0].distance_up, no_distance);
    EXPECT_EQ(pools[1].distance_up, 80'000);
    EXPECT_EQ(pools[1].distance_down, no_distance);
    ASSERT_EQ(steps.size(), ladder_moves_down().size() + ladder_moves_up().size() + 1);
    for (ladder_step const& step : steps) {
        bool const far = step.move_ppm > 80'000 || step.move_ppm < -80'000;
        EXPECT_EQ(step.accounts_liquidatable, far ? 1u : 0u) << step.move_ppm;
        EXPECT_TRUE(step.maintenance_margin_usd == 40);
    }
    EXPECT_TRUE(steps.back().loss_usd == 1900) << "100 - 2,000 at +200 %";
}

TEST(overview, bins_are_quarters_of_octaves) {
    EXPECT_EQ(bin_of(-5), 0u);
    EXPECT_EQ(bin_of(nanos_per_unit - 1), 0u);
    EXPECT_EQ(bin_of(nanos_per_unit), 1u);
    EXPECT_EQ(bin_of(nanos_per_unit * 5 / 4), 2u);
    EXPECT_EQ(bin_of(nanos_per_unit * 2), 5u);
    EXPECT_EQ(bin_of(nanos_per_unit * 1000), 1 + 9 * 4 + 3u);  // 512 x 1.75 = 896 .. 1,024
    EXPECT_DOUBLE_EQ(middle_of_bin(1), 1.125);
    EXPECT_DOUBLE_EQ(middle_of_bin(bin_of(nanos_per_unit * 1000)), 512 * 1.875);
    EXPECT_GT(bin_of(int64_max), 100u);
}

}  // namespace
}  // namespace lockstep

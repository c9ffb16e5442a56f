// A position that is said to be another changes where it stands.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "host/watch/explain.h"
#include "tests/host/watch/from_nothing.h"
#include "tests/host/watch/small_exchange.h"

namespace lockstep {
namespace {

void expect_equal(std::vector<excluded_position> const& is,
                  std::vector<excluded_position> const& wanted) {
    ASSERT_EQ(is.size(), wanted.size());
    for (std::size_t i = 0; i < is.size(); ++i) {
        ASSERT_EQ(is[i].account, wanted[i].account);
        ASSERT_EQ(is[i].instrument, wanted[i].instrument);
        ASSERT_EQ(is[i].asset, wanted[i].asset);
        ASSERT_EQ(is[i].fault, wanted[i].fault);
        ASSERT_EQ(is[i].size, wanted[i].size);
    }
}

TEST(watched_positions, change_where_it_stands_as_if_all_were_grouped_anew) {
    small_exchange world(120);
    auto const device = plainest_backend();
    watcher watch(world.listed, world.held, test_preset(), {}, *device);
    random_ticks ticks(world.listed, 5);
    std::mt19937_64 random(11);
    std::vector<std::uint8_t> const all(world.listed.instruments.size(), 1);
    std::size_t in_place = 0, changes = 0, empty = 0, excluded = 0;
    for (int i = 0; i < 300; ++i) {
        tick_report const report = i % 10 == 9 ? watch.apply(random_settlement(watch, random))
                                               : watch.apply(random_position(watch, random));
        in_place += report.sets_checked < watch.sets().sets.size();
        changes += report.changes.size();
        if (i % 7 == 0) watch.apply(ticks.next());
        std::vector<holding_row> const held(watch.holdings().begin(), watch.holdings().end());
        netting_sets const anew =
            group_positions(watch.market_now().listed(), watch.market_now().books(),
                            watch.account_names().size(), held, all);
        ASSERT_EQ(watch.sets().lots, anew.lots) << "after " << i;
        ASSERT_EQ(watch.sets().instrument, anew.instrument);
        expect_equal(watch.sets().excluded, anew.excluded);
        excluded += anew.excluded.size();
        // Sets that have lost their last position stay.
        std::size_t left = 0;
        for (std::size_t s = 0; s < watch.sets().sets.size(); ++s) {
            netting_set const& set = watch.sets().sets[s];
            if (watch.sets().positions_of(s) == 0) {
                ++empty;
                ASSERT_EQ(0, set.entry_nanos);
                continue;
            }
            ASSERT_EQ(anew.sets[left].account, set.account);
            ASSERT_EQ(anew.sets[left].entry_nanos, set.entry_nanos);
            ASSERT_EQ(anew.positions_of(left), watch.sets().positions_of(s));
            ASSERT_EQ(anew.lot_exponent[left], watch.sets().lot_exponent[s]);
            ++left;
        }
        ASSERT_EQ(left, anew.sets.size());
        for (pool_row const& pool : watch.pools())
            ASSERT_EQ(pool.positions,
                      watch.sets().begin[pool.set_end] - watch.sets().begin[pool.set_begin]);
        if (i % 3 != 0) continue;
        expect_as_from_nothing(watch);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(in_place, 300u);
    EXPECT_GT(empty, 10u);
    EXPECT_GT(excluded, 300u);
    EXPECT_GT(changes, 10u);
}

/// What the same records say in a watch that was made of them.
void expect_as_of_records(watcher& watch, portfolio const& records, small_exchange const& world,
                          backend& device) {
    watcher anew(world.listed, records, test_preset(), {}, device);
    std::size_t there = 0;
    for (std::uint32_t p = 0; p < watch.pools().size(); ++p) {
        pool_row const& pool = watch.pools()[p];
        auto const [first, last] = anew.pools_of(pool.account);
        std::uint32_t q = first;
        while (q < last && !(anew.pools()[q].asset == pool.asset)) ++q;
        pool_verdict const wanted = q < last ? anew.verdicts()[q] : pool_verdict{};
        there += q < last ? 1 : 0;
        ASSERT_EQ(0, std::memcmp(&watch.verdicts()[p], &wanted, sizeof wanted))
            << "account " << pool.account.value << ", asset " << pool.asset.value;
        ASSERT_EQ(pool.cash, q < last ? anew.pools()[q].cash : money{0});
    }
    ASSERT_EQ(there, anew.pools().size());
    std::size_t explained = 0;
    for (std::uint32_t a = 0; a < records.accounts.size(); a += 5) {
        auto const is = watch.pools_of({a}), was = anew.pools_of({a});
        if (is.second - is.first != was.second - was.first) continue;  // emptied pools are told too
        ASSERT_EQ(explain(watch, {a}), explain(anew, {a}));
        ++explained;
    }
    EXPECT_GT(explained, 0u);
}

TEST(watched_positions, and_cash_open_what_was_not_there) {
    small_exchange world(60);
    auto const device = plainest_backend();
    portfolio records = world.held;
    watcher watch(world.listed, records, test_preset(), {}, *device);
    std::size_t const pools = watch.pools().size(), sets = watch.sets().sets.size();
    std::size_t settled_left = 0;
    std::mt19937_64 random(29);
    for (int i = 0; i < 500; ++i) {
        if (i % 4 == 0) {
            cash_command const says{
                {static_cast<std::uint32_t>(random() % records.accounts.size())},
                {static_cast<std::uint32_t>(random() % world.listed.assets.size())},
                {(static_cast<std::int64_t>(random() % 1'000'000) - 300'000) * 1'000'000}};
            watch.apply(says);
            std::erase_if(records.cash, [&](cash_row const& row) {
                return row.account == says.account && row.asset == says.asset;
            });
            records.cash.push_back({says.account, says.asset, says.amount});
        } else if (i % 40 == 1) {
            settle_command const says = random_settlement(watch, random);
            EXPECT_LT(watch.apply(says).sets_checked, watch.sets().sets.size());
            // What is paid is worked out by hand elsewhere (commands_test.cpp).
            records.positions.assign(watch.holdings().begin(), watch.holdings().end());
            for (holding_row const& row : records.positions)
                settled_left +=
                    row.instrument == says.deliveries[0].instrument && row.entry.nanos > 0;
            records.cash.clear();
            for (pool_row const& pool : watch.pools())
                records.cash.push_back({pool.account, pool.asset, pool.cash});
        } else {
            position_command const says = random_position(watch, random);
            watch.apply(says);
            std::erase_if(records.positions, [&](holding_row const& row) {
                return row.account == says.account && row.instrument == says.instrument;
            });
            if (says.size.nanos != 0)
                records.positions.push_back({says.account, says.instrument, says.size, says.entry});
        }
        if (i % 10 != 0) continue;
        expect_as_of_records(watch, records, world, *device);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(settled_left, 0u) << "what is settled is gone";
    EXPECT_GT(watch.pools().size(), pools + 30);
    EXPECT_GT(watch.sets().sets.size(), sets + 10);
}

}  // namespace
}  // namespace lockstep

// The whole run on a portfolio worked out by hand.
#include <gtest/gtest.h>

#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

// Long 10,000 USD of the perpetual at 50,000, entered at 50,000, in BTC:
//   entry +10,000/50,000 = 0.2, value -0.2, so equity is the cash.
//   worst scenario -16 %: 0.2 (1 - 1/0.84) = -0.038095238; the same for every vol, so ids 0 and 1.
//   roll shock 0.2 x 1 % (the minimum) = 0.002; no delta shock below 20 M USD.
//   initial 0.040095238; maintenance 0.8 x 0.040095238 = 0.0320761904, up to 0.032076191.
// After -5 % (F = 47,500): equity 0.05 + 0.2 - 0.210526316 = 0.039473684, maintenance
//   0.8 x (0.040100251 + 0.002105264) = 0.033764412, excess +0.005709272.
// After -7.5 % (F = 46,250): excess 0.033783783 - 0.034676963 = -0.000893180.
//   Crossing at 5 % + 2.5 % x 5709272 / (5709272 + 893180) = 7.1617998... %, down to 7.1617 %.
TEST(risk_run, a_perpetual_is_margined_as_by_hand) {
    small_world world;
    world.portfolio("safe\nnear\nsunk\nidle\n",
                    "safe,BTC,1\nnear,BTC,0.05\nsunk,BTC,0.03\nidle,BTC,2.5\n",
                    "safe,BTC-PERPETUAL,10000,40000\nnear,BTC-PERPETUAL,10000,50000\n"
                    "sunk,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.pools.size(), 4u);
    ASSERT_EQ(run.margins.size(), 3u);

    pool_row const &safe = run.pools[0], &near = run.pools[1], &sunk = run.pools[2];
    EXPECT_EQ(safe.entry.nanos, 250'000'000);  // 10,000/40,000
    EXPECT_EQ(safe.value.nanos, -200'000'000);
    EXPECT_EQ(safe.equity.nanos, 1'050'000'000);
    EXPECT_EQ(near.equity.nanos, 50'000'000);
    for (margin_row const& row : run.margins) {
        EXPECT_EQ(row.worst_scenario, 0);
        EXPECT_EQ(row.second_worst_scenario, 1);
        EXPECT_EQ(row.worst_loss.nanos, 38'095'238);
        EXPECT_EQ(row.second_worst_loss.nanos, 38'095'238);
        EXPECT_EQ(row.roll_shock.nanos, 2'000'000);
        EXPECT_EQ(row.delta_shock.nanos, 0);
        EXPECT_EQ(row.initial_margin.nanos, 40'095'238);
        EXPECT_EQ(row.maintenance_margin.nanos, 32'076'191);
    }
    EXPECT_EQ(near.flags, 0u);
    EXPECT_EQ(near.distance_down, 71'617);
    EXPECT_EQ(near.distance_up, no_distance);
    EXPECT_EQ(safe.distance_down, no_distance) << "gone at -81 %, beyond the ladder";
    EXPECT_EQ(sunk.flags, account_flag::liquidatable | account_flag::initial_breach);
    EXPECT_EQ(sunk.distance_down, 0);
    EXPECT_EQ(run.pools[3].equity.nanos, 2'500'000'000);
    EXPECT_EQ(run.pools[3].flags, 0u);

    EXPECT_TRUE(run.accounts[0].equity_usd.nanos == 52'500'000'000'000);  // 1.05 x 50,000
    EXPECT_TRUE(run.accounts[0].initial_margin_usd.nanos == 2'004'761'900'000);
    ASSERT_EQ(run.all.under_water.size(), 1u);
    EXPECT_EQ(run.all.under_water[0], 2u);
    ASSERT_EQ(run.all.nearest.size(), 1u);
    EXPECT_EQ(run.all.nearest[0], 1u);
}

// Black-76 with F 50,000, K 55,000, vol 0.6, T 0.2, in coin: 0.069011052288986 (Python's
// math.erf). Short one: value -0.069011053 rounded down.
TEST(risk_run, an_option_counts_at_its_model_price) {
    small_world world;
    world.portfolio("seller\n", "seller,BTC,1\n", "seller,BTC-15MAR26-55000-C,-1,\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.pools.size(), 1u);
    EXPECT_EQ(run.pools[0].value.nanos, -69'011'053);
    EXPECT_EQ(run.pools[0].equity.nanos, 930'988'947);
    EXPECT_NEAR(run.values.price(run.listed.by_name.at("BTC-15MAR26-55000-C")), 0.069011052288986,
                1e-14);
    EXPECT_GT(run.pools[0].initial_margin.nanos, 0);
}

TEST(risk_run, a_position_without_a_value_is_an_exception_and_a_flag_and_nothing_else) {
    small_world world;
    world.portfolio("a\nb\n", "a,BTC,1\n",
                    "a,BTC_USDC-15MAR26-60000-C,2,\nb,BTC_USDC-15MAR26-60000-C,-2,\n"
                    "a,BTC-PERPETUAL,100,50000\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.sets.excluded.size(), 2u);
    EXPECT_EQ(run.all.counts.exceptions, run.rejected.size() + 2);
    ASSERT_EQ(run.accounts.size(), 2u);
    for (account_summary const& account : run.accounts)
        EXPECT_TRUE(account.flags & account_flag::position_not_valued);
    EXPECT_EQ(run.pools[0].equity.nanos, 1'000'000'000) << "as if it were not there";
    EXPECT_EQ(run.all.counts.position_not_valued, 2u);
    EXPECT_EQ(run.all.counts.positions,
              run.all.counts.positions_valued + run.all.counts.positions_excluded);
}

TEST(risk_run, an_account_with_a_rejected_record_is_flagged) {
    small_world world;
    world.portfolio("a\nb\nc\nd\ne\nf\ng\nf\n",
                    "a,BTC,1\nb,BTC,x\nc,BTC,1\nc,BTC,1\nd,BTC,1\ne,BTC\n,\n",
                    "a,BTC-15MAR26-90000-C,1,\nz,BTC-PERPETUAL,1,1\ng,BTC-PERPETUAL,1,1,1\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.accounts.size(), 7u);
    EXPECT_EQ(run.accounts[0].flags, account_flag::record_rejected) << "an unknown instrument";
    EXPECT_EQ(run.accounts[1].flags, account_flag::record_rejected) << "not a number";
    EXPECT_EQ(run.accounts[2].flags, account_flag::record_rejected) << "given twice";
    EXPECT_EQ(run.accounts[3].flags, 0u);
    EXPECT_EQ(run.accounts[4].flags, account_flag::record_rejected) << "too few fields";
    EXPECT_EQ(run.accounts[5].flags, account_flag::record_rejected) << "an account twice";
    EXPECT_EQ(run.accounts[6].flags, account_flag::record_rejected) << "too many fields";
    EXPECT_EQ(run.rejected.size(), 8u);
}

TEST(risk_run, totals_are_the_sums_of_pools_and_accounts) {
    small_world world;
    std::string accounts, cash, positions;
    for (int i = 0; i < 300; ++i) {
        std::string const name = "x" + std::to_string(i);
        accounts += name + "\n";
        cash += name + ",BTC," + std::to_string(i) + ".000000001\n";
        positions += name + ",BTC-PERPETUAL," + std::to_string((i - 150) * 10 - 5) + ",49999\n";
        positions += name + ",BTC-15MAR26-55000-C," + std::to_string(i % 7 - 3) + ".1,\n";
    }
    world.portfolio(accounts, cash, positions);
    risk_result const run = world.run();
    int128 equity = 0, initial = 0, equity_usd = 0;
    for (pool_row const& pool : run.pools) {
        EXPECT_EQ(pool.equity.nanos, pool.cash.nanos + pool.entry.nanos + pool.value.nanos);
        equity += pool.equity.nanos;
        initial += pool.initial_margin.nanos;
    }
    for (account_summary const& account : run.accounts) equity_usd += account.equity_usd.nanos;
    std::size_t btc = 0;
    while (run.all.assets[btc].name != "BTC") ++btc;
    EXPECT_TRUE(run.all.assets[btc].equity == equity);
    EXPECT_TRUE(run.all.assets[btc].initial_margin == initial);
    EXPECT_TRUE(run.all.usd.equity == equity_usd);
    EXPECT_EQ(run.all.counts.positions, 600u);
    std::uint64_t in_sets = 0, held = 0;
    for (margin_row const& row : run.margins) in_sets += row.positions;
    for (holding const& row : run.holdings) held += row.positions;
    EXPECT_EQ(in_sets, 600u);
    EXPECT_EQ(held, 600u);
}

TEST(risk_run, an_empty_portfolio_and_one_account_are_fine) {
    small_world world;
    world.portfolio("", "", "");
    risk_result const none = world.run();
    EXPECT_EQ(none.accounts.size(), 0u);
    EXPECT_TRUE(none.all.usd.equity == 0);
    EXPECT_FALSE(none.all.ladder.empty());
    world.portfolio("only\n", "", "");
    risk_result const one = world.run();
    ASSERT_EQ(one.accounts.size(), 1u);
    EXPECT_EQ(one.accounts[0].flags, 0u);
    EXPECT_TRUE(one.all.nearest.empty());
}

// A vol of 60 % given as 60 makes a call of 0.069 coins one of nearly a whole coin; a mark that is
// a tick off is no reason to look, nor is a record without one.
TEST(risk_run, says_that_an_option_is_valued_far_from_its_mark) {
    auto const apart = [](std::string const& record) {
        small_world world;
        put(world.chain(),
            "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
            "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,50000,0.0695,0.6,50000\n"
            "2026-01-01T08:00:00Z,BTC-15MAR26-45000-P,50000," +
                record + ",50000\n");
        world.portfolio("a\n", "a,BTC,1\n", "");
        risk_result const run = world.run();
        EXPECT_EQ(run.all.counts.options_off_their_mark,
                  run.all.farthest_from_mark.empty() ? 0u : 1u);
        return run.all.farthest_from_mark;
    };
    EXPECT_EQ(apart("0.05,0.6"), "");
    EXPECT_EQ(apart(",60"), "");
    EXPECT_EQ(apart("0.05,60"), "BTC-15MAR26-45000-P");
    EXPECT_EQ(apart("0.5,0.6"), "BTC-15MAR26-45000-P");
}

}  // namespace
}  // namespace lockstep

// Formula models reckon in the currency that contracts are quoted in; what is settled in coins is
// put to them at the index and turned back.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

// Forwards 4 % above the index, quoted at different moments. Who has paid for options in full and
// owes nothing cannot be lacking anything, however the model turns dollars into coins, now or after
// a move: what is asked for is what they are worth, to the nano.
TEST(coin_settled_models, options_paid_in_full_lack_nothing) {
    small_world world;
    put(world.chain(),
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,52000,0.069,0.6,50000\n"
        "2026-01-01T08:00:01Z,BTC-15MAR26-45000-P,52100,0.05,0.7,50000\n"
        "2026-01-01T08:00:02Z,BTC-15MAR26-48000-P,51900,0.06,0.65,50000\n");
    accounts_with_models(world, "a,srm\nb,reg_t\nc,span\nd,deribit_standard\n", "",
                         "a,BTC-15MAR26-55000-C,1.5,\nb,BTC-15MAR26-45000-P,2,\n"
                         "c,BTC-15MAR26-55000-C,0.1,\nc,BTC-15MAR26-48000-P,1,\n"
                         "d,BTC-15MAR26-45000-P,1,\nd,BTC-15MAR26-48000-P,3,\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.pools.size(), 4u);
    EXPECT_TRUE(run.refusals.empty());
    for (pool_row const& pool : run.pools) {
        EXPECT_GT(pool.equity.nanos, 0);
        EXPECT_EQ(pool.initial_margin, pool.equity);
        EXPECT_EQ(pool.maintenance_margin, pool.equity);
        EXPECT_EQ(pool.flags, 0u);
        EXPECT_EQ(pool.distance_down, no_distance);
        EXPECT_EQ(pool.distance_up, no_distance);
    }
}

// A call sold deep in the money, its forward a fifth above the index or below it. Beyond its value,
// which equity has lost already, the formulas ask for 15 % (7.5 % maintenance) and 20 % of a coin.
TEST(coin_settled_models, what_options_are_worth_in_coins_does_not_depend_on_the_index) {
    for (std::string const forward : {"80000", "100000", "120000"}) {
        small_world world;
        put(world.chain(),
            "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
            "2026-01-01T08:00:00Z,BTC-15MAR26-50000-C," +
                forward + ",,0.5,100000\n");
        accounts_with_models(world, "a,deribit_standard\nb,srm\nc,reg_t\n",
                             "a,BTC,1\nb,BTC,1\nc,BTC,1\n",
                             "a,BTC-15MAR26-50000-C,-1,\nb,BTC-15MAR26-50000-C,-1,\n"
                             "c,BTC-15MAR26-50000-C,-1,\n");
        risk_result const run = world.run();
        ASSERT_EQ(run.pools.size(), 3u);
        std::int64_t const expected[3][2] = {
            {150'000'000, 75'000'000}, {150'000'000, 75'000'000}, {200'000'000, 200'000'000}};
        for (std::size_t p = 0; p < 3; ++p) {
            auto const near = [&](money found, std::int64_t nanos) {
                EXPECT_NEAR(static_cast<double>(found.nanos), static_cast<double>(nanos), 5)
                    << forward << " pool " << p;
            };
            near(run.pools[p].initial_margin, expected[p][0]);
            near(run.pools[p].maintenance_margin, expected[p][1]);
        }
    }
}

// A snapshot takes seconds: options of one expiry are quoted on forwards of their own. Equity holds
// each at the value that it has on its own, so what a formula asks for may not depend on the
// others.
TEST(coin_settled_models, a_sold_option_is_reckoned_on_the_forward_that_it_was_quoted_on) {
    for (std::string const name : {"BTC-15MAR26-", "BTC_USDC-15MAR26-"}) {
        std::string const head =
            "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
            "2026-01-01T08:00:00Z," +
            name + "45000-C,51000,,0.5,50000\n";
        std::string accounts, cash, positions;
        for (std::string const model :
             {"deribit_standard", "reg_t", "srm", "span", "tims", "deribit_cross"}) {
            accounts += model + "," + model + "\n";
            cash += model + (name.size() > 12 ? ",USDC,100000\n" : ",BTC,2\n");
            positions += model + "," + name + "45000-C,-1,\n";
        }
        small_world alone, among_others;
        put(alone.chain(), head);
        put(among_others.chain(), head + "2026-01-01T08:00:00Z," + name +
                                      "40000-P,50000,,0.6,50000\n2026-01-01T08:00:00Z," + name +
                                      "60000-C,50000,,0.6,50000\n");
        accounts_with_models(alone, accounts, cash, positions);
        accounts_with_models(among_others, accounts, cash, positions);
        risk_result const expected = alone.run(), found = among_others.run();
        ASSERT_EQ(expected.pools.size(), 6u);
        ASSERT_EQ(found.pools.size(), 6u);
        EXPECT_TRUE(found.refusals.empty());
        for (std::size_t p = 0; p < 6; ++p) {
            account_summary const &as_expected = expected.accounts[p], &account = found.accounts[p];
            auto const same = [&](wide_money account_summary::*amount) {
                return (account.*amount).nanos == (as_expected.*amount).nanos;
            };
            EXPECT_GT(as_expected.initial_margin_usd.nanos, 0);
            EXPECT_TRUE(same(&account_summary::equity_usd)) << name << p;
            EXPECT_TRUE(same(&account_summary::initial_margin_usd)) << name << p;
            EXPECT_TRUE(same(&account_summary::maintenance_margin_usd)) << name << p;
        }
    }
}

}  // namespace
}  // namespace lockstep

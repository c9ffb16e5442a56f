// Accounts held to other models than the scenario engine, in a run worked out by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

/// As small_world::portfolio, with a model for each account.
// Index and forward 50,000. The call of 55,000 is worth 0.069011052288986 coins, 3450.5526144493
// USD.
//   leverage, 10,000 USD of the perpetual: 20 % of notional is 2,000 USD or 0.04 coins, half of it
//     maintenance.
//   srm, a call sold: max(0.15 - 0.1, 0.10) of the index is 5,000 USD or 0.1 coins beyond its
//     value, which equity has lost already; maintenance 7.5 %, 0.075.
//   reg_t: max(20 % U - 5,000, 10 % U) is 5,000 USD beyond the premium too.
TEST(account_models, each_account_is_margined_by_the_model_that_it_names) {
    small_world world;
    accounts_with_models(world, "lever,leverage\nseller,srm\nlisted,reg_t\nusual,\nnamed,deribit\n",
                         "lever,BTC,1\nseller,BTC,1\nlisted,BTC,1\nusual,BTC,1\nnamed,BTC,1\n",
                         "lever,BTC-PERPETUAL,10000,50000\nseller,BTC-15MAR26-55000-C,-1,\n"
                         "listed,BTC-15MAR26-55000-C,-1,\nusual,BTC-PERPETUAL,10000,50000\n"
                         "named,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    EXPECT_EQ(run.rejected.size(), 0u);
    ASSERT_EQ(run.pools.size(), 5u);
    EXPECT_EQ(run.pools[0].initial_margin.nanos, 40'000'000);
    EXPECT_EQ(run.pools[0].maintenance_margin.nanos, 20'000'000);
    // Other formulas reckon in doubles: they round up, at times by a nano too much.
    EXPECT_NEAR(static_cast<double>(run.pools[1].initial_margin.nanos), 1e8, 1);
    EXPECT_NEAR(static_cast<double>(run.pools[1].maintenance_margin.nanos), 7.5e7, 1);
    EXPECT_NEAR(static_cast<double>(run.pools[2].initial_margin.nanos), 1e8, 1);
    EXPECT_EQ(run.pools[1].equity.nanos, 930'988'947) << "values stay the engine's";
    EXPECT_EQ(run.pools[3].initial_margin.nanos, 40'095'238);
    EXPECT_EQ(run.pools[4].initial_margin.nanos, 40'095'238);
    EXPECT_EQ(run.margins[1].worst_scenario, no_scenario);
}

TEST(account_models, the_model_of_the_run_is_for_accounts_that_name_none) {
    small_world world;
    world.models.model = "leverage";
    accounts_with_models(world, "a,\nb,deribit\n", "a,BTC,1\nb,BTC,1\n",
                         "a,BTC-PERPETUAL,10000,50000\nb,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    EXPECT_EQ(run.pools[0].initial_margin.nanos, 40'000'000);
    EXPECT_EQ(run.pools[1].initial_margin.nanos, 40'095'238);
    auto const used = run.models.used("digest of the preset");
    ASSERT_EQ(used.size(), 2u);
    EXPECT_EQ(used[0].name, "deribit");
    EXPECT_EQ(used[0].parameters_sha256, "digest of the preset");
    EXPECT_EQ(used[1].name, "leverage");
    EXPECT_EQ(used[1].parameters_sha256.size(), 64u);
}

TEST(account_models, a_name_that_is_not_known_costs_the_name_alone) {
    small_world world;
    accounts_with_models(world, "a,span\nb,sapn\n", "a,BTC,1\nb,BTC,1\n",
                         "a,BTC-PERPETUAL,10000,50000\nb,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.rejected.size(), 1u);
    exception_row const rejected = run.rejected.front();
    EXPECT_EQ(rejected.line, 3u);
    EXPECT_EQ(rejected.field, "model");
    EXPECT_NE(rejected.reason.find("'sapn'"), std::string::npos);
    EXPECT_EQ(run.pools[1].initial_margin.nanos, 40'095'238) << "the run's own model";
    EXPECT_NE(run.accounts[1].flags & account_flag::record_rejected, 0u);
    EXPECT_EQ(run.accounts[0].flags, 0u);
}

TEST(account_models, what_a_model_does_not_take_stays_with_the_engine_and_is_flagged) {
    small_world world;
    accounts_with_models(world, "a,reg_t\nb,deribit\n", "a,BTC,1\nb,BTC,1\n",
                         "a,BTC-PERPETUAL,10000,50000\nb,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.refusals.size(), 1u);
    EXPECT_EQ(run.refusals[0].set, 0u);
    EXPECT_NE(run.refusals[0].reason.find("BTC-PERPETUAL"), std::string::npos);
    EXPECT_EQ(run.pools[0].initial_margin.nanos, run.pools[1].initial_margin.nanos);
    EXPECT_EQ(run.accounts[0].flags, account_flag::model_does_not_serve);
    EXPECT_EQ(run.all.counts.exceptions, 1u);
}

// 10,000 USD of the perpetual, bought at 51,000, at 50,000: 196.08 USD lost; worst 0.2 (1/0.84 - 1)
// and roll shock 0.002 coins, together 2,004.7619 USD, maintenance 1,603.8095. Held in dollars, an
// account that is looked at asset by asset has less than nothing in coins to carry it;
// cross-collateral it is fine with 10,000, may only reduce with 1,900 and is liquidated with 1,700.
TEST(account_models, cross_collateral_looks_at_the_account_across_its_assets) {
    small_world world;
    accounts_with_models(world,
                         "apart,\nrich,deribit_cross\nthin,deribit_cross\npoor,deribit_cross\n",
                         "apart,USDC,10000\nrich,USDC,10000\nthin,USDC,1900\npoor,USDC,1700\n",
                         "apart,BTC-PERPETUAL,10000,51000\nrich,BTC-PERPETUAL,10000,51000\n"
                         "thin,BTC-PERPETUAL,10000,51000\npoor,BTC-PERPETUAL,10000,51000\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.refusals.size(), 0u) << run.refusals[0].reason;
    ASSERT_EQ(run.accounts.size(), 4u);
    constexpr std::uint32_t breach = account_flag::initial_breach;
    EXPECT_EQ(run.accounts[0].flags, breach | account_flag::liquidatable);
    EXPECT_EQ(run.accounts[1].flags, 0u);
    EXPECT_EQ(run.accounts[2].flags, breach);
    EXPECT_EQ(run.accounts[3].flags, breach | account_flag::liquidatable);
    for (std::size_t a : {1u, 2u, 3u}) {
        EXPECT_NEAR(static_cast<double>(run.accounts[a].initial_margin_usd.nanos) * 1e-9,
                    2004.761905, 1e-5);
        EXPECT_NEAR(static_cast<double>(run.accounts[a].maintenance_margin_usd.nanos) * 1e-9,
                    1603.809524, 1e-5);
        for (std::uint32_t p = run.accounts[a].pool_begin; p < run.accounts[a].pool_end; ++p) {
            EXPECT_EQ(run.pools[p].flags, 0u);
            EXPECT_EQ(run.pools[p].initial_margin.nanos, 0);
        }
    }
}

// Coins and dollars trade the same expiry 4 % apart. A leg of the other kind, next to nothing, must
// leave the requirement as it is, next to nothing, whichever of the two it is.
TEST(account_models, each_kind_of_book_keeps_its_own_price_of_an_expiry) {
    small_world world;
    put(world.folder.path() / "chain.csv",
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,50000,0.069,0.6,50000\n"
        "2026-01-01T08:00:00Z,BTC-PERPETUAL,50000,50000,,50000\n"
        "2026-01-01T08:00:00Z,BTC_USDC-15MAR26-55000-C,52000,4500,0.6,50000\n"
        "2026-01-01T08:00:00Z,BTC_USDC-PERPETUAL,52000,52000,,50000\n");
    std::map<std::string, std::string> const most{{"a", "BTC-15MAR26-55000-C,-1,"},
                                                  {"b", "BTC_USDC-15MAR26-55000-C,-1,"},
                                                  {"c", "BTC-PERPETUAL,-100000,50000"},
                                                  {"d", "BTC_USDC-PERPETUAL,-2,52000"}};
    std::map<std::string, std::string> const least{{"a", "BTC_USDC-15MAR26-55000-C,-0.0001,"},
                                                   {"b", "BTC-15MAR26-55000-C,-0.0001,"},
                                                   {"c", "BTC_USDC-PERPETUAL,-0.0001,52000"},
                                                   {"d", "BTC-PERPETUAL,-10,50000"}};
    std::string accounts, cash, positions;
    for (auto const& [account, position] : most)
        for (std::string const suffix : {"0", "1"}) {
            accounts += account + suffix + ",deribit_cross\n";
            cash += account + suffix + ",USDC,100000\n";
            positions += account + suffix + "," + position + "\n";
            if (suffix == "1") positions += account + suffix + "," + least.at(account) + "\n";
        }
    accounts_with_models(world, accounts, cash, positions);
    risk_result const run = world.run();
    ASSERT_EQ(run.rejected.size(), 0u) << run.rejected.front().reason;
    ASSERT_EQ(run.refusals.size(), 0u) << run.refusals[0].reason;
    ASSERT_EQ(run.accounts.size(), 8u);
    for (std::size_t a = 0; a < 8; a += 2) {
        auto const alone = static_cast<double>(run.accounts[a].initial_margin_usd.nanos);
        auto const beside = static_cast<double>(run.accounts[a + 1].initial_margin_usd.nanos);
        EXPECT_GT(alone, 1e12);
        EXPECT_NEAR(beside / alone, 1, 1e-3) << a;
    }
}

// The same position with a twentieth of a coin, 2,500 USD: equity is 2,303.9216. A fifth taken off
// the coin leaves 1,803.9216, and a tenth of it on top asks 2,254.7619. In dollars nothing is taken
// off, and a debt of 100 USD counts whole. (A nano of a coin is 0.00005 USD.)
TEST(account_models, haircuts_come_off_the_cash_of_such_accounts_alone) {
    small_world world;
    accounts_with_models(world, "coins,deribit_cross\nmixed,deribit_cross\nengine,\n",
                         "coins,BTC,0.05\nmixed,BTC,0.05\nmixed,USDC,-100\nengine,BTC,0.05\n",
                         "coins,BTC-PERPETUAL,10000,51000\nmixed,BTC-PERPETUAL,10000,51000\n"
                         "engine,BTC-PERPETUAL,10000,51000\n");
    world.haircuts = (world.folder.path() / "haircuts.csv").string();
    put(world.haircuts, "asset,haircut_maintenance,haircut_initial\nBTC,0.2,0.1\nUSDC,0.1,0.05\n");
    risk_result const run = world.run();
    ASSERT_EQ(run.rejected.size(), 0u);
    auto const usd = [](wide_money const& amount) {
        return static_cast<double>(amount.nanos) / 1e9;
    };
    EXPECT_NEAR(usd(run.accounts[0].equity_usd), 1803.921569, 5e-5);
    EXPECT_NEAR(usd(run.accounts[0].initial_margin_usd), 2254.761905, 1e-5);
    EXPECT_NEAR(usd(run.accounts[0].maintenance_margin_usd), 1603.809524, 1e-5);
    EXPECT_EQ(run.accounts[0].flags, account_flag::initial_breach);
    EXPECT_NEAR(usd(run.accounts[1].equity_usd), 1703.921569, 5e-5);
    EXPECT_NEAR(usd(run.accounts[1].initial_margin_usd), 2254.761905, 1e-5);
    EXPECT_NEAR(usd(run.accounts[2].equity_usd), 2303.921569, 5e-5);
}

// Long 10,000 USD at 50,000 with 0.05 coins, margined by leverage: after a move m the loss is
// 0.2 (1/(1+m) - 1) and maintenance 10 % of 0.2 / (1+m) coins. At -10 %: equity 0.05 - 0.0222222,
// maintenance 0.0222222, excess 0.0055556; at -15 %: 0.05 - 0.0352941 - 0.0235294 = -0.0088235.
// The crossing: 10 % + 5 % x 0.0055556 / 0.0143791 = 11.9318 %.
TEST(account_models, distances_are_the_models_own) {
    small_world world;
    accounts_with_models(world, "a,leverage\n", "a,BTC,0.05\n", "a,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    EXPECT_NEAR(run.pools[0].distance_down, 119'318, 1);
}

/// A verdict does not depend on the order of accounts and positions, whatever the models.
TEST(account_models, order_is_no_matter) {
    small_world world;
    char const* const models[] = {"deribit", "pmrm", "srm", "span", "tims", "reg_t", "leverage"};
    std::vector<std::string> accounts, cash, held;
    for (char const* model : models) {
        std::string const name = std::string("of_") + model;
        accounts.push_back(name + "," + model + "\n");
        cash.push_back(name + ",BTC,0.4\n");
        held.push_back(name + ",BTC-15MAR26-55000-C,-1.5,\n");
        held.push_back(name + ",BTC-PERPETUAL,3000,48000\n");
    }
    auto const numbers = [&] {
        std::string a, c, h;
        for (auto const& line : accounts) a += line;
        for (auto const& line : cash) c += line;
        for (auto const& line : held) h += line;
        accounts_with_models(world, a, c, h);
        risk_result const run = world.run();
        std::map<std::string, std::vector<std::int64_t>> found;
        for (pool_row const& pool : run.pools)
            found[run.account_names[pool.account.value]] = {
                pool.equity.nanos,  pool.initial_margin.nanos, pool.maintenance_margin.nanos,
                pool.distance_down, pool.distance_up,          pool.flags};
        return found;
    };
    auto const first = numbers();
    ASSERT_EQ(first.size(), std::size(models));
    for (auto* lines : {&accounts, &cash, &held}) std::reverse(lines->begin(), lines->end());
    EXPECT_EQ(numbers(), first);
}

/// Whatever the model: an account of every other model stays as it is without it.
TEST(account_models, neighbours_do_not_notice) {
    small_world world;
    std::string const cash = "a,BTC,1\nb,BTC,1\nc,BTC,1\n";
    std::string const held =
        "a,BTC-15MAR26-55000-C,-1,\nb,BTC-15MAR26-55000-C,-1,\nc,BTC-15MAR26-55000-C,2,\n";
    accounts_with_models(world, "a,\nb,\nc,\n", cash, held);
    risk_result const plain = world.run();
    for (char const* model : {"pmrm", "srm", "span", "tims", "reg_t"}) {
        accounts_with_models(world, std::string("a,\nb,") + model + "\nc,\n", cash, held);
        risk_result const run = world.run();
        for (std::size_t p : {0u, 2u}) {
            EXPECT_EQ(run.pools[p].initial_margin, plain.pools[p].initial_margin) << model;
            EXPECT_EQ(run.pools[p].distance_up, plain.pools[p].distance_up) << model;
        }
        EXPECT_NE(run.pools[1].initial_margin, plain.pools[1].initial_margin) << model;
        EXPECT_GT(run.pools[1].initial_margin.nanos, 0) << model;
        EXPECT_EQ(run.pools[1].equity, plain.pools[1].equity) << model;
    }
}

}  // namespace
}  // namespace lockstep

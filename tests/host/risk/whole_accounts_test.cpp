// Accounts that are asked about as a whole, in the stages of a run that look at pools, and with the
// run's preset.
#include <gtest/gtest.h>

#include "host/base/error.h"
#include "tests/host/risk/risk_fixture.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

/// BTC at 50,000. Each owes coins and has dollars: X by a position that lost, Y without any.
void two_debtors(small_world const& world) {
    world.portfolio("", "X,USDC,100000\nY,BTC,-0.1\nY,USDC,10000\nZ,BTC,-0.1\n",
                    "X,BTC-PERPETUAL,10000,60000\n");
    put(world.folder.path() / "book/accounts.csv",
        "account,model\nX,deribit_cross\nY,deribit_cross\nZ,deribit_cross\n");
}

// X: 100,000 USD and 10,000 / 60,000 - 10,000 / 50,000 = -0.0333 coins. Y: 10,000 USD less a tenth
// of a coin. Only Z has nothing beside its debt of 5,000 USD.
TEST(whole_accounts, their_pools_are_no_accounts_of_the_ladder) {
    small_world world;
    two_debtors(world);
    risk_result const run = world.run();
    ASSERT_EQ(run.accounts.size(), 3u);
    EXPECT_EQ(run.accounts[0].flags, 0u);
    EXPECT_EQ(run.accounts[1].flags, 0u);
    EXPECT_EQ(run.accounts[1].equity_usd.nanos, int128{5'000} * nanos_per_unit);
    EXPECT_NE(run.accounts[2].flags & account_flag::liquidatable, 0u);
    for (pool_row const& pool : run.pools) EXPECT_EQ(pool.flags, 0u);
    for (ladder_step const& step : run.all.ladder) {
        EXPECT_EQ(step.accounts_liquidatable, 0u) << step.move_ppm;
        EXPECT_EQ(step.accounts_negative, 0u) << step.move_ppm;
        EXPECT_TRUE(step.shortfall_usd == 0 && step.loss_usd == 0) << step.move_ppm;
    }
}

// The same debts under the engine, which looks at each pool: X's 1,666.67 USD and Y's 5,000.
TEST(whole_accounts, others_stay_in_the_ladder) {
    small_world world;
    two_debtors(world);
    put(world.folder.path() / "book/accounts.csv", "account,model\nX,deribit\nY,srm\nZ,\n");
    world.models.model = "deribit_cross";
    for (ladder_step const& step : world.run().all.ladder) {
        if (step.move_ppm != 0) continue;
        EXPECT_EQ(step.accounts_liquidatable, 2u);
        EXPECT_EQ(step.accounts_negative, 2u);
        EXPECT_NEAR(static_cast<double>(step.loss_usd) * 1e-9, 5'000 + 10'000.0 / 6, 1e-3);
    }
}

// A line that is not read would leave its asset without a haircut, and so lower a requirement.
TEST(whole_accounts, haircuts_that_cannot_be_meant_end_the_run) {
    small_world world;
    world.portfolio("a\n", "a,BTC,1\n", "");
    world.models.model = "deribit_cross";
    world.haircuts = (world.folder.path() / "haircuts.csv").string();
    auto const complaint = [&](std::string const& lines) {
        put(world.haircuts, "asset,haircut_maintenance,haircut_initial\n" + lines);
        try {
            (void)world.run();
        } catch (input_error const& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_EQ(complaint("DOGE,0.2,0.1\n"),
              world.haircuts + ":2: field 'asset': is no asset of this market");
    EXPECT_EQ(complaint("BTC,0.5,0\nBTC,0.4,0\n"),
              world.haircuts + ":3: field 'asset': was named before");
    EXPECT_EQ(complaint("USDC,0,0\nBTC,1.2,0\n"),
              world.haircuts + ":3: field 'haircut_maintenance': is not a share between 0 and 1");
    EXPECT_NE(complaint("BTC,0.15,5 %\n").find(":2: field 'haircut_initial': "), std::string::npos);
    EXPECT_NE(complaint("BTC,0.15\n").find(world.haircuts + ":2: "), std::string::npos);
    EXPECT_EQ(complaint("BTC,0.15,0\n"), "none");
}

/// The first account's initial margin in USD.
std::string initial_margin(small_world const& world, std::string const& options) {
    command_result const ran =
        run_lockstep("risk --market " + world.chain() + " --portfolio " + world.book() + " --out " +
                     world.out() + " --model deribit_cross " + options);
    EXPECT_EQ(ran.exit, 0) << ran.err;
    std::string const rows = text_of(world.folder.path() / "out/accounts.csv");
    std::string row = rows.substr(rows.find('\n') + 1);
    for (int skipped = 0; skipped < 3; ++skipped) row = row.substr(row.find(',') + 1);
    return row.substr(0, row.find(','));
}

// 10,000 USD long lose 10,000 (1 / 0.84 - 1) when the coin falls by the preset's 16 %, and a
// percent of roll; with 40 %, 10,000 (1 / 0.6 - 1).
TEST(whole_accounts, are_held_to_the_preset_of_the_run) {
    small_world world;
    world.portfolio("X\n", "X,USDC,100000\n", "X,BTC-PERPETUAL,10000,50000\n");
    std::string text = parameters_of_model("deribit", "");
    std::string const range = "price_range = 0.16 ";
    text.replace(text.find(range), range.size(), "price_range = 0.40 ");
    std::string const preset = (world.folder.path() / "p40.toml").string();
    put(preset, text);
    EXPECT_NEAR(std::stod(initial_margin(world, "")), 10'000 * (1 / 0.84 - 1) + 100, 1e-4);
    double const wide = 10'000 * (1 / 0.6 - 1) + 100;
    EXPECT_NEAR(std::stod(initial_margin(world, "--preset " + preset)), wide, 1e-4);
    EXPECT_NEAR(std::stod(initial_margin(
                    world, "--preset deribit_pm --parameters deribit_cross=" + preset)),
                wide, 1e-4);
    EXPECT_NEAR(std::stod(initial_margin(
                    world, "--preset " + preset + " --parameters deribit_cross=deribit_pm")),
                10'000 * (1 / 0.84 - 1) + 100, 1e-4)
        << "its own come first";
}

}  // namespace
}  // namespace lockstep

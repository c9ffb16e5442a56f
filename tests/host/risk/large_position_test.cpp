// A position that is too large to be added up exactly is left out by name, never counted as zero.
#include <gtest/gtest.h>

#include <algorithm>

#include "host/pnl/explain_pnl.h"
#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

// A size with a billionth is counted in billionths, of which there is less room than of contracts:
// a's does not fit, b's does. By the third account's single contract the others are measured.
class large_position : public testing::Test {
  protected:
    large_position() {
        world.portfolio("a\nb\none\n", "a,BTC,1\nb,BTC,1\none,BTC,1\n",
                        "a,BTC-15MAR26-55000-C,-200000000.000000001,\n"
                        "b,BTC-15MAR26-55000-C,-200000000,\none,BTC-15MAR26-55000-C,-1,\n"
                        "a,BTC-PERPETUAL,40000,50000\n");
    }
    small_world world;
};

TEST_F(large_position, is_left_out_by_name_and_flagged) {
    risk_result const run = world.run();
    ASSERT_EQ(run.sets.excluded.size(), 1u);
    EXPECT_EQ(run.account_names[run.sets.excluded[0].account.value], "a");
    EXPECT_EQ(run.listed.names[run.sets.excluded[0].instrument.value], "BTC-15MAR26-55000-C");
    EXPECT_EQ(run.sets.excluded[0].fault, position_fault::size_is_too_large);
    EXPECT_EQ(run.all.counts.exceptions, run.rejected.size() + 1);
    EXPECT_EQ(run.accounts[0].flags, account_flag::overflowed | account_flag::position_not_valued);
    EXPECT_EQ(std::count(run.all.nearest.begin(), run.all.nearest.end(), 0u), 0);
    EXPECT_NE(run.accounts[0].distance_down, no_distance) << "of the perpetual alone";
}

TEST_F(large_position, is_in_no_table_of_the_run) {
    risk_result const run = world.run();
    world.portfolio("a\nb\none\n", "a,BTC,1\nb,BTC,1\none,BTC,1\n",
                    "b,BTC-15MAR26-55000-C,-200000000,\none,BTC-15MAR26-55000-C,-1,\n"
                    "a,BTC-PERPETUAL,40000,50000\n");
    risk_result const without = world.run();
    for (std::size_t k = 0; k < run.stress.shocks.size(); ++k) {
        EXPECT_TRUE(run.stress.of(0)[k].gain == without.stress.of(0)[k].gain) << k;
        EXPECT_TRUE(run.stress.of(0)[k].equity == without.stress.of(0)[k].equity) << k;
    }
    EXPECT_EQ(run.pools[0].maintenance_margin, without.pools[0].maintenance_margin);
    EXPECT_EQ(run.pools[0].equity, without.pools[0].equity);
}

TEST_F(large_position, in_whole_contracts_is_counted) {
    risk_result const run = world.run();
    double const of_one = static_cast<double>(run.pools[2].value.nanos);
    EXPECT_NEAR(static_cast<double>(run.pools[1].value.nanos) / of_one, 2e8, 2e8 / -of_one)
        << "a nano of one is as much";
    EXPECT_EQ(run.accounts[1].flags, account_flag::liquidatable | account_flag::initial_breach);
}

TEST_F(large_position, is_left_out_of_an_explained_change_too) {
    world.portfolio("a\nb\n", "",
                    "a,BTC-15MAR26-55000-C,-9000000000.000000001,\n"
                    "b,BTC-15MAR26-55000-C,-200000000,\n");
    auto const device = make_backend({});
    pnl_result const all =
        explain_pnl({world.chain(), world.chain(), "", "", world.book(), ""}, *device);
    ASSERT_EQ(all.sets.excluded.size(), 1u);
    EXPECT_EQ(all.sets.excluded[0].fault, position_fault::size_is_too_large);
    EXPECT_EQ(all.account_names[all.sets.excluded[0].account.value], "a");
    ASSERT_EQ(all.pools.size(), 1u);
    EXPECT_EQ(all.pools[0].account.value, 1u);
}

// What fits at the market as quoted and not after a rise says nothing of how far it is to go.
TEST_F(large_position, that_a_step_of_the_ladder_cannot_add_up_is_flagged) {
    world.portfolio("a\nb\n", "",
                    "a,BTC-15MAR26-55000-C,50000000.000000001,\n"
                    "b,BTC-15MAR26-55000-C,50000000,\n");
    risk_result const run = world.run();
    EXPECT_TRUE(run.sets.excluded.empty());
    EXPECT_GT(run.pools[0].value.nanos, run.pools[1].value.nanos - 1) << "counted as quoted";
    EXPECT_EQ(run.accounts[0].flags, account_flag::overflowed);
    EXPECT_EQ(run.accounts[1].flags, 0u);
}

}  // namespace
}  // namespace lockstep

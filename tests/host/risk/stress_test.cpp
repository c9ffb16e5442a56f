// Stress and concentration of a run worked out by hand, and against a market that really moved.
#include <gtest/gtest.h>

#include <algorithm>

#include "host/base/error.h"
#include "host/report/tables.h"
#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

std::vector<stress_shock> shocks(std::string const& text) { return parse_stress(text, "s.toml"); }

double usd(int128 nanos) { return static_cast<double>(nanos) * 1e-9; }

// Long 10,000 USD of the perpetual entered at 50,000 with 0.05 coins; the price halves: the loss is
// 10,000 (1/25,000 - 1/50,000) = 0.2 coins of 25,000 USD, 5,000 USD; what is left is -0.15 coins,
// -3,750 USD. The other account has coins alone.
TEST(stress, a_perpetual_by_hand) {
    small_world world;
    world.shocks = shocks(
        "[[shock]]\nname = \"half\"\ndefault = { price = -0.5, vol = 0 }\n"
        "[[shock]]\nname = \"none\"\ndefault = { price = 0, vol = 0 }\n");
    world.portfolio("a\nb\n", "a,BTC,0.05\nb,BTC,1\n", "a,BTC-PERPETUAL,10000,50000\n");
    risk_result const run = world.run();
    EXPECT_NEAR(usd(run.stress.of(0)[0].gain), -5000, 1e-4);
    EXPECT_NEAR(usd(run.stress.of(0)[0].equity), -3750, 1e-4);
    EXPECT_TRUE(run.stress.of(0)[1].gain == 0);
    EXPECT_TRUE(run.stress.of(0)[1].equity == run.accounts[0].equity_usd.nanos);
    EXPECT_TRUE(run.stress.of(1)[0].gain == 0);
    EXPECT_NEAR(usd(run.stress.of(1)[0].equity), 25'000, 1e-6);
}

/// The whole run on a market that was quoted where the shock leads says the same of values.
TEST(stress, is_the_value_in_a_market_that_moved_so) {
    small_world world;
    world.shocks = shocks(
        "[[shock]]\nname = \"x\"\ndefault = { price = 9, vol = 9 }\n"
        "BTC = { price = -0.2, vol = 0.5 }\n");
    std::string const held = "a,BTC-15MAR26-55000-C,-3,\na,BTC-PERPETUAL,500,50000\n";
    world.portfolio("a\n", "a,BTC,1\n", held);
    risk_result const before = world.run();
    put(world.folder.path() / "chain.csv",
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,40000,0.05,0.9,40000\n");
    risk_result const after = world.run();
    // Values are rounded down in both runs.
    EXPECT_NEAR(usd(before.stress.of(0)[0].equity), usd(after.accounts[0].equity_usd.nanos), 1e-3);
}

ladder_step const& step_of(risk_result const& run, std::int32_t move_ppm) {
    return *std::ranges::find(run.all.ladder, move_ppm, &ladder_step::move_ppm);
}

// A debt of one coin at 50,000 USD is worth as much as the coin after the move; one of five dollars
// stays. Of the ladder and of the stress alike.
TEST(ladder, amounts_are_at_the_prices_after_the_move) {
    small_world world;
    world.shocks = shocks(
        "[[shock]]\nname = \"down\"\ndefault = { price = -0.75, vol = 0 }\n"
        "[[shock]]\nname = \"none\"\ndefault = { price = 0, vol = 0 }\n"
        "[[shock]]\nname = \"up\"\ndefault = { price = 2, vol = 0 }\n");
    world.portfolio("a\nb\n", "a,BTC,-1\nb,USDC,-5\n", "");
    risk_result const run = world.run();
    struct {
        std::int32_t move;
        double owed;
    } const steps[] = {{-750'000, 12'505}, {0, 50'005}, {2'000'000, 150'005}};
    for (std::size_t k = 0; k < 3; ++k) {
        ladder_step const& step = step_of(run, steps[k].move);
        EXPECT_NEAR(usd(step.shortfall_usd), steps[k].owed, 1e-6) << steps[k].move;
        EXPECT_NEAR(usd(step.loss_usd), steps[k].owed, 1e-6) << steps[k].move;
        EXPECT_EQ(step.accounts_negative, 2u) << steps[k].move;
        double const stressed = usd(run.stress.of(0)[k].equity) + usd(run.stress.of(1)[k].equity);
        EXPECT_NEAR(-stressed, steps[k].owed, 1e-6) << steps[k].move;
    }
}

/// A run on a market that was quoted where the step leads has the step's amounts where it stands.
TEST(ladder, is_the_run_in_a_market_that_moved_so) {
    small_world world;
    world.portfolio("a\n", "a,BTC,0.01\n",
                    "a,BTC-15MAR26-55000-C,-3,\na,BTC-PERPETUAL,50000,50000\n");
    risk_result const before = world.run();
    put(world.folder.path() / "chain.csv",
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-01T08:00:00Z,BTC-15MAR26-55000-C,40000,0.05,0.6,40000\n");
    risk_result const after = world.run();
    ladder_step const &moved = step_of(before, -200'000), &there = step_of(after, 0);
    EXPECT_GT(usd(there.maintenance_margin_usd), 1000);
    EXPECT_GT(usd(there.shortfall_usd), 1000);
    EXPECT_NEAR(usd(moved.maintenance_margin_usd), usd(there.maintenance_margin_usd), 1e-3);
    EXPECT_NEAR(usd(moved.shortfall_usd), usd(there.shortfall_usd), 1e-3);
    EXPECT_NEAR(usd(moved.loss_usd), usd(there.loss_usd), 1e-3);
}

TEST(stress, shocks_that_cannot_be_used_are_named) {
    auto const complaint = [](std::string const& text) {
        try {
            (void)shocks(text);
        } catch (input_error const& error) {
            return std::string(error.what());
        }
        return std::string("none");
    };
    EXPECT_NE(complaint("[[shock]]\nname = \"a b\"\ndefault = { price = 0, vol = 0 }")
                  .find("s.toml:2: key 'shock[0].name'"),
              std::string::npos);
    EXPECT_NE(complaint("[[shock]]\nname = \"a\"\n").find("'shock[0].default' is missing"),
              std::string::npos);
    EXPECT_NE(complaint("[[shock]]\nname = \"a\"\ndefault = { price = -1, vol = 0 }")
                  .find("must lie between"),
              std::string::npos);
    std::string const one = "[[shock]]\nname = \"a\"\ndefault = { price = 0, vol = 0 }\n";
    EXPECT_NE(complaint(one + one).find("is taken"), std::string::npos);
    EXPECT_EQ(load_stress("historical").size(), 5u);
    EXPECT_THROW((void)load_stress("/nowhere.toml"), input_error);
}

// A linear BTC perpetual sold at 50,000: at 4,050,000 it has lost 4,000,000. At 5,050,000 it is
// worth more than the integers of a risk array hold (2^62 trillionths): nothing is said, not
// nothing lost.
TEST(stress, a_contract_without_a_value_afterwards_leaves_the_cells_empty) {
    for (auto const& [move, line] :
         {std::pair("80", "a,10000,up,4000000,-4000000,-3990000\n"), {"100", "a,10000,,,,\n"}}) {
        small_world world;
        world.portfolio("a\n", "a,USDC,10000\n", "a,BTC_USDC-PERPETUAL,-1,50000\n");
        put(world.folder.path() / "up.toml", std::string("[[shock]]\nname = \"up\"\ndefault = { "
                                                         "price = ") +
                                                 move + ", vol = 0 }\n");
        world.shocks = load_stress((world.folder.path() / "up.toml").string());
        risk_result const run = world.run();
        put(world.folder.path() / "out/none", "");
        (void)write_stress(world.out(), run);
        EXPECT_EQ(text_of(world.folder.path() / "out/stress.csv"),
                  std::string("account,equity_usd,worst_shock,worst_loss_usd,gain_usd_up,"
                              "equity_usd_up\n") +
                      line);
    }
}

// Deltas in coins at 50,000: a perpetual of N USD has N / 50,000.
TEST(concentration, shares_of_a_book_and_of_an_instrument) {
    small_world world;
    std::string accounts, held;
    for (int i = 1; i <= 7; ++i) {
        accounts += "a" + std::to_string(i) + "\n";
        int const size = i == 7 ? -2100 : 100 * i;  // longs add up to 2,100
        held += "a" + std::to_string(i) + ",BTC-PERPETUAL," + std::to_string(size) + ",50000\n";
    }
    world.portfolio(accounts, "", held);
    risk_result const run = world.run();
    std::vector<std::uint32_t> leaders;
    for (instrument_leader const& row : run.concentrated.of_instruments)
        leaders.push_back(row.account.value);
    EXPECT_EQ(leaders, (std::vector<std::uint32_t>{6, 5, 4, 3, 2})) << "five, largest first";
    EXPECT_EQ(run.concentrated.of_instruments[0].nanos, -2'100'000'000'000);
    ASSERT_EQ(run.concentrated.of_books.size(), 5u);
    std::uint32_t const book = run.concentrated.of_books[0].book;
    EXPECT_NEAR(usd(run.concentrated.totals[book].delta), 4200 / 50'000.0, 1e-8);
    EXPECT_EQ(run.sets.sets[run.concentrated.of_books[0].set].account.value, 6u);
}

}  // namespace
}  // namespace lockstep

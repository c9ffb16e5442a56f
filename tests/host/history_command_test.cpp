// `lockstep history`, and `lockstep risk --tail` on what it writes, as a user runs them.
#include <fmt/format.h>

#include <cmath>

#include "tests/host/result_table.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

/// A chain of one coin at some hour: two expiries around its forward.
std::string chain(int hour, double spot, double vol) {
    std::string text =
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n";
    for (char const* expiry : {"26JUN26", "25SEP26"})
        for (int strike : {50'000, 60'000, 70'000})
            for (char type : {'C', 'P'})
                text += fmt::format("2026-05-01T{:02}:00:00Z,BTC-{}-{}-{},{},0.05,{},{}\n", hour,
                                    expiry, strike, type, spot, vol, spot);
    return text;
}

class HistoryCommand : public testing::Test {
  protected:
    std::filesystem::path path(char const* name) const { return folder_.path() / name; }
    command_result history() const {
        return run_lockstep("history --snapshots '" + path("days").string() + "' --out '" +
                            path("history.csv").string() + "'");
    }
    void write_day(int hour, double spot, double vol) const {
        std::filesystem::create_directory(path("days"));
        write_file(path("days") / fmt::format("{:02}.csv", hour), chain(hour, spot, vol));
    }
    scratch_folder folder_;
};

TEST_F(HistoryCommand, MovesFromEachSnapshotToTheNext) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    write_day(3, 62'700, 0.45);
    auto const r = history();
    EXPECT_EQ(r.exit, 0) << r.err;
    result_table const got(text_of_file(path("history.csv")));
    ASSERT_EQ(got.rows.size(), 12u);  // two scenarios of six tenors
    for (std::size_t i = 0; i < 12; ++i) {
        EXPECT_EQ(got.at(i, "underlying"), "BTC");
        EXPECT_NEAR(got.number(i, "forward_ratio"), i < 6 ? 0.95 : 1.1, 1e-12);
        EXPECT_NEAR(got.number(i, "vol_ratio"), i < 6 ? 1.2 : 0.75, 2e-3);
    }
}

/// Ten coins of the perpetual, long: each scenario's gain is ten times the coin's.
TEST_F(HistoryCommand, TailsOfAFutureAreItsMoves) {
    write_day(1, 60'000, 0.5);
    write_day(2, 57'000, 0.6);
    write_day(3, 62'700, 0.45);
    ASSERT_EQ(history().exit, 0);
    std::filesystem::create_directory(path("book"));
    write_file(path("book") / "accounts.csv", "account\nA\n");
    write_file(path("book") / "cash.csv", "account,asset,amount\nA,BTC,20\n");
    write_file(path("book") / "positions.csv",
               "account,instrument,quantity,entry_price\nA,BTC-PERPETUAL,600000,60000\n");
    write_file(path("chain.csv"), chain(4, 60'000, 0.5));
    auto const r =
        run_lockstep("risk --market '" + path("chain.csv").string() + "' --portfolio '" +
                     path("book").string() + "' --tail '" + path("history.csv").string() +
                     "' --tail-level 0.5 --out '" + path("out").string() + "'");
    ASSERT_LE(r.exit, 1) << r.err;
    result_table const got(text_of_file(path("out") / "tail.csv"));
    ASSERT_EQ(got.rows.size(), 1u);
    // An inverse contract of 600,000 USD: (1/60000 - 1/57000) coins each, at 57,000.
    double const loss = -600'000 * (1 / 60'000.0 - 1 / 57'000.0) * 57'000;
    EXPECT_NEAR(got.number(0, "worst_loss_usd"), loss, 1e-3);
    EXPECT_EQ(got.at(0, "worst_scenario"), "0");
    EXPECT_NEAR(got.number(0, "var_50_usd"), loss, 1e-3);
}

TEST_F(HistoryCommand, WhatCannotBeUsedLeavesNothing) {
    write_day(1, 60'000, 0.5);
    EXPECT_EQ(history().exit, 3) << "one snapshot moves nowhere";
    write_file(path("days") / "02.csv", "nonsense\n");
    EXPECT_EQ(history().exit, 3);
    EXPECT_FALSE(std::filesystem::exists(path("history.csv")));
}

}  // namespace
}  // namespace lockstep

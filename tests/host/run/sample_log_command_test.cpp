// The ledger that README.md has its readers try.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/run_binary.h"
#include "tests/where.h"

namespace lockstep {
namespace {

std::string shell_word(std::filesystem::path const& path) { return "'" + path.string() + "'"; }

// Account 1 has 4,000, buys at 70,010, pays 35.005, 6.905, 33.4125 and 0.33745 of fees and funding,
// and is liquidated: 0.99 at 68,990 and 0.01 at 67,490. The stop of account 2 sells at 68,990.
TEST(sample_log, liquidates_one_and_stops_the_loss_of_the_other) {
    scratch_folder scratch;
    auto const out = scratch.path() / "run", store = scratch.path() / "exchange";
    command_result const run = run_lockstep(
        "run --liquidate --trades --check --log " + shell_word(data_path("sample_log.jsonl")) +
        " --store " + shell_word(store) + " --out " + shell_word(out));
    EXPECT_EQ(0, run.exit) << run.err;
    EXPECT_NE(std::string::npos, run.out.find("1 liquidate")) << run.out;
    EXPECT_EQ(text_of_file(out / "trades.csv"),
              "block,command,kind,instrument,price,size,side,taker,taker_order,taker_fee,"
              "maker,maker_order,maker_fee\n"
              "2,15,place_order,0,70010,1,buy,1,15,35.005,0,13,7.001\n"
              "2,16,place_order,0,70010,1,buy,2,16,35.005,0,13,7.001\n"
              "4,22,place_order,0,68990,0.01,sell,3,22,0.34495,0,14,0.06899\n"
              "4,22,place_order,0,68990,1,sell,2,18,34.495,0,14,6.899\n"
              "5,25,liquidate,0,68990,0.99,sell,1,25,33.4125,0,14,6.83001\n"
              "5,25,liquidate,0,67490,0.01,sell,1,25,0.33745,0,24,0.06749\n");
    auto const told = [&](std::string const& options) {
        return run_lockstep("explain --store " + shell_word(store) + " " + options).out;
    };
    std::string const blocks = told("--account 1");
    EXPECT_NE(std::string::npos, blocks.find("2889.34005")) << blocks;
    EXPECT_NE(std::string::npos, blocks.find("  liquidating\n")) << blocks;
    std::string const block = told("--account 1 --block 5");
    EXPECT_NE(std::string::npos, block.find("25 liquidate        applied  sell 1 of instrument 0"))
        << block;
}

}  // namespace
}  // namespace lockstep

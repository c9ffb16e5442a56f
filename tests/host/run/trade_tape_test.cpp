// The tape of trades: rows worked out by hand, the same on every executor, and what the ledger's
// own rows have changed by.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "host/block/engine.h"
#include "tests/host/run_binary.h"
#include "tests/workload/falling_market.h"

namespace lockstep {
namespace {

std::string quoted(std::filesystem::path const& path) { return "'" + path.string() + "'"; }

std::string tape_of(scratch_folder const& scratch, std::string const& log,
                    std::string const& options) {
    auto const out = scratch.path() / "out";
    command_result const run = run_lockstep("run --trades --log " + quoted(scratch.path() / log) +
                                            " --out " + quoted(out) + " " + options);
    EXPECT_EQ(0, run.exit) << run.err;
    return text_of_file(out / "trades.csv");
}

// Fees of 0.02 % for who makes and 0.05 % for who takes. In block 3 command 13 takes half of 12,
// which triggers the stop 11, which takes the rest. A block trade has nobody who makes.
TEST(trade_tape, has_price_sides_and_fees_of_every_trade) {
    scratch_folder scratch;
    write_file(scratch.path() / "log.jsonl", R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "deposit", "account": 0, "amount": "1000"}
{"id": "5", "kind": "deposit", "account": 1, "amount": "1000"}
{"id": "6", "kind": "create_instrument", "contract": 2, "price": "0.01", "amount": "0.1", "aux0": 16384500, "aux1": 32768200, "user_data": 300000}
{"id": "7", "kind": "mark_update", "instrument": 0, "price": "100"}
{"block": 20}
{"id": "8", "kind": "place_order", "account": 0, "instrument": 0, "amount": "2", "price": "100", "side": "sell"}
{"id": "9", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "price": "101"}
{"id": "a", "kind": "transfer", "account": 0, "counterparty": 1, "amount": "5000"}
{"block": 30}
{"id": "b", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "type": "stop", "trigger": "90", "side": "sell"}
{"id": "c", "kind": "place_order", "account": 0, "instrument": 0, "amount": "2", "price": "90"}
{"id": "d", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "price": "90", "side": "sell"}
{"block": 40}
{"id": "e", "kind": "block_trade", "account": 0, "counterparty": 1, "instrument": 0, "side": "buy", "amount": "2", "price": "95.5", "flags": ["consent_first", "consent_second"]}
)");
    for (std::string const executor : {"serial", "sharded --shards 3 --threads 2"})
        EXPECT_EQ(tape_of(scratch, "log.jsonl", "--check --executor " + executor),
                  "block,command,kind,instrument,price,size,side,taker,taker_order,taker_fee,"
                  "maker,maker_order,maker_fee\n"
                  "2,9,place_order,0,100,1,buy,1,9,0.05,0,8,0.02\n"
                  "3,13,place_order,0,90,1,sell,1,13,0.045,0,12,0.018\n"
                  "3,13,place_order,0,90,1,sell,1,11,0.045,0,12,0.018\n"
                  "4,14,block_trade,0,95.5,2,buy,0,14,0.0955,1,14,0.0955\n");
}

TEST(trade_tape, is_written_only_when_it_is_asked_for) {
    scratch_folder scratch;
    write_file(scratch.path() / "log.jsonl", "{\"block\": 10}\n");
    auto const out = scratch.path() / "out";
    ASSERT_EQ(0, run_lockstep("run --log " + quoted(scratch.path() / "log.jsonl") + " --out " +
                              quoted(out))
                     .exit);
    EXPECT_TRUE(std::filesystem::exists(out / "manifest.json"));
    EXPECT_FALSE(std::filesystem::exists(out / "trades.csv"));
}

TEST(trade_tape, is_the_same_on_every_executor) {
    scratch_folder scratch;
    auto const made = run_lockstep(
        "generate --transactions 6000 --accounts 80 --books 6 --mix day --market swinging --block "
        "500 --out " +
        quoted(scratch.path() / "day.log"));
    ASSERT_EQ(0, made.exit) << made.err;
    std::string const serial = tape_of(scratch, "day.log", "--liquidate --executor serial");
    EXPECT_GT(serial.size(), 20'000u);
    for (std::string const other :
         {"deterministic --threads 2", "optimistic --threads 2", "sharded --shards 3 --threads 2"})
        EXPECT_TRUE(tape_of(scratch, "day.log", "--liquidate --executor " + other) == serial)
            << other;
}

/// Perpetuals alone, so that nothing but trades moves a position or pays a fee.
TEST(trade_tape, accounts_for_every_position_and_every_fee) {
    engine ledger({.keep_trades = true});
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> sizes;  // account, instrument
    std::int64_t fees = 0;
    std::size_t rows = 0, agreed = 0;
    for (block const& b : workload::liquidated_market()) {
        ledger.run(b);
        ASSERT_EQ(ledger.trades().size(), ledger.trade_count());
        for (trade_row const& t : ledger.trades()) {
            bool const bought = t.taker.side == order_side::buy;
            sizes[{t.taker.account, t.instrument}] += bought ? t.size.nanos : -t.size.nanos;
            sizes[{t.maker.account, t.instrument}] -= bought ? t.size.nanos : -t.size.nanos;
            fees += t.taker.fee.nanos + t.maker.fee.nanos;
            EXPECT_NE(t.taker.side, t.maker.side);
            rows += 1;
            agreed += t.is_matched() ? 0 : 1;
        }
        for (position_row const& p : ledger.state().positions) {
            auto const at = std::pair(p.account.value, p.instrument.value);
            ASSERT_EQ(p.size.nanos, sizes[at])
                << "account " << at.first << " block " << ledger.state().blocks;
        }
        ASSERT_EQ(ledger.state().assets[0].fee_pool.nanos, fees);
    }
    EXPECT_GT(agreed, 20u);
    EXPECT_GT(rows, agreed + 200);
}

}  // namespace
}  // namespace lockstep

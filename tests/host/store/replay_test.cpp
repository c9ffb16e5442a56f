// A journal that is run again gives the same roots, from wherever it begins; where it does not, the
// rows that differ are named.
#include "host/store/replay.h"

#include <gtest/gtest.h>

#include "host/base/error.h"
#include "tests/host/run_binary.h"
#include "tests/host/store/stored_exchange.h"

namespace lockstep {
namespace {

class store_replay : public ::testing::Test {
  protected:
    stored_exchange exchange;
    std::vector<block> blocks = stored_exchange::made_blocks(5, 40);

    replay_report replayed(replay_plan const& plan) {
        ledger_store const store(exchange.options(open_mode::read_only));
        return replay(store, plan, *exchange.device, [](std::uint64_t) {});
    }
};

TEST_F(store_replay, gives_the_same_roots_on_every_executor) {
    sha256_digest const root = exchange.store_blocks(blocks);
    for (engine_options const& options :
         {engine_options{}, engine_options{.executor = executor_kind::deterministic, .threads = 2},
          engine_options{.executor = executor_kind::optimistic, .threads = 2},
          engine_options{.executor = executor_kind::sharded, .threads = 2, .shards = 3}}) {
        replay_report const report = replayed({.engine = options});
        EXPECT_EQ(0u, report.differs);
        EXPECT_EQ(40u, report.blocks);
        EXPECT_EQ(root, report.root);
    }
}

TEST_F(store_replay, begins_at_the_nearest_checkpoint) {
    store_options options = exchange.options(open_mode::create);
    options.checkpoint_every = 10;
    sha256_digest const root = exchange.store_blocks(blocks, options);
    replay_report const report = replayed({.from = 27});
    EXPECT_EQ(20u, report.started_after);
    EXPECT_EQ(20u, report.blocks);
    EXPECT_EQ(0u, report.differs);
    EXPECT_EQ(root, report.root);
    EXPECT_EQ(10u, replayed({.from = 20, .to = 22}).started_after);
    EXPECT_THROW(replayed({.from = 41}), input_error);
    EXPECT_THROW(replayed({.from = 3, .to = 2}), input_error);
}

TEST_F(store_replay, still_works_when_old_blocks_were_folded) {
    sha256_digest const root = exchange.store_blocks(blocks);
    {
        ledger_store store(exchange.options(open_mode::must_exist));
        store.fold(25, *exchange.device);
        store.fold(10, *exchange.device);
        EXPECT_TRUE(store.entry(3).is_folded());
        EXPECT_EQ(15u, store.entry(3).head.block);
        EXPECT_EQ(30u, store.entry(30).head.block);
        EXPECT_FALSE(store.entry(31).is_folded());
    }
    replay_report const report = replayed({});
    EXPECT_EQ(0u, report.differs);
    EXPECT_EQ(40u, report.blocks);
    EXPECT_EQ(12u, report.roots);  // of blocks 15, 30, and 31 to 40
    EXPECT_EQ(root, report.root);
    EXPECT_EQ(0u, replayed({.from = 3, .to = 14}).roots);
    // And it goes on: ids of folded blocks are still known.
    std::vector<block> const more = stored_exchange::made_blocks(5, 60);
    stored_exchange never_folded;
    EXPECT_EQ(never_folded.store_blocks(more), exchange.store_blocks(more));
}

TEST_F(store_replay, stops_at_the_first_block_that_differs_and_names_rows) {
    exchange.store_blocks(blocks);
    // Another amount for the first deposit of the first block: the account and the asset differ.
    big_vector<transaction_row> other(blocks[0].commands.begin(), blocks[0].commands.end());
    auto const deposit = std::find_if(other.begin(), other.end(), [](transaction_row const& t) {
        return t.kind == transaction_kind::deposit;
    });
    ASSERT_NE(other.end(), deposit);
    deposit->amount += 1;
    exchange.write(column::bodies, body_key(section_kind::commands, 1),
                   column_coder().pack(other.data(), other.size(), sizeof other[0]));
    replay_report const report = replayed({});
    EXPECT_EQ(1u, report.differs);
    EXPECT_EQ(1u, report.blocks);
    ASSERT_EQ(2u, report.findings.size());
    EXPECT_EQ(0u, report.findings[0].find("assets row 0:"));
    EXPECT_EQ(0u, report.findings[1].find("accounts row 0:"));

    auto const said = run_lockstep("replay --store '" + exchange.folder.string() + "'");
    EXPECT_EQ(1, said.exit);
    EXPECT_NE(std::string::npos, said.out.find("Block 1 differs:\nassets row 0:")) << said.out;
}

/// Whoever goes on with the store answers from the receipts that it has, not from their digest.
TEST_F(store_replay, compares_what_became_of_every_command) {
    exchange.store_blocks(blocks);
    std::size_t before = 0;
    for (std::size_t b = 0; b < 6; ++b) before += blocks[b].commands.size();
    auto const forged = [&] {
        ledger_store const store(exchange.options(open_mode::read_only));
        auto receipts = rows_of<receipt_row>(store.section(store.entry(7), section_kind::receipts));
        receipts.at(2).result = 12;
        receipts[2].status = apply_status::account_is_suspended;
        return column_coder().pack(receipts.data(), receipts.size(), sizeof receipts[0]);
    }();
    exchange.write(column::bodies, body_key(section_kind::receipts, 7), forged);
    replay_report const report = replayed({});
    EXPECT_EQ(7u, report.differs);
    ASSERT_FALSE(report.findings.empty());
    std::string const which = "outcome of command " + std::to_string(before + 3) +
                              ": then account_is_suspended and row 12, now ";
    EXPECT_EQ(0u, report.findings[0].find(which)) << report.findings[0];
}

}  // namespace
}  // namespace lockstep

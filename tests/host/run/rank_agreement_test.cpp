// Ranks that read different logs, or were started with different flags, learn so at once and alike,
// each of them, before a wrong result comes of it.
#include "host/run/rank_agreement.h"

#include <gtest/gtest.h>

#include <array>
#include <functional>

#include "host/run/run_log.h"
#include "tests/host/run/blocks_in_memory.h"
#include "tests/host/scratch.h"
#include "tests/workload/generated.h"
#include "tests/workload/thread_ranks.h"

namespace lockstep {
namespace {

constexpr int ranks = 3;

/// What one rank was told.
struct told {
    std::vector<block> blocks;
    engine_options options{.executor = executor_kind::sharded};
    run_liquidation liquidation = {};
};
using job = std::array<told, ranks>;

class rank_agreement_test : public ::testing::Test {
  protected:
    rank_agreement_test() {
        std::vector<block> blocks = workload::blocks_of(workload::crowded(3, 60));
        blocks.resize(12);
        for (told& rank : all) rank.blocks = blocks;
    }

    /// By rank, how its run ended; empty: to its end.
    std::vector<std::string> endings() {
        std::vector<std::string> said(ranks);
        workload::thread_ranks(ranks).run([&](exec::rank_exchange& exchange) {
            told& rank = all[exchange.rank()];
            rank.options.ranks = &exchange;
            blocks_in_memory log(rank.blocks);
            try {
                if (exchange.rank() > 0) return follow_log(log, rank.options, rank.liquidation);
                auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
                root = run_log(
                           log, rank.options, *device, scratch.path(), [](std::uint64_t) {},
                           nullptr, rank.liquidation)
                           .root;
            } catch (ranks_differ const& error) {
                said[exchange.rank()] = error.what();
            }
        });
        return said;
    }

    scratch_folder scratch;
    job all;
    sha256_digest root{};
};

TEST_F(rank_agreement_test, is_silent_where_there_is_nothing_to_say) {
    EXPECT_EQ(std::vector<std::string>(ranks), endings());
    auto const device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    blocks_in_memory log(all[0].blocks);
    EXPECT_EQ(root, run_log(log, {}, *device, scratch.path(), [](std::uint64_t) {}).root);
}

TEST_F(rank_agreement_test, names_the_block_and_the_ranks) {
    auto const amount = [](told& rank) {  // nothing but one amount: no count and no length differs
        for (transaction_row& t : rank.blocks[3].commands.edit())
            if (t.kind == transaction_kind::deposit || t.kind == transaction_kind::transfer) {
                t.amount += 1;
                return;
            }
        FAIL() << "the block moves no cash";
    };
    struct difference {
        int rank;
        std::function<void(told&)> make;
        char const *block, *said;
    };
    difference const rows[] = {
        {1, amount, "block 4: ", " on ranks 0, 2; "},
        {0, amount, "block 4: ", " on rank 0; "},
        {2, [](told& r) { r.blocks[5].time += 1; }, "block 6: ", " on ranks 0, 1; "},
        {2, [](told& r) { r.blocks.resize(7); }, "block 8: ", "; no block on rank 2"},
        {0, [](told& r) { r.blocks.resize(7); }, "block 8: ", "no block on rank 0; "},
        {1, [](told& r) { r.blocks.push_back(r.blocks.back()); },
         "block 13: ", "no block on ranks 0, 2; "},
        {1, [](told& r) { r.blocks[2].commands.edit().pop_back(); }, "block 3: ", " on rank 1"},
        {1,
         [](told& r) {
             auto& commands = r.blocks[8].commands.edit();
             std::swap(commands.front(), commands.back());
         },
         "block 9: ", " on rank 1"},
        {2,
         [](told& r) {
             r.blocks[4].signatures.assign(
                 r.blocks[4].commands.size(),
                 {.signature = {1}, .nonce = 1, .key = 0, .reserved_word = 0});
         },
         "block 5: ", " on rank 2"},
    };
    job const same = all;
    for (difference const& row : rows) {
        all = same;
        row.make(all[static_cast<std::size_t>(row.rank)]);
        std::vector<std::string> const said = endings();
        EXPECT_EQ(
            0u, said[0].find(std::string("the ranks of the job do not have the same ") + row.block))
            << said[0];
        EXPECT_NE(std::string::npos, said[0].find(row.said))
            << said[0] << "\nlacks " << row.block << row.said;
        EXPECT_EQ(std::vector<std::string>(ranks, said[0]), said);
    }
}

TEST_F(rank_agreement_test, names_the_flag_and_the_ranks) {
    std::array<std::uint8_t, 32> const seeds[] = {{1}, {2}};
    private_key const one = private_key::from_seed(seeds[0]),
                      two = private_key::from_seed(seeds[1]);
    struct difference {
        std::function<void(job&)> make;
        char const* said;
    };
    difference const rows[] = {
        {[](job& j) { j[1].options.require_signatures = true; },
         "--require-signatures not given on ranks 0, 2; --require-signatures given on rank 1"},
        {[](job& j) { j[0].options.keep_trades = true; },
         "--trades given on rank 0; --trades not given on ranks 1, 2"},
        {[](job& j) { j[2].liquidation.on = true; },
         "--liquidate not given on ranks 0, 1; --liquidate given on rank 2"},
        {[&](job& j) {
             for (told& rank : j) rank.liquidation = {.on = true, .operator_key = &one};
             j[1].liquidation.operator_key = &two;
         },
         "--operator-key that of "},
        {[&](job& j) {
             for (told& rank : j) rank.liquidation.on = true;
             j[2].liquidation.operator_key = &one;
         },
         "--operator-key not given on ranks 0, 1; --operator-key that of "},
    };
    job const same = all;
    for (difference const& row : rows) {
        all = same;
        row.make(all);
        std::vector<std::string> const said = endings();
        EXPECT_EQ(0u, said[0].find(std::string("the ranks of the job were not started alike: ") +
                                   row.said))
            << said[0];
        EXPECT_EQ(std::vector<std::string>(ranks, said[0]), said);
    }
    // What every rank may choose for itself.
    all = same;
    all[1].options.threads = 2;
    all[2].options.check = true;
    EXPECT_EQ(std::vector<std::string>(ranks), endings());
}

}  // namespace
}  // namespace lockstep

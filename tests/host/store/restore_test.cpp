// An exchange that is stopped and restored anywhere goes on as if it had not been: the same
// receipts, the same root after every block.
#include <gtest/gtest.h>

#include "host/base/error.h"
#include "host/store/column_code.h"
#include "host/store/ledger_store.h"
#include "tests/host/scratch.h"
#include "tests/host/store/stored_exchange.h"
#include "tests/workload/generated.h"

namespace lockstep {
namespace {

struct outcome {
    big_vector<receipt_row> receipts;
    sha256_digest root;
};

class store_restore : public ::testing::Test {
  protected:
    std::unique_ptr<backend> device = make_backend({.kind = backend_kind::cpu, .threads = 1});
    scratch_folder scratch;

    store_options options() const {
        return {.files = {.folder = scratch.path() / "store"}, .acknowledge = {}};
    }
    std::vector<block> made_blocks(std::uint64_t seed, std::uint32_t count) {
        std::vector<block> blocks = workload::blocks_of(workload::crowded(seed, count));
        workload::scramble(blocks, seed, 20);
        blocks.resize(count);
        return blocks;
    }
    std::vector<outcome> uninterrupted(std::vector<block> const& blocks) {
        engine ledger({});
        ledger_root root(*device);
        std::vector<outcome> outcomes;
        for (block const& b : blocks) {
            auto const& receipts = ledger.run(b);
            outcomes.push_back({receipts, root.update(ledger.state(), ledger.dirty(), receipts)});
        }
        return outcomes;
    }
    /// Runs blocks [store's, last) and expects what the uninterrupted run had.
    void go_on(ledger_store& store, std::vector<block> const& blocks, std::size_t last,
               std::vector<outcome> const& expected) {
        std::size_t const first = store.blocks();
        restored_ledger at = store.restore({}, *device);
        if (first > 0) {
            ASSERT_EQ(expected[first - 1].root, at.root->root());
        }
        for (std::size_t i = first; i < last; ++i) {
            auto const& receipts = at.ledger->run(blocks[i]);
            sha256_digest const root =
                at.root->update(at.ledger->state(), at.ledger->dirty(), receipts);
            ASSERT_EQ(0, std::memcmp(receipts.data(), expected[i].receipts.data(),
                                     receipts.size() * sizeof(receipt_row)))
                << "block " << i + 1 << " after a restart at " << first;
            ASSERT_TRUE(root == expected[i].root)
                << "block " << i + 1 << " after a restart at " << first;
            store.append(blocks[i], receipts, *at.ledger, *at.root);
        }
    }
};

TEST_F(store_restore, goes_on_as_if_never_stopped) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        std::filesystem::remove_all(scratch.path() / "store");
        std::vector<block> const blocks = made_blocks(seed, 45);
        std::vector<outcome> const expected = uninterrupted(blocks);
        draws stops(seed + 1000, draw_stream::transaction, 0);
        for (std::size_t at = 0; at < blocks.size();) {
            at = std::min(blocks.size(), at + 1 + stops.below(7));
            store_options chosen = options();
            chosen.changes_per_sweep = 1 + stops.below(500);  // rows fall behind, more or less far
            ledger_store store(chosen);
            go_on(store, blocks, at, expected);
            store.sync();
            if (HasFatalFailure()) FAIL() << "seed " << seed;
        }
    }
}

TEST_F(store_restore, an_id_that_a_bad_chain_left_to_others_is_theirs_after_a_restart) {
    std::vector<block> blocks = made_blocks(5, 3);
    // One command longer than a chain may be, and the last of a kind that may be in none.
    auto const command = [](std::uint64_t id, transaction_kind kind, std::uint16_t flags) {
        transaction_row t{};
        t.id = {id, 1u << 20};
        t.amount = 1;
        t.kind = kind;
        t.flags = flags;
        return t;
    };
    blocks[1].commands.clear();
    for (std::uint64_t id = 1; id <= 64; ++id)
        blocks[1].commands.edit().push_back(
            command(id, transaction_kind::deposit, transaction_flag::linked));
    blocks[1].commands.edit().push_back(command(65, transaction_kind::mark_update, 0));
    blocks[2].commands.edit().assign(1, command(65, transaction_kind::deposit, 0));
    for (std::size_t const b : {1, 2}) blocks[b].signatures.clear();
    std::vector<outcome> const expected = uninterrupted(blocks);
    EXPECT_EQ(expected[1].receipts[0].status, apply_status::chain_is_too_long);
    EXPECT_EQ(expected[1].receipts[64].status, apply_status::kind_may_not_be_in_a_chain);
    for (std::size_t last = 1; last <= blocks.size(); ++last) {
        ledger_store store(options());
        go_on(store, blocks, last, expected);
        store.sync();
    }
}

TEST_F(store_restore, acknowledges_blocks_only_when_they_are_on_disk) {
    std::vector<block> const blocks = made_blocks(3, 8);
    std::vector<outcome> const expected = uninterrupted(blocks);
    std::vector<std::uint64_t> told;
    store_options shared = options();
    shared.blocks_per_sync = 3;
    shared.acknowledge = [&](std::uint64_t up_to) { told.push_back(up_to); };
    {
        ledger_store store(shared);
        go_on(store, blocks, 8, expected);
    }  // without a word: what was not acknowledged is not there
    EXPECT_EQ((std::vector<std::uint64_t>{3, 6}), told);
    EXPECT_EQ(6u, ledger_store(options()).blocks());
    ledger_store store(shared);
    go_on(store, blocks, 8, expected);
    store.sync();
    EXPECT_EQ((std::vector<std::uint64_t>{3, 6, 8}), told);
}

/// Receipts are vouched for by the journal alone, which opening does not read through.
TEST(store_restore_of_outcomes, refuses_what_a_command_cannot_have_made) {
    stored_exchange exchange;
    std::vector<block> const blocks = stored_exchange::made_blocks(7, 30);
    exchange.store_blocks(blocks);
    auto const spoil_first = [&](auto const& is_meant) {
        ledger_store const store(exchange.options(open_mode::read_only));
        for (std::uint64_t b = 1; b <= blocks.size(); ++b) {
            auto const& commands = blocks[b - 1].commands;
            std::string const key = body_key(section_kind::receipts, b);
            auto receipts =
                rows_of<receipt_row>(store.section(store.entry(b), section_kind::receipts));
            for (std::size_t i = 0; i < commands.size(); ++i) {
                if (!is_meant(commands[i]) || receipts[i].status != apply_status::applied) continue;
                receipts[i].result = 4'000'000'000;
                return std::pair(key, column_coder().pack(receipts.data(), receipts.size(),
                                                          sizeof(receipt_row)));
            }
        }
        throw std::runtime_error("no such command");
    };
    auto const expect_refused = [&](auto const& is_meant) {
        auto const [key, body] = spoil_first(is_meant);
        std::string const good = exchange.read(column::bodies, key);
        exchange.write(column::bodies, key, body);
        try {
            exchange.store_blocks(blocks);
            ADD_FAILURE() << "it was taken";
        } catch (input_error const& error) {
            EXPECT_NE(std::string(error.what()).find("made a row that is not there"),
                      std::string::npos)
                << error.what();
        }
        exchange.write(column::bodies, key, good);
    };
    expect_refused([](transaction_row const& t) {
        return t.kind == transaction_kind::transfer && (t.flags & transaction_flag::pending) != 0;
    });
    expect_refused(
        [](transaction_row const& t) { return t.kind == transaction_kind::place_order; });
    exchange.store_blocks(blocks);
}

}  // namespace
}  // namespace lockstep

// Leverage tiers where rows are kept: under the root from the first one on, in snapshots, proofs,
// stores and packed files.
#include <gtest/gtest.h>

#include "host/base/error.h"
#include "host/root/proof.h"
#include "host/run/run_log.h"
#include "host/store/packed_store.h"
#include "tests/host/store/stored_exchange.h"

namespace lockstep {
namespace {

constexpr auto tiers_number = static_cast<std::uint32_t>(root_table::tiers);

class stored_tiers : public ::testing::Test {
  protected:
    stored_exchange exchange;
    std::vector<block> blocks = stored_exchange::made_blocks(11, 40);

    restored_ledger run(std::size_t count) const {
        restored_ledger at = fresh_ledger({}, *exchange.device);
        for (std::size_t i = 0; i < count; ++i) {
            auto const& receipts = at.ledger->run(blocks[i]);
            at.root->update(at.ledger->state(), at.ledger->dirty(), receipts);
        }
        return at;
    }
    static bool same_tiers(engine_state const& a, engine_state const& b) {
        return a.tiers.size() == b.tiers.size() &&
               std::memcmp(a.tiers.data(), b.tiers.data(), a.tiers.size() * sizeof(tier_row)) == 0;
    }
};

TEST_F(stored_tiers, join_the_root_with_the_first_of_them) {
    restored_ledger at = fresh_ledger({}, *exchange.device);
    std::size_t without = 0, with = 0;
    for (block const& b : blocks) {
        auto const& receipts = at.ledger->run(b);
        at.root->update(at.ledger->state(), at.ledger->dirty(), receipts);
        std::vector<table_summary> const tables = at.root->tables();
        bool const any = !at.ledger->state().tiers.empty();
        ASSERT_EQ(tables.size(), any ? 12u : 11u);
        if (any) {
            ASSERT_EQ(tables.back().shape.name, "tiers");
            ASSERT_EQ(tables.back().rows, at.ledger->state().tiers.size());
        }
        ++(any ? with : without);
        // The root of the same state, hashed from nothing.
        ASSERT_TRUE(ledger_root(*exchange.device, at.ledger->state(), at.root->blocks()).root() ==
                    at.root->root());
    }
    EXPECT_GT(without, 0u);
    EXPECT_GT(with, 20u);
}

TEST_F(stored_tiers, stand_in_a_snapshot_with_a_proof) {
    restored_ledger const at = run(40);
    engine_state const& state = at.ledger->state();
    auto const path = exchange.scratch.path() / "snapshot.bin";
    write_snapshot(path, snapshot_of(*at.ledger, *at.root));
    snapshot const s = read_snapshot(path.string());
    ASSERT_EQ(s.root_tables, 12u);
    snapshot_table const& table = s.tables[tiers_number];
    EXPECT_EQ(table.shape.name, "tiers");
    ASSERT_EQ(table.rows(), state.tiers.size());
    EXPECT_EQ(std::memcmp(table.bytes.data(), state.tiers.data(), table.bytes.size()), 0);
    state_tree const tree = tree_of(s, *exchange.device);
    EXPECT_TRUE(tree.root() == at.root->root());
    row_proof const proof = tree.prove(tiers_number, 0, {table.bytes.data(), table.bytes.size()});
    EXPECT_EQ(verify(proof, at.root->root()), proof_status::verified);
}

TEST_F(stored_tiers, come_back_from_a_store_and_go_on) {
    exchange.store_blocks({blocks.begin(), blocks.begin() + 25});
    restored_ledger const half = run(25);
    {
        ledger_store store(exchange.options(open_mode::read_only));
        restored_ledger const back = store.restore({}, *exchange.device);
        EXPECT_TRUE(same_tiers(back.ledger->state(), half.ledger->state()));
        EXPECT_TRUE(back.root->root() == half.root->root());
    }
    EXPECT_TRUE(exchange.store_blocks(blocks) == run(40).root->root());
}

TEST_F(stored_tiers, are_packed_where_there_are_any) {
    auto const packed_after = [&](std::size_t count, stored_exchange const& into) {
        stored_exchange from;
        from.store_blocks({blocks.begin(), blocks.begin() + static_cast<std::ptrdiff_t>(count)});
        auto const file = into.scratch.path() / "exchange.packed";
        auto const nobody_waits = [](std::uint64_t, std::uint64_t) {};
        {
            ledger_store store(from.options(open_mode::read_only));
            export_store(store, file, *from.device, nobody_waits);
        }
        import_store(file.string(), into.options(open_mode::create).files, {}, *into.device,
                     nobody_waits);
        packed_reader const reader(file.string(), open_bytes(file.string()));
        return reader.tables().size();
    };
    stored_exchange none, some;
    EXPECT_EQ(packed_after(1, none), packed_tables(false).size());
    EXPECT_EQ(packed_after(40, some), packed_tables(true).size());
    ledger_store store(some.options(open_mode::read_only));
    restored_ledger const back = store.restore({}, *some.device);
    EXPECT_TRUE(same_tiers(back.ledger->state(), run(40).ledger->state()));
}

TEST_F(stored_tiers, that_cannot_be_are_refused_by_row) {
    exchange.store_blocks(blocks);
    std::string const key = row_key_of(tiers_number, 0);
    std::string value = exchange.read(column::rows, key);
    tier_row row;
    std::memcpy(&row, value.data(), sizeof row);
    row.count = tiers_max;
    std::uint64_t const digest = digest_of_row(tiers_number, 0, &row, sizeof row);
    std::memcpy(value.data(), &row, sizeof row);
    std::memcpy(value.data() + sizeof row, &digest, sizeof digest);
    exchange.write(column::rows, key, value);
    ledger_store store(exchange.options(open_mode::read_only));
    try {
        store.restore({}, *exchange.device);
        FAIL() << "was restored";
    } catch (input_error const& error) {
        EXPECT_NE(std::string::npos,
                  std::string(error.what()).find("tiers row 0: names a row that is not there"))
            << error.what();
    }
}

}  // namespace
}  // namespace lockstep

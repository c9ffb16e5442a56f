// A store goes into a packed file and comes out of it the same: its root, its history, its future.
// The file does not depend on how the store was kept, and no damage to it passes.
#include "host/store/packed_store.h"

#include <gtest/gtest.h>

#include <cstring>

#include "host/generate/signed_transactions.h"
#include "host/generate/transactions.h"
#include "host/store/replay.h"
#include "host/store/verify.h"
#include "tests/host/run_binary.h"
#include "tests/host/store/packed_exchange.h"

namespace lockstep {
namespace {

using packed_store = packed_exchange;

TEST_F(packed_store, comes_back_with_its_root_and_its_future) {
    export_report const out = exported(exchange, file);
    EXPECT_EQ(root, out.root);
    stored_exchange copy;
    import_report const in = imported(file, copy);
    EXPECT_EQ(root, in.root);
    EXPECT_EQ(30u, in.blocks);
    EXPECT_EQ(out.commands, in.commands);
    EXPECT_EQ(out.accounts, in.accounts);
    {
        ledger_store store(copy.options(open_mode::read_only));
        EXPECT_EQ(0u, verify_store(store, root, *copy.device).findings.size());
        replay_report const again = replay(store, {}, *copy.device, [](std::uint64_t) {});
        EXPECT_EQ(0u, again.differs);
        EXPECT_EQ(root, again.root);
    }
    // Both go on alike, ids of old commands included; the chain of entries is one chain.
    std::vector<block> const more = stored_exchange::made_blocks(11, 45);
    EXPECT_EQ(exchange.store_blocks(more), copy.store_blocks(more));
    EXPECT_EQ(ledger_store(exchange.options(open_mode::read_only)).last_entry(),
              ledger_store(copy.options(open_mode::read_only)).last_entry());
}

TEST_F(packed_store, is_the_same_file_however_the_store_was_kept) {
    exported(exchange, file);
    std::string const bytes = text_of_file(file);
    auto const other = exchange.scratch.path() / "other.packed";

    stored_exchange copy;  // imported
    imported(file, copy);
    exported(copy, other);
    EXPECT_TRUE(bytes == text_of_file(other));
    {  // pruned
        ledger_store store(exchange.options(open_mode::must_exist));
        store.fold(4, *exchange.device);
    }
    exported(exchange, other);
    EXPECT_TRUE(bytes == text_of_file(other));

    stored_exchange shared;  // three blocks a sync, stopped once, on another executor
    store_options options = shared.options(open_mode::create);
    options.blocks_per_sync = 3;
    shared.store_blocks({blocks.begin(), blocks.begin() + 17}, options);
    shared.store_blocks(blocks, options);
    exported(shared, other);
    EXPECT_TRUE(bytes == text_of_file(other));
}

TEST_F(packed_store, says_which_rows_were_damaged) {
    exported(exchange, file);
    EXPECT_EQ("", findings());
    EXPECT_EQ("", findings(root));
    EXPECT_NE(std::string::npos, findings(sha256_digest{}).find("not the one expected"));
    std::string const whole = text_of_file(file);
    for (std::size_t i = 0; i < 60; ++i) {  // a flipped bit anywhere
        std::string bytes = whole;
        std::size_t const at = whole.size() * i / 60;
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << i % 8));
        write_file(file, bytes);
        EXPECT_NE("", findings()) << "byte " << at;
    }
    for (std::size_t i = 0; i < 20; ++i) {  // cut off anywhere
        write_file(file, whole.substr(0, whole.size() * i / 20));
        EXPECT_NE("", findings()) << i;
    }
    write_file(file, whole + "x");
    EXPECT_NE(std::string::npos, findings().find("goes on after its last row"));
    std::string bytes = whole;
    bytes[bytes.size() - 3] ^= 1;  // in the last piece
    write_file(file, bytes);
    EXPECT_NE(std::string::npos, findings().find("book_headers rows 0 to ")) << findings();
}

/// Places of the pieces of a packed file, as bytes.
std::vector<std::pair<std::size_t, std::size_t>> pieces_of(std::string const& bytes) {
    std::uint32_t tables, entry;
    std::memcpy(&tables, bytes.data() + 12, 4);
    std::memcpy(&entry, bytes.data() + 16, 4);
    std::vector<std::pair<std::size_t, std::size_t>> pieces;
    for (std::size_t at = 32 + entry + 32 * tables + 32; at < bytes.size();) {
        std::uint64_t packed_bytes;
        std::memcpy(&packed_bytes, bytes.data() + at + 16, 8);
        pieces.emplace_back(at, 56 + packed_bytes);
        at += 56 + packed_bytes;
    }
    return pieces;
}

TEST_F(packed_store, notices_a_piece_that_is_missing_or_changed_places) {
    exported(exchange, file);
    std::string const whole = text_of_file(file);
    auto const pieces = pieces_of(whole);
    ASSERT_GT(pieces.size(), 6u);
    for (std::size_t p = 0; p + 1 < pieces.size(); ++p) {
        auto const [at, size] = pieces[p];
        auto const [next, next_size] = pieces[p + 1];
        write_file(file, whole.substr(0, at) + whole.substr(at + size));
        EXPECT_NE(std::string::npos, findings().find("another piece stands in their place")) << p;
        write_file(file, whole.substr(0, at) + whole.substr(next, next_size) +
                             whole.substr(at, size) + whole.substr(next + next_size));
        EXPECT_NE(std::string::npos, findings().find("another piece stands in their place")) << p;
    }
    // The same piece of another exchange: well made, but not of this file.
    stored_exchange foreign;
    foreign.store_blocks(stored_exchange::made_blocks(12, 30));
    auto const other = exchange.scratch.path() / "other.packed";
    exported(foreign, other);
    std::string const theirs = text_of_file(other);
    auto const their_pieces = pieces_of(theirs);
    write_file(file, whole.substr(0, pieces[0].first) +
                         theirs.substr(their_pieces[0].first, their_pieces[0].second) +
                         whole.substr(pieces[1].first));
    EXPECT_NE(std::string::npos, findings().find("are not what was written there")) << findings();
}

TEST_F(packed_store, keeps_signatures) {
    stored_exchange signed_one, copy;
    std::vector<block> signed_blocks;
    generate_signed_transactions({.seed = 3,
                                  .transactions = 300,
                                  .accounts = 8,
                                  .books = 2,
                                  .mix = mix_of("day"),
                                  .block = 40},
                                 1, [&](block const& b) { signed_blocks.push_back(b); });
    sha256_digest const its_root = signed_one.store_blocks(signed_blocks);
    EXPECT_GT(exported(signed_one, file).parts[packed::signatures].table.rows, 300u);
    imported(file, copy);
    ledger_store store(copy.options(open_mode::read_only));
    EXPECT_EQ(its_root, replay(store, {}, *copy.device, [](std::uint64_t) {}).root);
}

TEST_F(packed_store, is_two_commands) {
    std::string const store = " --store '" + exchange.folder.string() + "'";
    std::string const copy = (exchange.scratch.path() / "copy").string();
    auto const out = run_lockstep("store export" + store + " --out '" + file.string() + "'");
    EXPECT_EQ(0, out.exit) << out.err;
    EXPECT_NE(std::string::npos, out.out.find("bytes an account")) << out.out;
    std::string const import =
        "store import --snapshot '" + file.string() + "' --store '" + copy + "'";
    auto const refused = run_lockstep(import + " --root " + std::string(64, '7'));
    EXPECT_EQ(3, refused.exit);
    EXPECT_FALSE(std::filesystem::exists(copy));
    auto const in = run_lockstep(import);
    EXPECT_EQ(0, in.exit) << in.err;
    EXPECT_EQ(0, run_lockstep("verify --store '" + copy + "'").exit);
    EXPECT_EQ(0, run_lockstep("verify --snapshot '" + file.string() + "'").exit);
    EXPECT_NE(std::string::npos, run_lockstep(import).err.find("never written over"));
    std::string bytes = text_of_file(file);
    bytes[bytes.size() / 2] ^= 4;
    write_file(file, bytes);
    EXPECT_EQ(3, run_lockstep("verify --snapshot '" + file.string() + "'").exit);
    std::filesystem::remove_all(copy);
    EXPECT_EQ(3, run_lockstep(import).exit);
    EXPECT_FALSE(std::filesystem::exists(copy));
    bytes[8] = 2;  // another version
    write_file(file, bytes);
    EXPECT_NE(std::string::npos, run_lockstep(import).err.find("has version 2; this is version 1"));
    EXPECT_FALSE(std::filesystem::exists(copy));
}

}  // namespace
}  // namespace lockstep

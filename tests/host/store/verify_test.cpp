// Every way in which a store can be other than it was written is found, and named.
#include "host/store/verify.h"

#include <gtest/gtest.h>

#include <fstream>

#include "host/base/error.h"
#include "tests/host/run_binary.h"
#include "tests/host/store/stored_exchange.h"

namespace lockstep {
namespace {

constexpr std::uint32_t accounts = static_cast<std::uint32_t>(root_table::accounts);

class store_verify : public ::testing::Test {
  protected:
    stored_exchange exchange;
    std::vector<block> blocks = stored_exchange::made_blocks(7, 30);
    sha256_digest root = exchange.store_blocks(blocks);

    /// All findings in one text; an input_error while opening is one too.
    std::string findings(std::optional<sha256_digest> const& expected = {}) {
        try {
            ledger_store store(exchange.options(open_mode::read_only));
            verify_report const report = verify_store(store, expected, *exchange.device);
            std::string text;
            for (std::string const& finding : report.findings) text += finding + "\n";
            return text;
        } catch (input_error const& error) {
            return std::string("cannot be opened: ") + error.what();
        } catch (machine_error const& error) {
            return std::string("cannot be opened: ") + error.what();
        }
    }
    void expect_found(std::string const& what) {
        std::string const text = findings();
        EXPECT_NE(std::string::npos, text.find(what)) << "not in: " << text;
    }
    std::string flipped(std::string value, std::size_t at) {
        value[at] = static_cast<char>(value[at] ^ 16);
        return value;
    }
};

TEST_F(store_verify, finds_nothing_in_a_sound_store) {
    EXPECT_EQ("", findings());
    EXPECT_EQ("", findings(root));
    ledger_store store(exchange.options(open_mode::must_exist));
    store.fold(10, *exchange.device);
    EXPECT_EQ(0u, verify_store(store, root, *exchange.device).findings.size());
}

TEST_F(store_verify, names_a_row_with_a_flipped_bit) {
    std::string const key = row_key_of(accounts, 5);
    exchange.write(column::rows, key, flipped(exchange.read(column::rows, key), 40));
    expect_found("accounts row 5: is not what was written there");
}

TEST_F(store_verify, names_rows_that_changed_places) {
    std::string const one = row_key_of(accounts, 2), other = row_key_of(accounts, 9);
    std::string const first = exchange.read(column::rows, one);
    exchange.write(column::rows, one, exchange.read(column::rows, other));
    exchange.write(column::rows, other, first);
    expect_found("accounts row 2: is not what was written there");
    expect_found("accounts row 9: is not what was written there");
}

TEST_F(store_verify, names_a_row_that_is_missing) {
    exchange.erase(column::rows, row_key_of(accounts, 4));
    expect_found("accounts row 4: is missing");
}

TEST_F(store_verify, names_a_row_that_was_put_back_to_what_it_was_once) {
    std::string const key = row_key_of(static_cast<std::uint32_t>(root_table::assets), 0);
    std::string const old = exchange.read(column::rows, key);
    std::vector<block> more = stored_exchange::made_blocks(7, 45);
    exchange.store_blocks(more);
    ASSERT_NE(old, exchange.read(column::rows, key));
    exchange.write(column::rows, key, old);
    expect_found("assets row 0: is not as block");
}

TEST_F(store_verify, names_an_entry_that_is_missing_or_changed) {
    std::string const key = journal_key(12);
    std::string const entry = exchange.read(column::journal, key);
    exchange.erase(column::journal, key);
    expect_found("journal entry 12: is missing");
    exchange.write(column::journal, key, flipped(entry, 40));  // the block's time
    expect_found("journal entry 13: does not follow the one before it");
    exchange.write(column::journal, key, flipped(entry, 104));  // its root
    expect_found("journal entry 12: its root does not follow from its tables");
    exchange.write(column::journal, key, exchange.read(column::journal, journal_key(20)));
    expect_found("journal entry 12: is that of block 20");
}

TEST_F(store_verify, names_a_block_whose_commands_or_receipts_are_not_its_own) {
    for (auto const kind :
         {section_kind::commands, section_kind::receipts, section_kind::changes}) {
        std::string const key = body_key(kind, 9);
        std::string const body = exchange.read(column::bodies, key);
        exchange.write(column::bodies, key, flipped(body, body.size() / 2));
        expect_found("block 9: ");
        exchange.erase(column::bodies, key);
        expect_found("block 9: ");
        exchange.write(column::bodies, key, body);
        EXPECT_EQ("", findings());
    }
    // Well packed, but of other commands.
    big_vector<transaction_row> other(blocks[8].commands.begin(), blocks[8].commands.end());
    ASSERT_FALSE(other.empty());
    other[0].amount += 1;
    exchange.write(column::bodies, body_key(section_kind::commands, 9),
                   column_coder().pack(other.data(), other.size(), sizeof other[0]));
    expect_found("block 9: section 1: is not what the entry vouches for");
}

TEST_F(store_verify, names_sections_that_no_entry_has) {
    std::string const key = journal_key(30);
    std::string const good = exchange.read(column::journal, key);
    std::size_t const first = sizeof(journal_head_row);
    auto const with = [&](std::size_t at, std::uint32_t number) {
        std::string entry = good;
        std::memcpy(entry.data() + at, &number, sizeof number);
        exchange.write(column::journal, key, entry);
    };
    with(first, 77);  // its kind
    expect_found("journal entry 30: section 77 of 128 bytes a row is none that an entry has");
    with(first, 2);  // which comes again behind it
    expect_found("journal entry 30: section 2 of 128 bytes a row is none that an entry has");
    with(first + sizeof(section_row), 1);
    expect_found("journal entry 30: section 1 of 48 bytes a row is none that an entry has");
    with(first + 4, 44);  // the size of its rows
    expect_found("journal entry 30: section 1 of 44 bytes a row is none that an entry has");
}

TEST_F(store_verify, sees_that_the_end_was_cut_off_when_told_the_root) {
    exchange.change([&](store_files& files, rocksdb::WriteBatch& batch) {
        files.erase(batch, column::journal, journal_key(30));
    });
    EXPECT_NE("", findings());  // the rows are those of block 30
    stored_exchange shorter;
    shorter.store_blocks({blocks.begin(), blocks.begin() + 29});
    ledger_store store(shorter.options(open_mode::read_only));
    EXPECT_EQ(0u, verify_store(store, {}, *shorter.device).findings.size());
    EXPECT_EQ(1u, verify_store(store, root, *shorter.device).findings.size());
}

/// A store whose last rows stand in its blocks, their records being behind.
class store_verify_of_rows_behind : public store_verify {
  protected:
    void SetUp() override {
        exchange.settled = false;
        store_options options = exchange.options(open_mode::create);
        options.changes_per_sweep = 300;
        blocks = stored_exchange::made_blocks(7, 60);
        root = exchange.store_blocks(blocks, options);
    }
    std::uint64_t rows_of_block() {
        return ledger_store(exchange.options(open_mode::read_only)).rows().block;
    }
};

TEST_F(store_verify_of_rows_behind, finds_nothing_wrong_with_it) {
    EXPECT_GT(rows_of_block(), 30u) << "rows were never written";
    EXPECT_LT(rows_of_block(), 60u) << "nothing is behind";
    EXPECT_EQ("", findings(root));
}

TEST_F(store_verify_of_rows_behind, names_the_block_whose_rows_are_not_its_own) {
    std::string const key = body_key(section_kind::rows, 59);
    std::string const body = exchange.read(column::bodies, key);
    exchange.write(column::bodies, key, flipped(body, body.size() / 2));
    expect_found("block 59: rows");
    exchange.write(column::bodies, key,
                   exchange.read(column::bodies, body_key(section_kind::rows, 60)));
    expect_found("block 59: rows");
    exchange.erase(column::bodies, key);
    expect_found("block 59: rows are missing");
}

TEST_F(store_verify_of_rows_behind, names_a_record_that_no_block_wrote) {
    std::string const key = row_key_of(accounts, 5);
    std::string const record = exchange.read(column::rows, key);
    exchange.write(column::rows, key, flipped(record, 40));
    expect_found("accounts row 5: is not what was written there");
    std::string other = record.substr(0, sizeof(account_row));
    other[64] = static_cast<char>(other[64] ^ 1);
    std::uint64_t const digest = digest_of_row(accounts, 5, other.data(), other.size());
    other.append(reinterpret_cast<char const*>(&digest), sizeof digest);
    exchange.write(column::rows, key, other);
    expect_found("accounts row 5: is not as block");
}

TEST_F(store_verify_of_rows_behind, goes_on_and_settles) {
    std::vector<block> const more = stored_exchange::made_blocks(7, 70);
    exchange.settled = true;
    sha256_digest const last = exchange.store_blocks(more);
    EXPECT_EQ(70u, rows_of_block());
    EXPECT_EQ("", findings(last));
    stored_exchange never_stopped;
    EXPECT_EQ(last, never_stopped.store_blocks(more));
}

/// Flips one bit at several places of every file with this ending.
class store_files_with_a_flipped_bit : public store_verify {
  protected:
    void flip_everywhere(std::string const& ending, std::size_t places) {
        std::size_t flips = 0;
        for (auto const& file : std::filesystem::directory_iterator(exchange.folder)) {
            if (file.path().extension() != ending) continue;
            // Some bytes of the footer of RocksDB's table files mean nothing.
            std::size_t const footer = ending == ".sst" ? 53 : 0;
            std::string const whole = text_of_file(file.path());
            std::size_t const size = whole.size() - std::min(whole.size(), footer);
            for (std::size_t i = 0; i < places && i < size; ++i) {
                std::size_t const at = size * i / places;
                write_file(file.path(), flipped(whole, at));
                EXPECT_NE("", findings(root)) << file.path() << " byte " << at;
                ++flips;
            }
            write_file(file.path(), whole);
        }
        EXPECT_GT(flips, 0u) << "no file ends in " << ending;
        EXPECT_EQ("", findings(root));
    }
};

TEST_F(store_files_with_a_flipped_bit, are_noticed_in_tables) {
    {
        store_files files(exchange.options(open_mode::must_exist).files);
        for (auto const c : {column::rows, column::journal, column::bodies}) files.compact(c);
    }
    flip_everywhere(".sst", 24);
}

TEST_F(store_files_with_a_flipped_bit, are_noticed_in_the_write_ahead_log) {
    exchange.settled = false;  // what settling writes there may be lost without harm
    root = exchange.store_blocks(stored_exchange::made_blocks(7, 45));
    flip_everywhere(".log", 24);
}

TEST_F(store_verify, says_of_another_version_that_it_is_one) {
    std::string const key = journal_key(30);
    std::string entry = exchange.read(column::journal, key);
    entry[8] = 2;  // journal_head_row::version
    exchange.write(column::journal, key, entry);
    for (char const* command : {"verify", "replay", "store stats"}) {
        auto const said =
            run_lockstep(std::string(command) + " --store '" + exchange.folder.string() + "'");
        EXPECT_EQ(3, said.exit) << command;
        EXPECT_NE(std::string::npos,
                  said.err.find("journal entry 30: has version 2; this is version 1"))
            << command << ": " << said.out << said.err;
    }
}

TEST_F(store_verify, is_a_command_that_exits_with_3_when_something_is_wrong) {
    std::string const folder = " --store '" + exchange.folder.string() + "'";
    EXPECT_EQ(0, run_lockstep("verify" + folder).exit);
    EXPECT_EQ(0, run_lockstep("store check" + folder).exit);
    EXPECT_NE(std::string::npos, run_lockstep("store stats" + folder).out.find("30 blocks"));
    EXPECT_EQ(0, run_lockstep("store compact" + folder).exit);
    exchange.erase(column::rows, row_key_of(accounts, 4));
    auto const found = run_lockstep("verify" + folder);
    EXPECT_EQ(3, found.exit);
    EXPECT_NE(std::string::npos, found.out.find("accounts row 4: is missing")) << found.out;
    EXPECT_EQ(3, run_lockstep("store check" + folder).exit);
    EXPECT_EQ(3, run_lockstep("verify --store /nowhere").exit);
}

}  // namespace
}  // namespace lockstep

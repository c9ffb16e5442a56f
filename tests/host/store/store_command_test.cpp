// What the commands that look at a store say of one that is in use, was cut off, was gone on with
// elsewhere or has lost something.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/log/log_writer.h"
#include "tests/host/run_binary.h"
#include "tests/host/store/stored_exchange.h"

namespace lockstep {
namespace {

namespace fs = std::filesystem;

class store_command : public ::testing::Test {
  protected:
    stored_exchange exchange;
    std::vector<block> blocks = stored_exchange::made_blocks(5, 40);
    std::string const at = exchange.scratch.path().string();
    std::string const store = exchange.folder.string();

    void store_all() {
        store_options options = exchange.options(open_mode::create);
        options.checkpoint_every = 10;
        exchange.store_blocks(blocks, options);
    }
    std::string write_log(std::vector<block> const& log) {
        auto const writer = make_log_writer(at + "/log");
        for (block const& b : log) writer->write(b);
        writer->commit();
        return "run --log '" + at + "/log' --out '" + at + "/out' --store '" + store + "'";
    }
    static void expect(int code, std::string const& words, std::string const& arguments) {
        command_result const said = run_lockstep(arguments);
        EXPECT_EQ(code, said.exit) << arguments << "\n" << said.out << said.err;
        EXPECT_NE(std::string::npos, (said.out + said.err).find(words)) << arguments << "\n"
                                                                        << said.out << said.err;
    }
    std::string on_store(std::string const& command) {
        return command + " --store '" + store + "'";
    }
};

/// Another process that has the store open to write, while it lives.
class other_writer {
  public:
    explicit other_writer(std::string const& store) {
        int pipe[2];
        EXPECT_EQ(0, ::pipe(pipe));
        child_ = ::fork();
        if (child_ == 0) {
            int const file = ::open((store + "/LOCK").c_str(), O_RDWR);
            struct flock lock {};
            lock.l_type = F_WRLCK;
            lock.l_whence = SEEK_SET;
            bool const locked = ::fcntl(file, F_SETLK, &lock) == 0;
            if (::write(pipe[1], locked ? "y" : "n", 1) != 1) ::_exit(1);
            for (;;) ::pause();
        }
        char said = 0;
        EXPECT_EQ(1, ::read(pipe[0], &said, 1));
        EXPECT_EQ('y', said);
        ::close(pipe[0]);
        ::close(pipe[1]);
    }
    ~other_writer() {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

  private:
    pid_t child_ = -1;
};

TEST_F(store_command, a_fault_while_another_process_writes_is_no_damage) {
    store_all();
    // What a reader finds whose files were deleted under it.
    exchange.erase(column::rows, row_key_of(1, 4));
    exchange.erase(column::bodies, body_key(section_kind::commands, 40));
    {
        other_writer const other(store);
        for (std::string const& command :
             {std::string("verify"), std::string("store check"),
              "store export --out '" + at + "/x'", std::string("replay --from 31")})
            expect(4, "is in use by another process, which writes it", on_store(command));
    }
    expect(3, "accounts row 4: is missing", on_store("verify"));
}

TEST_F(store_command, a_store_that_is_being_written_can_be_looked_at) {
    store_all();
    other_writer const other(store);
    expect(0, "all as they were written", on_store("verify"));
}

// The mark may say more than a database that was opened before it.
TEST_F(store_command, readers_of_a_store_that_is_written_never_find_damage) {
    std::string const run =
        "cd '" + at + "' && lockstep='" + lockstep_binary() +
        "' && $lockstep generate --transactions 20000 --accounts 300 --mix day --block 20 --seed 9 "
        "--out k.log >/dev/null && { $lockstep run --log k.log --out ko --store kk >/dev/null & "
        "while kill -0 $! 2>/dev/null; do [ -e kk/ACKNOWLEDGED ] && { $lockstep verify --store kk "
        ">said 2>&1; echo $?; }; done; wait; } | sort -u > codes";
    ASSERT_EQ(0, std::system(run.c_str()));
    EXPECT_EQ(std::string::npos, text_of_file(at + "/codes").find('3'))
        << text_of_file(at + "/said");
    expect(0, "all as they were written", "verify --store '" + at + "/kk'");
}

TEST_F(store_command, a_checkpoint_is_not_gone_on_with) {
    store_all();
    std::string const run = write_log(stored_exchange::made_blocks(5, 60));
    expect(2, "lies in the store",
           run.substr(0, run.find("--store")) + "--store '" + store + "/checkpoints/000000000010'");
}

TEST_F(store_command, a_checkpoint_of_another_block_than_its_name_is_refused) {
    store_all();
    fs::path const folder = fs::path(store) / "checkpoints";
    fs::remove_all(folder / "000000000010");
    fs::rename(folder / "000000000030", folder / "000000000010");
    expect(3, "is to be a copy after block 10, and has 30 blocks", on_store("replay --from 15"));
    expect(3, "is to be a copy after block 10", on_store("explain --account 0 --block 15"));
    // One of another exchange with as many blocks.
    fs::remove_all(folder / "000000000010");
    stored_exchange other;
    other.store_blocks(stored_exchange::made_blocks(6, 10));
    fs::copy(other.folder, folder / "000000000010", fs::copy_options::recursive);
    expect(3, "its block 10 is not the one in the journal", on_store("replay --from 15"));
}

TEST_F(store_command, replay_says_which_blocks_it_compared) {
    store_all();
    expect(0, "in 9 blocks, 11 to 19: every root", on_store("replay --from 15 --to 19"));
}

TEST_F(store_command, a_store_without_blocks_is_called_so) {
    { ledger_store const made(exchange.options(open_mode::create)); }
    expect(3, "holds no block yet", on_store("replay"));
    expect(0, "0 blocks", on_store("verify"));
}

TEST_F(store_command, a_store_without_its_mark_is_refused) {
    store_all();
    fs::path const mark = fs::path(store) / "ACKNOWLEDGED";
    std::string const was = text_of_file(mark);
    for (bool const there : {true, false}) {
        write_file(mark, "");
        if (!there) fs::remove(mark);
        expect(3, "ACKNOWLEDGED, the mark of what was acknowledged, is missing or empty",
               on_store("verify"));
        expect(3, "ACKNOWLEDGED", write_log(blocks));
    }
    write_file(mark, was);
    expect(0, "all as they were written", on_store("verify"));
    fs::remove(fs::path(store) / "checkpoints/000000000010/ACKNOWLEDGED");
    expect(3, "000000000010: ACKNOWLEDGED", on_store("replay --from 15"));
    expect(0, "20 blocks", "verify --store '" + store + "/checkpoints/000000000020'");
}

TEST_F(store_command, a_store_that_was_cut_off_in_the_making_holds_nothing_yet) {
    {
        rocksdb::Options options;
        options.create_if_missing = true;
        rocksdb::DB* opened = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(options, store, &opened).ok());
        std::unique_ptr<rocksdb::DB> const closed(opened);
    }
    expect(3, "the making of this store was cut off: it holds nothing yet", on_store("verify"));
    expect(0, "Ran", write_log(blocks));
    expect(0, "40 blocks", on_store("verify"));
}

TEST_F(store_command, a_store_that_has_lost_the_file_that_names_its_files_is_no_free_place) {
    store_all();
    fs::remove(fs::path(store) / "CURRENT");
    for (std::string const& command : {on_store("verify"), write_log(blocks)})
        expect(3, "is a store whose file CURRENT is missing", command);
}

TEST_F(store_command, a_store_that_may_not_be_entered_is_not_called_something_else) {
    if (::geteuid() == 0) GTEST_SKIP() << "nothing is closed to root";
    store_all();
    fs::permissions(store, fs::perms::none);
    expect(4, "Permission denied", on_store("verify"));
    fs::permissions(store, fs::perms::owner_all);
}

TEST_F(store_command, a_log_that_is_not_the_journals_is_told_by_its_first_command) {
    store_all();
    std::vector<block> other = blocks;
    big_vector<transaction_row> commands(other[3].commands.begin(), other[3].commands.end());
    commands[7].id.low += 1;
    other[3].commands = commands;
    expect(3, "block 4 of the log is not the one in the journal of", write_log(other));
    expect(3, ": its command 8, ", write_log(other));
    other = blocks;
    other[3].time += 1;
    expect(3, ": its time is ", write_log(other));
}

// The row of the exchange stands from the start, and is under the root.
TEST_F(store_command, a_run_of_nothing_has_a_root_that_its_rows_give) {
    std::string const run = write_log({});
    command_result const ran = run_lockstep(run + " --json");
    ASSERT_EQ(0, ran.exit) << ran.err;
    std::string const snapshot = "--snapshot '" + at + "/out/snapshot.bin'";
    expect(0, "\"exchange\"", "prove " + snapshot + " --account 0 --table exchange");
    std::size_t const place = ran.out.find("\"root\": \"") + 9;
    expect(0, "0 blocks", on_store("verify --root " + ran.out.substr(place, 64)));
}

}  // namespace
}  // namespace lockstep

// `mpirun lockstep run`: a shard and its books a rank give the serial files, written by the first
// rank alone, and an error on one rank ends them all.
#include <gtest/gtest.h>

#include "tests/host/run_binary.h"
#include "tests/where.h"

namespace lockstep {
namespace {

class ranks : public testing::Test {
  protected:
    void SetUp() override {
        if (mpi_launcher().empty()) GTEST_SKIP() << "this build has no MPI";
        log_ = "'" + (scratch_.path() / "day.log").string() + "'";
        auto const made = run_lockstep(
            "generate --transactions 4000 --accounts 60 --books 5 --mix day --market crashing "
            "--bad 40 "
            "--block 700 --out " +
            log_);
        ASSERT_EQ(made.exit, 0) << made.err;
    }
    static std::string job(int count) {
        return "OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "
               "OMPI_MCA_rmaps_base_oversubscribe=1 " +
               mpi_launcher() + " " + std::to_string(count);
    }
    std::string folder(std::string const& name) const { return (scratch_.path() / name).string(); }

    scratch_folder scratch_;
    std::string log_;
};

TEST_F(ranks, give_the_files_of_the_serial_executor) {
    std::string const files[] = {"receipts.bin", "roots.csv", "trades.csv", "snapshot.bin",
                                 "manifest.json"};
    for (std::string const liquidate : {"", " --liquidate"}) {
        auto const serial = run_lockstep("run --trades --log " + log_ + liquidate +
                                         " --executor serial --out " + folder("serial"));
        ASSERT_EQ(serial.exit, 0) << serial.err;
        for (int const count : {1, 2, 3, 4}) {
            std::string const out = folder("ranks" + std::to_string(count));
            auto const run = run_lockstep("run --trades --log " + log_ + liquidate +
                                              " --executor sharded --check --json --out " + out,
                                          job(count));
            ASSERT_EQ(run.exit, 0) << run.err;
            for (std::string const& name : files)
                EXPECT_TRUE(text_of_file(out + "/" + name) ==
                            text_of_file(folder("serial") + "/" + name))
                    << name << " of " << count << " ranks" << liquidate;
            EXPECT_EQ(run.out, text_of_file(out + "/manifest.json")) << "not printed once";
            if (liquidate.empty()) continue;
            std::string const executed = text_of_file(out + "/executed.log");
            EXPECT_TRUE(executed == text_of_file(folder("serial") + "/executed.log"));
            EXPECT_GT(executed.size(), text_of_file(scratch_.path() / "day.log").size());
        }
    }
}

TEST_F(ranks, an_error_on_the_one_that_writes_ends_them_all) {
    write_file(scratch_.path() / "file", "in the way");
    auto const run = run_lockstep(
        "run --log " + log_ + " --executor sharded --out " + folder("file") + "/out", job(3));
    EXPECT_EQ(run.exit, 4) << run.err;
}

TEST_F(ranks, a_log_that_breaks_off_ends_them_all_and_leaves_nothing) {
    std::string const whole = text_of_file(scratch_.path() / "day.log");
    write_file(scratch_.path() / "cut.log", whole.substr(0, whole.size() - 100));
    auto const run = run_lockstep(
        "run --log " + folder("cut.log") + " --executor sharded --out " + folder("out"), job(2));
    EXPECT_EQ(run.exit, 3) << run.err;
    EXPECT_FALSE(std::filesystem::exists(folder("out")));
}

/// Each rank with its own arguments: nothing is written, the first one says why, once.
TEST_F(ranks, that_do_not_agree_all_end_and_say_so) {
    std::string const other = "'" + folder("other.log") + "'";
    auto const made = run_lockstep(
        "generate --transactions 4000 --accounts 60 --books 5 --mix day --market crashing "
        "--bad 40 --block 700 --seed 2 --out " +
        other);
    ASSERT_EQ(made.exit, 0) << made.err;
    write_file(scratch_.path() / "text.jsonl", "{\"block\": 1}\n");
    std::string const plain = "run --executor sharded --out " + folder("out") + " --log ";
    struct row {
        std::string first, second;
        char const* said;
    };
    row const rows[] = {
        {plain + log_, plain + other,
         "lockstep: the ranks of the job do not have the same block 1: "},
        {plain + folder("text.jsonl"), plain + log_, " on rank 0; "},
        {plain + log_ + " --liquidate", plain + log_,
         "not started alike: --liquidate given on rank 0; --liquidate not given on rank 1\n"},
        {plain + log_, plain + log_ + " --require-signatures",
         "--require-signatures not given on rank 0; --require-signatures given on rank 1\n"},
    };
    for (row const& r : rows) {
        auto const run = run_lockstep(r.first + " : -n 1 '" + lockstep_binary() + "' " + r.second,
                                      "timeout 60 env " + job(1));
        EXPECT_EQ(run.exit, 3) << run.err;
        EXPECT_NE(run.err.find(r.said), std::string::npos) << run.err;
        EXPECT_EQ(run.err.find("lockstep: "), run.err.rfind("lockstep: ")) << run.err;
        EXPECT_FALSE(std::filesystem::exists(folder("out")));
    }
}

TEST_F(ranks, run_the_sharded_executor_on_a_file_alone) {
    auto const refused = [&](std::string const& arguments) {
        return run_lockstep("run --out " + folder("out") + " " + arguments, job(2)).exit;
    };
    EXPECT_EQ(refused("--executor serial --log " + log_), 2);
    EXPECT_EQ(refused("--executor sharded --log -"), 2);
    EXPECT_EQ(refused("--executor sharded --store " + folder("store") + " --log " + log_), 2);
}

}  // namespace
}  // namespace lockstep

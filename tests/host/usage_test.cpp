// What any command owes its user: its inputs are still there afterwards, a number is a number, and
// output that was lost is not called done.
#include <gtest/gtest.h>

#include <map>

#include "tests/host/run_binary.h"

namespace lockstep {
namespace {
namespace fs = std::filesystem;

/// Every file below a folder, with its bytes.
std::map<std::string, std::string> tree_of(fs::path const& folder) {
    std::map<std::string, std::string> files;
    for (auto const& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) files[entry.path().string()] = text_of_file(entry.path());
    return files;
}

class usage : public testing::Test {
  protected:
    scratch_folder scratch_;
    std::string const at_ = scratch_.path().string() + "/";

    void SetUp() override {
        ASSERT_EQ(lockstep("generate --accounts 20 --seed 3 --out " + at_ + "x").exit, 0);
        ASSERT_EQ(
            lockstep("generate --transactions 500 --accounts 20 --out " + at_ + "day.log").exit, 0);
    }
    static command_result lockstep(std::string const& arguments) { return run_lockstep(arguments); }
    std::string of_exchange() const {
        return " --market " + at_ + "x/chain.csv --portfolio " + at_ + "x/portfolio ";
    }
    /// Exit code 2, these words, and not a byte of what was there is another.
    void expect_refused(std::string const& arguments, std::string const& words) {
        auto const before = tree_of(scratch_.path());
        command_result const said = lockstep(arguments);
        EXPECT_EQ(said.exit, 2) << arguments;
        EXPECT_NE(said.err.find(words), std::string::npos) << arguments << "\n" << said.err;
        EXPECT_EQ(tree_of(scratch_.path()), before) << arguments;
    }
};

TEST_F(usage, an_output_never_replaces_what_the_command_reads) {
    fs::create_directory_symlink(at_ + "x", at_ + "link");
    expect_refused("risk" + of_exchange() + "--out " + at_ + "x", "x/chain.csv");
    expect_refused("risk" + of_exchange() + "--out " + at_ + "link", "x/chain.csv");
    expect_refused("risk" + of_exchange() + "--out " + at_ + "x/portfolio/", "is ");
    expect_refused("generate --accounts 5 --chain " + at_ + "x/chain.csv --out " + at_ + "x",
                   "chain.csv");
    expect_refused("explain-pnl --from " + at_ + "x/chain.csv --to " + at_ +
                       "x/chain.csv --portfolio " + at_ + "x/portfolio --out " + at_ + "x",
                   "chain.csv");
    for (char const* verb : {"surface fit", "heston fit"})
        expect_refused(
            std::string(verb) + " --market " + at_ + "x/chain.csv --out " + at_ + "./x/../x",
            "chain.csv");
    expect_refused("history --snapshots " + at_ + "x --out " + at_ + "x/chain.csv", "is ");
    expect_refused("ticks --snapshots " + at_ + "x --out " + at_ + "x/chain.csv", "is ");
    expect_refused("ticks --snapshots " + at_ + "x --portfolio " + at_ + "x/portfolio --out " +
                       at_ + "x/portfolio/positions.csv",
                   "positions.csv");
    ASSERT_EQ(lockstep("run --log " + at_ + "day.log --out " + at_ + "run").exit, 0);
    fs::copy_file(at_ + "day.log", at_ + "run/executed.log");
    expect_refused("run --log " + at_ + "run/executed.log --out " + at_ + "run", "executed.log");
    expect_refused("run --log - --out " + at_ + "run <" + at_ + "run/executed.log",
                   "standard input");
    std::string const snapshot = at_ + "run/snapshot.bin";
    expect_refused("prove --snapshot " + snapshot + " --account 0 --out " + snapshot, "is ");
    // Beside its inputs, and again over its own output, it may.
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(lockstep("risk" + of_exchange() + "--out " + at_ + "x/risk").exit, 0);
}

TEST_F(usage, a_file_never_replaces_a_table_or_a_key) {
    write_file(at_ + "t.csv", "type,forward,strike,time,vol\nC,100,100,1,0.5\n");
    write_file(at_ + "p.toml", "v0 = 0.04\nkappa = 4\ntheta = 0.25\nsigma = 1\nrho = -0.5\n");
    std::string const table = " --input " + at_ + "t.csv --output " + at_;
    expect_refused("price" + table + "t.csv", "--output: ");
    expect_refused("iv" + table + "./t.csv", "--output: ");
    expect_refused("heston price --parameters " + at_ + "p.toml" + table + "p.toml", "p.toml is ");
    EXPECT_EQ(lockstep("price" + table + "priced.csv").exit, 0);
    ASSERT_EQ(lockstep("keygen --out " + at_ + "key.pem").exit, 0);
    std::string const sign = "sign --log " + at_ + "day.log --key " + at_ + "key.pem --out ";
    expect_refused(sign + at_ + "key.pem", "key.pem is ");
    expect_refused(sign + at_ + "day.log", "day.log is ");
}

TEST_F(usage, a_store_and_an_output_lie_apart) {
    std::string const run = "run --log " + at_ + "day.log --out " + at_ + "o --store " + at_;
    ASSERT_EQ(lockstep(run + "st").exit, 0);
    expect_refused(run + "o", "a store that would be replaced");
    expect_refused(run + "o/st", "a store that would be replaced");
    expect_refused("run --log " + at_ + "day.log --out " + at_ + "st/o --store " + at_ + "st",
                   "lies in");
    std::string const pack = "store export --store " + at_ + "st --out " + at_;
    expect_refused(pack + "st/CURRENT", "lies in");
    EXPECT_EQ(lockstep(pack + "st.pack").exit, 0);
    EXPECT_EQ(lockstep("store check --store " + at_ + "st").exit, 0);
}

TEST_F(usage, a_number_is_a_number) {
    for (std::string const bad : {"nan", "inf", "-1", "-nan"}) {
        expect_refused("risk" + of_exchange() + "--tail-level " + bad, "--tail-level");
        expect_refused("simulate --hours " + bad, "--hours");
        expect_refused("watch" + of_exchange() + "--stale-after " + bad, "--stale-after");
        expect_refused("generate --out " + at_ + "y --positions-per-account " + bad,
                       "--positions-per-account");
        expect_refused("generate --out " + at_ + "y --transactions 10 --skew " + bad, "--skew");
        for (std::string const option : {"--days-min", "--delta-min"})
            expect_refused("heston fit --market " + at_ + "x/chain.csv --out " + at_ + "y " +
                               option + " " + bad,
                           option);
    }
}

TEST_F(usage, a_count_is_not_below_zero) {
    for (std::string const& counted :
         {"generate --out " + at_ + "y.log --transactions", "generate --out " + at_ + "y --seed",
          "run --log " + at_ + "day.log --out " + at_ + "r --retain-blocks",
          "run --log " + at_ + "day.log --out " + at_ + "r --checkpoint-every",
          "sign --log " + at_ + "day.log --key k --out " + at_ + "s.log --nonce",
          "store prune --store " + at_ + "st --retain-blocks",
          "mc --contract " + at_ + "c.toml --seed", std::string("simulate --blocks")})
        expect_refused(counted + " -3", "-3 is below zero");
}

TEST_F(usage, an_option_that_would_do_nothing_is_refused) {
    std::string const risk = "risk" + of_exchange() + "--out " + at_ + "r ";
    expect_refused(risk + "--tail-level 0.99", "--tail-level requires --tail");
    expect_refused(risk + "--tail-method filtered", "--tail-method requires --tail");
    expect_refused(risk + "--tail " + at_ + "h.csv --tail-level 0.99,0.975,0.9900000001",
                   "--tail-level: names a level twice");
    for (std::string const& command :
         {"risk" + of_exchange(), "keygen" + std::string(),
          "generate --transactions 10" + std::string(), "store export --store " + at_ + "x"})
        expect_refused(command + " --out ''", "--out: has to be given a name");
}

TEST_F(usage, an_option_that_cannot_be_read_is_a_fault_of_usage) {
    std::string const risk = "risk" + of_exchange() + "--out " + at_ + "r ";
    expect_refused(risk + "--model simm", "there is no margin model 'simm'; there are: deribit");
    expect_refused(risk + "--parameters srm", "MODEL=FILE");
    expect_refused("margin --portfolio " + at_ + "x/chain.csv --model simm", "'simm'");
    for (char const* speed : {"abc", "nan", "infx", "-1"})
        expect_refused("watch" + of_exchange() + "--replay " + at_ + "day.log --speed " + speed,
                       "--speed: is neither");
    expect_refused("generate --accounts 3 --time soon --out " + at_ + "y", "--time");
    expect_refused("generate --transactions 10 --accounts 1 --out " + at_ + "y.log", "--accounts");
    expect_refused("store import --snapshot " + at_ + "day.log --store " + at_ + "s --root 00",
                   "--root");
    expect_refused("verify --store " + at_ + "s --root 00", "--root");
    expect_refused("verify-proof --proof " + at_ + "day.log --root 00", "--root");
}

TEST_F(usage, output_that_cannot_be_written_is_not_done) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    for (std::string const& command : {"risk" + of_exchange() + "--out " + at_ + "r",
                                       "run --log " + at_ + "day.log --out " + at_ + "r2",
                                       "run --json --log " + at_ + "day.log --out " + at_ + "r3",
                                       "generate --accounts 3 --out " + at_ + "y",
                                       std::string("doctor"), std::string("--help")}) {
        std::string const shell =
            "'" + lockstep_binary() + "' " + command + " >/dev/full 2>'" + at_ + "err'";
        int const status = std::system(shell.c_str());
        EXPECT_EQ(WEXITSTATUS(status), 4) << command;
        EXPECT_NE(text_of_file(at_ + "err"), "") << command;
    }
}

TEST_F(usage, a_folder_in_place_of_a_file_is_named) {
    for (std::string const& option :
         {"--stress " + at_ + "x", "--preset " + at_ + "x", "--parameters srm=" + at_ + "x"}) {
        command_result const said =
            lockstep("risk" + of_exchange() + "--out " + at_ + "r " + option);
        EXPECT_EQ(said.exit, 3) << option;
        EXPECT_NE(said.err.find(at_ + "x: is a folder"), std::string::npos) << said.err;
    }
}

}  // namespace
}  // namespace lockstep

// Where a command writes: its inputs are still there afterwards, and so is what is of others.
#include "tests/host/cli/usage.h"

namespace lockstep {
namespace {
namespace fs = std::filesystem;

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
    expect_refused("ticks --snapshots " + at_ + "x --portfolio " + at_ + "x/portfolio --out " +
                       at_ + "fall.log --names " + at_ + "fall.log",
                   "--names: is the file of --out");
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

TEST_F(usage, a_command_replaces_its_own_output_and_no_other_folder) {
    std::string const chain = at_ + "x/chain.csv";
    std::string const commands[] = {
        "risk" + of_exchange(),
        "run --log " + at_ + "day.log",
        "generate --accounts 3",
        "surface fit --market " + chain,
        "heston fit --market " + chain,
        "explain-pnl --from " + chain + " --to " + chain + " --portfolio " + at_ + "x/portfolio"};
    for (std::string const& command : commands) {
        std::string const out = at_ + "out of " + command.substr(0, 4);
        for (int i = 0; i < 2; ++i)
            EXPECT_LE(lockstep(command + " --out '" + out + "'").exit, 1) << command;
    }
    fs::create_directory(at_ + "app");
    write_file(at_ + "app/manifest.json", R"({"name": "Shop", "start_url": "/", "icons": []})");
    for (std::string const& command : commands) {
        auto const before = tree_of(scratch_.path());
        command_result const said = lockstep(command + " --out " + at_ + "app");
        EXPECT_EQ(said.exit, 3) << command;
        EXPECT_NE(said.err.find("app: exists and is not an output of lockstep"), std::string::npos)
            << said.err;
        EXPECT_TRUE(tree_of(scratch_.path()) == before) << command;
    }
}

// What replaces an earlier result waits until its summary is out.
TEST_F(usage, a_result_whose_summary_is_lost_replaces_nothing) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    std::string const chain = at_ + "x/chain.csv";
    fs::create_directory(at_ + "days");
    write_file(at_ + "days/1.csv", text_of_file(chain));
    std::string later = text_of_file(chain);
    for (std::size_t at; (at = later.find("2026-05-01T")) != std::string::npos;)
        later.replace(at, 11, "2026-05-02T");
    write_file(at_ + "days/2.csv", later);
    ASSERT_EQ(lockstep("keygen --out " + at_ + "key.pem").exit, 0);
    for (std::string const& command :
         {"risk" + of_exchange(), "surface fit --market " + chain, "heston fit --market " + chain,
          "history --snapshots " + at_ + "days", "ticks --snapshots " + at_ + "days",
          std::string("generate --accounts 3"), std::string("generate --transactions 10"),
          "sign --log " + at_ + "day.log --key " + at_ +
              "key.pem --operator --number 0 --exchange " + std::string(64, '0'),
          "explain-pnl --from " + chain + " --to " + chain + " --portfolio " + at_ +
              "x/portfolio"}) {
        std::string const shell = "'" + lockstep_binary() + "' " + command + " --out " + at_ +
                                  "lost >/dev/full 2>'" + at_ + "err'";
        int const status = std::system(shell.c_str());
        EXPECT_EQ(WEXITSTATUS(status), 4) << command << text_of_file(at_ + "err");
        EXPECT_FALSE(fs::exists(at_ + "lost")) << command;
    }
}

TEST_F(usage, an_exchange_of_a_chain_with_quotes_in_its_name_is_an_output_too) {
    fs::copy_file(at_ + "x/chain.csv", at_ + "the \"chain\".csv");
    std::string const command =
        "generate --accounts 3 --chain '" + at_ + "the \"chain\".csv' --out '" + at_ + "y'";
    for (int i = 0; i < 2; ++i) EXPECT_EQ(lockstep(command).exit, 0);
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

TEST_F(usage, a_new_store_lies_in_no_output) {
    std::string const run = "run --log " + at_ + "day.log --out " + at_;
    ASSERT_EQ(lockstep(run + "o --store " + at_ + "st").exit, 0);
    ASSERT_EQ(lockstep("store export --store " + at_ + "st --out " + at_ + "st.pack").exit, 0);
    std::string const import = "store import --snapshot " + at_ + "st.pack --store " + at_;
    expect_refused(import + "o/deep/st", "o, an output that the next run replaces");
    expect_refused(run + "p --store " + at_ + "o/st", "o, an output that the next run replaces");
    expect_refused(run + "p --store " + at_ + "x/portfolio/st", "x, an output");
    EXPECT_EQ(lockstep(import + "st2").exit, 0);
    // One that is there already goes on, wherever it lies.
    fs::rename(at_ + "st2", at_ + "o/st2");
    EXPECT_EQ(lockstep(run + "p --store " + at_ + "o/st2").exit, 0);
}

TEST_F(usage, a_store_is_made_in_a_folder_of_its_own) {
    std::string const run = "run --log " + at_ + "day.log --out " + at_ + "o --store " + at_;
    ASSERT_EQ(lockstep(run + "st").exit, 0);
    ASSERT_EQ(lockstep("store export --store " + at_ + "st --out " + at_ + "st.pack").exit, 0);
    std::string const import = "store import --snapshot " + at_ + "st.pack --store " + at_;
    for (std::string const& command : {run, import}) {
        expect_refused(command + "x/portfolio", "is not empty and holds no store");
        expect_refused(command + "day.log", "is not a folder");
    }
    fs::create_directory(at_ + "empty");
    EXPECT_EQ(lockstep(run + "empty").exit, 0);
    // What a process leaves that was killed before its store was one.
    fs::create_directory(at_ + "begun");
    for (char const* name : {"LOCK", "LOG", "LOG.old.1", "IDENTITY", "000001.dbtmp"})
        write_file(at_ + "begun/" + name, "");
    EXPECT_EQ(lockstep(run + "begun").exit, 0);
}

}  // namespace
}  // namespace lockstep

// What any command owes its user: a number is a number, an option does something, and output that
// was lost is not called done.
#include <fmt/format.h>

#include "tests/host/cli/usage.h"

namespace lockstep {
namespace {
namespace fs = std::filesystem;

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

TEST_F(usage, a_simulation_of_no_time_is_refused_and_a_short_one_ends) {
    expect_refused("simulate --hours 0", "--hours: 0 is not a number from");
    auto const short_one = lockstep("simulate --hours 1e-6");
    EXPECT_EQ(short_one.exit, 0) << short_one.err;
    EXPECT_NE(short_one.out.find("1 worlds, "), std::string::npos) << short_one.out;
}

TEST_F(usage, a_leading_zero_is_no_octal_number) {
    std::string const log = "generate --seed 3 --transactions ";
    auto const same = [&](std::string const& one, std::string const& other) {
        ASSERT_EQ(lockstep(log + one + " --out " + at_ + "1.log").exit, 0);
        ASSERT_EQ(lockstep(log + other + " --out " + at_ + "2.log").exit, 0);
        EXPECT_EQ(text_of_file(at_ + "1.log"), text_of_file(at_ + "2.log")) << one;
    };
    same("0100 --accounts 020", "100 --accounts 20");
    same("00090 --accounts +09", "90 --accounts 9");  // no octal digits
    same("0x10 --accounts 8", "16 --accounts 8");
    same("2.5e2 --accounts 1e1", "250 --accounts 10");
    for (std::string const no_whole : {"2.5", "1e-1", "abc", "1e99", "12x"})
        expect_refused("generate --out " + at_ + "2.log --transactions " + no_whole,
                       "--transactions: '" + no_whole + "' is no whole number");
    expect_refused("run --log " + at_ + "day.log --out " + at_ + "r --threads 00", "--threads");
    expect_refused(log + "0b1 --out " + at_ + "1.log", "--transactions");
    auto const shown = lockstep("mc --contract " + at_ + "none --paths 010 --threads 08");
    EXPECT_EQ(shown.exit, 3) << shown.err;  // of the contract, which is not there
}

TEST_F(usage, a_word_that_is_not_known_is_named) {
    expect_refused("rsk", "not expected: rsk");
    expect_refused("bench everything", "not expected: everything");
    expect_refused("risk --markett x", "--markett");
    expect_refused("risk", "--market is required");
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

TEST_F(usage, a_whole_number_beyond_64_bits_is_refused) {
    std::string const log =
        "generate --transactions 10 --accounts 5 --out " + at_ + "y.log --seed ";
    for (std::string const large :
         {"18446744073709551616", "99999999999999999999999", "0x10000000000000000"})
        for (std::string const& asks :
             {log, "simulate --blocks " + std::string(),
              "explain --store " + at_ + "s --block 1 --account " + std::string()})
            expect_refused(asks + large, large + " does not fit into 64 bits");
    expect_refused(log + "' -3'", "' -3' begins with a blank");
    EXPECT_EQ(lockstep(log + "18446744073709551615").exit, 0);
}

TEST_F(usage, an_option_that_would_do_nothing_is_refused) {
    std::string const risk = "risk" + of_exchange() + "--out " + at_ + "r ";
    expect_refused(risk + "--tail-level 0.99", "--tail-level requires --tail");
    expect_refused(risk + "--tail-method filtered", "--tail-method requires --tail");
    for (std::string const of_draws : {"--tail-draws 500", "--tail-seed 2"})
        expect_refused(risk + "--tail " + at_ + "h.csv --tail-method filtered " + of_draws,
                       "is for --tail-method monte-carlo; filtered has none");
    expect_refused(risk + "--parameters simm=" + at_ + "simm.toml",
                   "--parameters: there is no margin model 'simm'; there are: deribit");
    write_file(at_ + "hx.csv", "asset,haircut_maintenance,haircut_initial\nBTC,0.5,0.5\n");
    std::string const nothing = "changes nothing: no account is held to deribit_cross";
    EXPECT_NE(lockstep(risk + "--haircuts " + at_ + "hx.csv").err.find(nothing), std::string::npos);
    EXPECT_EQ(lockstep(risk + "--model deribit_cross --haircuts " + at_ + "hx.csv").err, "");
    fs::remove_all(at_ + "r");
    expect_refused(risk + "--tail " + at_ + "h.csv --tail-level 0.99,0.975,0.9900000001",
                   "--tail-level: names a level twice");
    expect_refused(risk + "--parameters srm=/nonexistent --parameters srm=" + at_ + "srm.toml",
                   "--parameters: names model srm twice");
    expect_refused("generate --transactions 10 --options 99 --out " + at_ + "y.log", "--options");
    for (std::string const of_written_chain : {"--options 999", "--time 2030-01-01T00:00:00Z"})
        expect_refused("generate --accounts 3 --chain " + at_ + "x/chain.csv --out " + at_ + "y " +
                           of_written_chain,
                       " excludes --");
    expect_refused("run --log - --live --json --out " + at_ + "r",
                   "--json: goes to standard output");
    for (std::string const& command :
         {"risk" + of_exchange(), "keygen" + std::string(),
          "generate --transactions 10" + std::string(), "store export --store " + at_ + "x"})
        expect_refused(command + " --out ''", "--out: has to be given a name");
}

// Three accounts cannot hold more than each instrument once; counted in the table that was written.
TEST_F(usage, how_many_positions_an_account_got_is_said) {
    auto const said = lockstep(
        "generate --accounts 3 --positions-per-account 10000 --options 16 "
        "--out " +
        at_ + "y");
    std::string const table = text_of_file(at_ + "y/portfolio/positions.csv");
    int held = 0;
    for (std::size_t at = table.find("\nA"); at != std::string::npos;
         at = table.find("\nA", at + 1))
        ++held;
    EXPECT_NE(said.out.find(fmt::format("positions ({:.1f} an account beside the HOUSE; 10000 were",
                                        held / 3.0)),
              std::string::npos)
        << said.out << held;
}

TEST_F(usage, an_option_that_cannot_be_read_is_a_fault_of_usage) {
    std::string const risk = "risk" + of_exchange() + "--out " + at_ + "r ";
    expect_refused(risk + "--model simm", "there is no margin model 'simm'; there are: deribit");
    expect_refused(risk + "--parameters srm", "MODEL=FILE");
    expect_refused("margin --portfolio " + at_ + "x/chain.csv --model simm", "'simm'");
    for (char const* speed : {"abc", "nan", "infx", "-1", "1e-300", "1e300"})
        expect_refused("watch" + of_exchange() + "--replay " + at_ + "day.log --speed " + speed,
                       "--speed: is neither");
    expect_refused("generate --accounts 3 --time soon --out " + at_ + "y", "--time");
    for (std::string const time :
         {"1999-12-31T00:00:00Z", "2099-06-30T00:00:00Z", "2099-12-31T00:00:00Z"})
        expect_refused("generate --accounts 3 --options 64 --out " + at_ + "y --time " + time,
                       "--time: its expiries must lie in 2000 to 2099");
    expect_refused("generate --transactions 10 --accounts 1 --out " + at_ + "y.log", "--accounts");
    expect_refused("store import --snapshot " + at_ + "day.log --store " + at_ + "s --root 00",
                   "--root");
    expect_refused("verify --store " + at_ + "s --root 00", "--root");
    expect_refused("verify-proof --proof " + at_ + "day.log --root 00", "--root");
}

// A digest needs a second look, which standard input does not give.
TEST_F(usage, what_a_manifest_has_to_digest_is_no_standard_input) {
    std::string const pnl = "explain-pnl --from " + at_ + "x/chain.csv --to " + at_ +
                            "x/chain.csv --portfolio " + at_ + "x/portfolio --out " + at_ + "r ";
    for (std::string const& command :
         {"risk" + of_exchange() + "--tail - --out " + at_ + "r",
          "risk" + of_exchange() + "--haircuts - --out " + at_ + "r", pnl + "--funding -",
          "explain-pnl --from - --to " + at_ + "x/chain.csv --portfolio " + at_ +
              "x/portfolio --out " + at_ + "r"}) {
        command_result const said = lockstep(command);
        EXPECT_EQ(said.exit, 3) << command;
        EXPECT_NE(said.err.find("reads its inputs from files: the manifest has to name their"),
                  std::string::npos)
            << said.err;
    }
}

TEST_F(usage, output_that_cannot_be_written_is_not_done) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    // The JSON of risk is more than the buffer of standard output holds.
    for (std::string const& command : {"risk" + of_exchange() + "--out " + at_ + "r",
                                       "risk --json" + of_exchange() + "--out " + at_ + "rj",
                                       "run --log " + at_ + "day.log --out " + at_ + "r2",
                                       "run --json --log " + at_ + "day.log --out " + at_ + "r3",
                                       "generate --accounts 3 --out " + at_ + "y",
                                       std::string("doctor"), std::string("--help")}) {
        std::string const shell =
            "'" + lockstep_binary() + "' " + command + " >/dev/full 2>'" + at_ + "err'";
        int const status = std::system(shell.c_str());
        EXPECT_EQ(WEXITSTATUS(status), 4) << command;
        std::string const err = text_of_file(at_ + "err");
        EXPECT_NE(err.find("lockstep: standard output cannot be written"), std::string::npos)
            << command << "\n"
            << err;
    }
}

/// The output's reader is gone, or the output may not grow: a word, an exit code, and no half of
/// it.
TEST_F(usage, output_that_is_cut_off_is_not_done) {
    auto const ended = [&](std::string const& script, std::string const& words) {
        std::string const shell = "cd '" + at_ + "' && lockstep='" + lockstep_binary() + "' && { " +
                                  script + "; } >said 2>err";
        EXPECT_EQ(0, std::system(("timeout 100 bash -c \"" + shell + "\"").c_str()));
        EXPECT_EQ(text_of_file(at_ + "code"), "4\n") << script << text_of_file(at_ + "err");
        std::string const err = text_of_file(at_ + "err");
        std::size_t const first = err.find(words);
        EXPECT_NE(first, std::string::npos) << script << "\n" << err;
        EXPECT_EQ(err.find(words, first + 1), std::string::npos) << script << "\n" << err;
        for (auto const& entry : fs::directory_iterator(at_))
            EXPECT_EQ(entry.path().string().find("partial"), std::string::npos) << entry.path();
    };
    for (std::string const& command :
         {"risk --json" + of_exchange() + "--out " + at_ + "rj", std::string("--help"),
          "run --json --log " + at_ + "day.log --out " + at_ + "r3"})
        ended("(\\$lockstep " + command + "; echo \\$? >code) | sleep 0; sleep 1; true",
              "lockstep: standard output cannot be written");
    ended("(ulimit -f 8; \\$lockstep run --log day.log --out o; echo \\$? >code)",
          "File too large");
    ended("(ulimit -f 8; \\$lockstep generate --accounts 3000 --out y; echo \\$? >code)",
          "File too large");
}

/// Live, what was accepted until then is in the results.
TEST_F(usage, a_live_run_that_nobody_hears_ends) {
    std::string const line = R"({"id":"%d","kind":"create_asset","target":"41"}\n)";
    write_file(at_ + "script", "for i in 1 2 3; do printf '" + line + "' $i; sleep 0.3; done | ('" +
                                   lockstep_binary() +
                                   "' run --log - --live --block-ms 0 --out live 2>err; "
                                   "echo $? >code) | head -1 >said\n");
    EXPECT_EQ(0, std::system(("cd '" + at_ + "' && timeout 100 sh ./script").c_str()));
    EXPECT_EQ(text_of_file(at_ + "code"), "4\n") << text_of_file(at_ + "err");
    EXPECT_NE(text_of_file(at_ + "err").find("standard output cannot be written"),
              std::string::npos);
    EXPECT_TRUE(fs::exists(at_ + "live/snapshot.bin"));
}

TEST_F(usage, a_text_that_is_empty_is_refused) {
    std::string const run = "run --log " + at_ + "day.log --out " + at_ + "r ";
    std::string const words = "has to be given a name or a value; it is empty";
    for (std::string const& asks :
         {run + "--store ''", run + "--liquidate --operator-key ''",
          "run --log '' --out " + at_ + "r", "verify --store " + at_ + "s --root ''",
          "verify --snapshot " + at_ + "s --root ''",
          "store import --snapshot " + at_ + "p --store " + at_ + "s --root ''",
          "sign --log " + at_ + "day.log --key k --out " + at_ + "s.log --exchange ''",
          "diff '' " + at_ + "s.bin", std::string("explain --block 1 --account 0 --store ''")})
        expect_refused(asks, words);
}

TEST_F(usage, what_would_run_nothing_is_refused) {
    expect_refused("run --log " + at_ + "day.log --out " + at_ + "r --shards 4 --executor serial",
                   "--shards: is for --executor sharded; serial has none");
    expect_refused("simulate --blocks 0", "--blocks");
    EXPECT_EQ(
        lockstep("run --log " + at_ + "day.log --out " + at_ + "r --shards 4 --executor sharded")
            .exit,
        0);
}

TEST_F(usage, hexadecimal_digits_are_lower_case) {
    expect_refused("verify --store " + at_ + "s --root " + std::string(64, 'A'),
                   "64 lower-case hexadecimal digits");
    expect_refused("sign --log " + at_ + "day.log --key k --out " + at_ +
                       "s.log --number 1 --operator --exchange " + std::string(64, 'A'),
                   "64 lower-case hexadecimal digits");
}

TEST_F(usage, a_preset_by_the_name_of_a_file_is_asked_for_by_its_place) {
    std::string const risk = "risk" + of_exchange() + "--out " + at_ + "r --preset ";
    auto const said = [&](std::string const& preset) {
        command_result const result = run_lockstep(risk + preset, "cd '" + at_ + "' &&");
        EXPECT_EQ(result.exit, 3) << preset;
        return result.err;
    };
    EXPECT_NE(said("mine").find("or give a .toml file"), std::string::npos) << said("mine");
    fs::create_directory(at_ + "mine");
    EXPECT_NE(said("mine").find("under this name is read as './mine'"), std::string::npos)
        << said("mine");
    EXPECT_NE(said("./mine").find("./mine: is a folder"), std::string::npos) << said("./mine");
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

TEST_F(usage, a_recording_needs_two_snapshots) {
    command_result const said =
        lockstep("ticks --snapshots " + at_ + "x --out " + at_ + "one.jsonl");
    EXPECT_EQ(said.exit, 3);
    EXPECT_NE(said.err.find("x: holds one snapshot"), std::string::npos) << said.err;
    EXPECT_FALSE(fs::exists(at_ + "one.jsonl"));
    command_result const nowhere =
        lockstep("ticks --snapshots " + at_ + "nowhere --out " + at_ + "one.jsonl");
    EXPECT_EQ(nowhere.exit, 3);
    EXPECT_NE(nowhere.err.find("nowhere: does not exist"), std::string::npos) << nowhere.err;
}

}  // namespace
}  // namespace lockstep

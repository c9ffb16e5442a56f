// `lockstep run`, `prove`, `verify-proof` and `diff` as a user meets them, on a log of a few lines.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "host/log/block_source.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

std::string const log_text = R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "deposit", "account": 0, "amount": "1000"}
{"id": "5", "kind": "deposit", "account": 1, "amount": "1000"}
{"id": "6", "kind": "create_instrument", "contract": 2, "price": "0.01", "amount": "0.1", "aux0": 16384500, "aux1": 32768200, "user_data": 300000}
{"id": "7", "kind": "mark_update", "instrument": 0, "price": "100"}
{"block": 20}
{"id": "8", "kind": "place_order", "account": 0, "instrument": 0, "amount": "2", "price": "100", "side": "sell"}
{"id": "9", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "price": "100"}
{"id": "a", "kind": "transfer", "account": 0, "counterparty": 1, "amount": "5000"}
{"block": 30}
)";

std::string quoted(std::filesystem::path const& path) { return "'" + path.string() + "'"; }

struct ran {
    command_result result;
    std::filesystem::path folder;
};

ran run_log_text(scratch_folder const& scratch, std::string const& name, std::string const& text,
                 std::string const& options) {
    auto const log = scratch.path() / (name + ".jsonl"), out = scratch.path() / name;
    write_file(log, text);
    return {
        run_lockstep("run --check --log " + quoted(log) + " --out " + quoted(out) + " " + options),
        out};
}

std::string root_in(std::filesystem::path const& folder) {
    std::string const rows = text_of_file(folder / "roots.csv");
    return rows.substr(rows.size() - 65, 64);
}

TEST(run_command, gives_the_same_bytes_on_every_executor) {
    scratch_folder scratch;
    ran const serial = run_log_text(scratch, "s", log_text, "--executor serial");
    ran const other = run_log_text(scratch, "d", log_text, "--executor deterministic --threads 2");
    ASSERT_EQ(0, serial.result.exit) << serial.result.err;
    ASSERT_EQ(0, other.result.exit) << other.result.err;
    for (char const* file : {"roots.csv", "receipts.bin", "snapshot.bin", "manifest.json"}) {
        EXPECT_NE("", text_of_file(serial.folder / file)) << file;
        EXPECT_EQ(text_of_file(serial.folder / file), text_of_file(other.folder / file)) << file;
    }
    EXPECT_EQ(64u + 10u * 48u, text_of_file(serial.folder / "receipts.bin").size());
    std::string const manifest = text_of_file(serial.folder / "manifest.json");
    EXPECT_NE(std::string::npos, manifest.find("\"applied\": 9"));
    EXPECT_NE(std::string::npos, manifest.find("\"account_lacks_free_cash\": 1"));
    EXPECT_NE(std::string::npos, manifest.find("\"blocks\": 3"));
}

TEST(run_command, proves_an_account_under_its_root) {
    scratch_folder scratch;
    ran const run = run_log_text(scratch, "s", log_text, "--executor serial");
    ASSERT_EQ(0, run.result.exit) << run.result.err;
    auto const proof = scratch.path() / "proof.json";
    std::string const prove = "prove --snapshot " + quoted(run.folder / "snapshot.bin");
    auto const made = run_lockstep(prove + " --account 1 --out " + quoted(proof));
    ASSERT_EQ(0, made.exit) << made.err;
    std::string const verify = "verify-proof --proof " + quoted(proof) + " --root ";
    std::string root = root_in(run.folder);
    EXPECT_EQ(0, run_lockstep(verify + root).exit);
    root[0] = root[0] == '0' ? '1' : '0';
    EXPECT_NE(0, run_lockstep(verify + root).exit);
    auto const absent = run_lockstep(prove + " --account 2");
    EXPECT_EQ(3, absent.exit);
    EXPECT_NE(std::string::npos, absent.err.find("has rows 0 .. 1, not 2")) << absent.err;
    auto const empty = run_lockstep(prove + " --account 0 --table keys");
    EXPECT_EQ(3, empty.exit);
    EXPECT_NE(std::string::npos, empty.err.find("table 'keys' has no rows")) << empty.err;
}

TEST(run_command, names_the_rows_in_which_two_snapshots_differ) {
    scratch_folder scratch;
    std::string text = log_text;
    ran const first = run_log_text(scratch, "a", text, "--executor serial");
    ran const second = run_log_text(
        scratch, "b",
        text + R"({"id": "b", "kind": "withdraw", "account": 1, "amount": "1"})" + "\n",
        "--executor serial");
    ASSERT_EQ(0, first.result.exit) << first.result.err;
    ASSERT_EQ(0, second.result.exit) << second.result.err;
    std::string const a = quoted(first.folder / "snapshot.bin");
    std::string const b = quoted(second.folder / "snapshot.bin");
    auto const same = run_lockstep("diff " + a + " " + a);
    EXPECT_EQ(0, same.exit);
    EXPECT_EQ("no row differs\n", same.out);
    auto const differs = run_lockstep("diff " + a + " " + b);
    EXPECT_EQ(1, differs.exit);
    EXPECT_NE(std::string::npos, differs.out.find("accounts row 1:")) << differs.out;
    EXPECT_EQ(std::string::npos, differs.out.find("accounts row 0:")) << differs.out;
    EXPECT_NE(std::string::npos, differs.out.find("assets row 0:")) << differs.out;
}

TEST(run_command, says_of_a_log_that_it_holds_no_transaction) {
    scratch_folder scratch;
    for (char const* text : {"", "\n\n", "{\"block\": 20}\n"}) {
        ran const run = run_log_text(scratch, "empty", text, "--json");
        EXPECT_EQ(0, run.result.exit) << run.result.err;
        EXPECT_NE(std::string::npos, run.result.err.find("empty.jsonl: holds no transaction"))
            << run.result.err;
        EXPECT_EQ(run.result.out, text_of_file(run.folder / "manifest.json"));
    }
    EXPECT_EQ("", run_log_text(scratch, "full", log_text, "").result.err);
}

TEST(run_command, goes_on_where_a_store_stopped) {
    scratch_folder scratch;
    std::string const store = "--store " + quoted(scratch.path() / "store");
    std::string const start = log_text.substr(0, log_text.find(R"({"block": 20})"));
    ran const whole = run_log_text(scratch, "w", log_text, "--executor serial");
    ran const first = run_log_text(scratch, "a", start, store);
    ASSERT_EQ(0, first.result.exit) << first.result.err;
    ran const second = run_log_text(scratch, "b", log_text, store);
    ASSERT_EQ(0, second.result.exit) << second.result.err;
    EXPECT_NE(std::string::npos, second.result.out.find("Went on after block 1"))
        << second.result.out;
    std::string const roots = text_of_file(second.folder / "roots.csv");
    EXPECT_EQ(std::string::npos, roots.find("\n1,"));
    EXPECT_NE(std::string::npos, roots.find("\n2,"));
    EXPECT_EQ(text_of_file(whole.folder / "snapshot.bin"),
              text_of_file(second.folder / "snapshot.bin"));
    ran const nothing = run_log_text(scratch, "n", log_text, store);
    EXPECT_EQ(0, nothing.result.exit) << nothing.result.err;
    EXPECT_EQ(64u, text_of_file(nothing.folder / "receipts.bin").size());
}

TEST(run_command, a_full_disk_is_named_and_the_store_on_it_stays_whole) {
    scratch_folder scratch;
    std::string const at = scratch.path().string(), small = at + "/small";
    std::filesystem::create_directory(small);
    // A small disk of the shell's own, which is gone with it.
    std::string const before =
        "unshare -rm sh -c 'mount -t tmpfs -o size=600k tmpfs " + small + " && ";
    if (std::system((before + "true' 2>/dev/null").c_str()) != 0) GTEST_SKIP() << "no mounts here";
    ASSERT_EQ(
        0, run_lockstep("generate --transactions 20000 --block 500 --out " + at + "/day.log").exit);
    std::string const store = lockstep_binary() + " run --log " + at + "/day.log --store " + small +
                              "/store --out " + at + "/out 2> " + at + "/err";
    std::string const verify =
        "; echo ended $?; " + lockstep_binary() + " verify --store " + small + "/store";
    std::string const all = before + store + verify + "' > " + at + "/said";
    EXPECT_EQ(0, std::system(all.c_str())) << "the store is whole";
    std::string const said = text_of_file(at + "/said"), err = text_of_file(at + "/err");
    EXPECT_NE(std::string::npos, said.find("ended 4\n")) << said << err;
    EXPECT_NE(std::string::npos, said.find("all as they were written")) << said;
    EXPECT_NE(std::string::npos, err.find("/store: IO error: No space left on device")) << err;
    EXPECT_FALSE(std::filesystem::exists(at + "/out"));
}

TEST(run_command, refuses_a_log_that_is_not_the_one_in_the_store) {
    scratch_folder scratch;
    std::string const store = "--store " + quoted(scratch.path() / "store");
    ASSERT_EQ(0, run_log_text(scratch, "a", log_text, store).result.exit);
    std::string other = log_text;
    other.replace(other.find(R"("amount": "2")"), 13, R"("amount": "3")");
    ran const refused = run_log_text(scratch, "b", other, store);
    EXPECT_EQ(3, refused.result.exit);
    EXPECT_NE(std::string::npos, refused.result.err.find("block 2 of the log is not the one"))
        << refused.result.err;
    EXPECT_FALSE(std::filesystem::exists(refused.folder));
}

TEST(run_command, refuses_a_damaged_log_and_leaves_nothing) {
    scratch_folder scratch;
    ran const run = run_log_text(scratch, "bad", log_text + "garbage\n", "");
    EXPECT_EQ(3, run.result.exit);
    EXPECT_NE(std::string::npos, run.result.err.find("bad.jsonl:14")) << run.result.err;
    EXPECT_FALSE(std::filesystem::exists(run.folder));
}

TEST(run_command, liquidates_and_leaves_a_log_that_says_so) {
    // 0 is long 10 at 100 on 60 of cash, against 1; 2 is the backstop; the mark falls to 95.
    std::string const fall = R"({"block": 10}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 1}
{"id": "3", "kind": "create_account", "counterparty": 2}
{"id": "4", "kind": "create_account", "counterparty": 3}
{"id": "5", "kind": "deposit", "account": 0, "amount": "60"}
{"id": "6", "kind": "deposit", "account": 1, "amount": "1000"}
{"id": "7", "kind": "deposit", "account": 2, "amount": "1000"}
{"id": "8", "kind": "set_backstop", "account": 2}
{"id": "9", "kind": "create_instrument", "contract": 2, "price": "0.01", "amount": "0.1", "aux0": 16384500, "aux1": 32768200, "user_data": 300000}
{"id": "a", "kind": "mark_update", "instrument": 0, "price": "100"}
{"block": 20}
{"id": "b", "kind": "place_order", "account": 1, "instrument": 0, "amount": "10", "price": "100", "side": "sell"}
{"id": "c", "kind": "place_order", "account": 0, "instrument": 0, "amount": "10", "price": "100"}
{"block": 30}
{"id": "d", "kind": "mark_update", "instrument": 0, "price": "95"}
{"block": 40}
)";
    scratch_folder scratch;
    std::string const store = " --store " + quoted(scratch.path() / "store");
    ran const with = run_log_text(scratch, "with", fall, "--liquidate" + store);
    ASSERT_EQ(0, with.result.exit) << with.result.err;
    EXPECT_NE(std::string::npos,
              text_of_file(with.folder / "manifest.json").find("\"commands\": 14"));
    auto const again = scratch.path() / "again";
    command_result const as_it_is = run_lockstep(
        "run --log " + quoted(with.folder / "executed.log") + " --out " + quoted(again));
    ASSERT_EQ(0, as_it_is.exit) << as_it_is.err;
    EXPECT_EQ(root_in(with.folder), root_in(again));
    // The store has the liquidations; the log of before is still the one that it began with.
    ran const resumed = run_log_text(scratch, "resumed", fall, "--liquidate" + store);
    EXPECT_EQ(0, resumed.result.exit) << resumed.result.err;
}

TEST(run_command, deleverages_by_rank_where_accounts_are_nobodys) {
    // 0 is long 100 and under water; 1, nobody's as 0 is, and 2, who gained more for what it has,
    // are short. There is no backstop.
    std::string const fall = R"({"block": 1}
{"id": "1", "kind": "create_asset", "target": "445355"}
{"id": "2", "kind": "create_account", "counterparty": 0}
{"id": "3", "kind": "create_account", "counterparty": 0}
{"id": "4", "kind": "create_account", "counterparty": 7}
{"id": "5", "kind": "create_account", "counterparty": 8}
{"id": "6", "kind": "create_instrument", "contract": 2, "amount": "1", "price": "1", "user_data": 500000, "aux0": 32769000}
{"id": "7", "kind": "deposit", "account": 0, "amount": "2000"}
{"id": "8", "kind": "deposit", "account": 1, "amount": "1000000"}
{"id": "9", "kind": "deposit", "account": 2, "amount": "2000"}
{"id": "a", "kind": "deposit", "account": 3, "amount": "1000000"}
{"id": "b", "kind": "mark_update", "price": "100"}
{"block": 2}
{"id": "c", "kind": "place_order", "account": 1, "side": "sell", "amount": "50", "price": "100"}
{"id": "d", "kind": "place_order", "account": 3, "side": "buy", "amount": "50", "price": "100"}
{"id": "e", "kind": "place_order", "account": 2, "side": "sell", "amount": "100", "price": "100"}
{"id": "f", "kind": "place_order", "account": 0, "side": "buy", "amount": "100", "price": "100"}
{"block": 3}
{"id": "10", "kind": "mark_update", "price": "82"}
{"block": 4}
)";
    scratch_folder scratch;
    ran const with = run_log_text(scratch, "with", fall, "--liquidate");
    ASSERT_EQ(0, with.result.exit) << with.result.err;
    std::vector<std::pair<std::uint32_t, std::int64_t>> taken;
    auto const executed = open_log((with.folder / "executed.log").string());
    for (block b; executed->next(b);)
        for (transaction_row const& t : b.commands)
            if (t.kind == transaction_kind::deleverage)
                taken.emplace_back(t.counterparty, t.amount);
    ASSERT_EQ(1u, taken.size());
    EXPECT_EQ(2u, taken.front().first);
    EXPECT_EQ(100 * nanos_per_unit, taken.front().second);
}

TEST(run_command, counts_fills_of_orders_that_were_triggered_too) {
    std::string stops =
        log_text +
        R"({"id": "b", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "type": "stop", "trigger": "90", "side": "sell"}
{"id": "c", "kind": "place_order", "account": 0, "instrument": 0, "amount": "2", "price": "90"}
{"id": "d", "kind": "place_order", "account": 1, "instrument": 0, "amount": "1", "price": "90", "side": "sell"}
)";
    scratch_folder scratch;
    for (std::string const executor : {"serial", "sharded --threads 2"}) {
        ran const with = run_log_text(scratch, "with", stops, "--executor " + executor);
        ASSERT_EQ(0, with.result.exit) << with.result.err;
        EXPECT_NE(std::string::npos,
                  text_of_file(with.folder / "manifest.json").find("\"fills\": 3"));
    }
}

TEST(run_command, options_of_a_store_need_one) {
    scratch_folder scratch;
    for (char const* option : {"--retain-blocks 5", "--checkpoint-every 5", "--blocks-per-sync 5"})
        EXPECT_EQ(2, run_log_text(scratch, "with", log_text, option).result.exit) << option;
}

}  // namespace
}  // namespace lockstep

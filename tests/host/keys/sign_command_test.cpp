// `lockstep keygen`, `sign` and `generate --sign` as a user meets them, and what `run` makes of it.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

class sign_command : public ::testing::Test {
  protected:
    std::string path(std::string const& name) { return (scratch.path() / name).string(); }
    std::string keygen(std::string const& name) {
        command_result const made = run_lockstep("keygen --out '" + path(name) + "'");
        EXPECT_EQ(0, made.exit) << made.err;
        return made.out.substr(0, 64);
    }
    void sign(std::string const& log, std::string const& key, std::string const& out,
              std::string const& said) {
        command_result const done = run_lockstep("sign --log '" + path(log) + "' --key '" +
                                                 path(key) + "' --out '" + path(out) + "'");
        EXPECT_EQ(0, done.exit) << done.err;
        EXPECT_NE(std::string::npos, done.out.find(said)) << done.out;
    }
    std::string manifest_of(std::string const& log, std::string const& options) {
        command_result const done = run_lockstep("run --json --log '" + path(log) + "' --out '" +
                                                 path(log + ".run") + "' " + options);
        EXPECT_EQ(0, done.exit) << done.err;
        return done.out;
    }

    scratch_folder scratch;
};

bool says(std::string const& text, std::string const& what) {
    return text.find(what) != std::string::npos;
}

TEST_F(sign_command, signs_key_after_key_until_every_command_passes) {
    std::string const operators = keygen("op.pem"), mine = keygen("a.pem");
    write_file(path("bare.jsonl"),
               R"({"block": 10}
{"id": "1", "kind": "set_key", "flags": ["operator_key"], "public_key": ")" +
                   operators + R"("}
{"id": "2", "kind": "create_asset", "target": "445355"}
{"id": "3", "kind": "create_account"}
{"id": "4", "kind": "create_account"}
{"id": "5", "kind": "set_key", "account": 0, "public_key": ")" +
                   mine + R"("}
{"id": "6", "kind": "deposit", "account": 0, "amount": "10"}
{"block": 20}
{"id": "7", "kind": "transfer", "account": 0, "counterparty": 1, "amount": "4"}
{"id": "8", "kind": "transfer", "account": 1, "counterparty": 0, "amount": "4"}
)");
    sign("bare.jsonl", "op.pem", "half.jsonl", "6 of 8 commands signed");
    sign("half.jsonl", "a.pem", "whole.jsonl", "1 of 8 commands signed");
    sign("half.jsonl", "a.pem", "whole.log", "1 of 8 commands signed");
    std::string const half = manifest_of("half.jsonl", "--require-signatures");
    EXPECT_TRUE(says(half, "\"applied\": 6") && says(half, "\"signature_is_missing\": 2")) << half;
    std::string const whole = manifest_of("whole.jsonl", "--require-signatures");
    EXPECT_TRUE(says(whole, "\"applied\": 7") && says(whole, "\"signature_is_missing\": 1"))
        << whole;
    EXPECT_TRUE(says(whole, "\"signatures_required\": true"));
    EXPECT_EQ(whole, manifest_of("whole.log", "--require-signatures"));
    EXPECT_EQ(whole, manifest_of("whole.log", "")) << "the state requires them, not the run";

    std::string tampered = text_of_file(path("whole.jsonl"));
    tampered.replace(tampered.find("\"amount\": \"4\""), 13, "\"amount\": \"5\"");
    write_file(path("tampered.jsonl"), tampered);
    EXPECT_TRUE(says(manifest_of("tampered.jsonl", ""), "\"signature_is_not_valid\": 1"));
}

TEST_F(sign_command, ends_where_nonces_end) {
    std::string const operators = keygen("op.pem");
    write_file(path("bare.jsonl"),
               R"({"block": 10}
{"id": "1", "kind": "set_key", "flags": ["operator_key"], "public_key": ")" +
                   operators + R"("}
{"id": "2", "kind": "create_asset", "target": "445355"}
)");
    command_result const done =
        run_lockstep("sign --log '" + path("bare.jsonl") + "' --key '" + path("op.pem") +
                     "' --out '" + path("out.jsonl") + "' --nonce 18446744073709551615");
    EXPECT_EQ(3, done.exit);
    EXPECT_TRUE(says(done.err, "the nonces of a key end")) << done.err;
    EXPECT_FALSE(std::filesystem::exists(path("out.jsonl")));
}

TEST_F(sign_command, a_store_begun_without_signatures_does_not_start_to_require_them) {
    write_file(path("log.jsonl"), R"({"block": 10}
{"id": "2", "kind": "create_asset", "target": "445355"}
)");
    std::string const store = "--store '" + path("store") + "'";
    manifest_of("log.jsonl", store);
    command_result const again =
        run_lockstep("run --require-signatures --log '" + path("log.jsonl") + "' --out '" +
                     path("again") + "' " + store);
    EXPECT_EQ(3, again.exit);
    EXPECT_TRUE(says(again.err, "--require-signatures: the store was begun without")) << again.err;
}

TEST_F(sign_command, signs_a_log_that_goes_on_from_elsewhere) {
    std::string const operators = keygen("op.pem");
    std::string const opening =
        R"({"block": 10}
{"id": "1", "kind": "set_key", "flags": ["operator_key"], "public_key": ")" +
        operators + "\"}\n";
    std::string const more =
        "{\"block\": 20}\n{\"id\": \"2\", \"kind\": \"create_asset\", "
        "\"target\": \"445355\"}\n";
    write_file(path("opening.jsonl"), opening);
    write_file(path("more.jsonl"), more);
    sign("opening.jsonl", "op.pem", "signed.jsonl", "1 of 1 commands signed");
    std::string const manifest = manifest_of("signed.jsonl", "");
    std::string const name = "\"exchange\": \"";
    std::string const exchange = manifest.substr(manifest.find(name) + name.size(), 64);
    std::string const words = "sign --log '" + path("more.jsonl") + "' --key '" + path("op.pem") +
                              "' --out '" + path("tail.jsonl") + "'";
    EXPECT_EQ(2, run_lockstep(words + " --number 0").exit);
    EXPECT_EQ(2, run_lockstep(words + " --number 0 --operator").exit);
    EXPECT_EQ(2, run_lockstep(words + " --number 0 --operator --exchange 00").exit);
    command_result const done =
        run_lockstep(words + " --number 0 --operator --nonce 2 --exchange " + exchange);
    EXPECT_EQ(0, done.exit) << done.err;
    write_file(path("all.jsonl"),
               text_of_file(path("signed.jsonl")) + text_of_file(path("tail.jsonl")));
    EXPECT_TRUE(says(manifest_of("all.jsonl", ""), "\"applied\": 2"));
}

TEST_F(sign_command, says_that_a_log_does_not_know_the_key) {
    keygen("op.pem");
    write_file(path("bare.jsonl"),
               "{\"block\": 10}\n{\"id\": \"1\", \"kind\": \"create_asset\", "
               "\"target\": \"445355\"}\n");
    command_result const said =
        run_lockstep("sign --log '" + path("bare.jsonl") + "' --key '" + path("op.pem") +
                     "' --out '" + path("signed.jsonl") + "'");
    EXPECT_EQ(3, said.exit);
    EXPECT_TRUE(says(said.err, "bare.jsonl: binds no such key as ")) << said.err;
    EXPECT_FALSE(std::filesystem::exists(path("signed.jsonl")));
}

TEST_F(sign_command, writes_no_key_over_another) {
    keygen("op.pem");
    std::string const before = text_of_file(path("op.pem"));
    EXPECT_EQ(4, run_lockstep("keygen --out '" + path("op.pem") + "'").exit);
    EXPECT_EQ(before, text_of_file(path("op.pem")));
    EXPECT_EQ(3, run_lockstep("sign --log x --key '" + path("none.pem") + "' --out y").exit);
}

TEST_F(sign_command, generated_logs_pass_whole_and_give_one_root_everywhere) {
    command_result const made =
        run_lockstep("generate --transactions 300 --accounts 20 --block 100 --sign --out '" +
                     path("g.log") + "'");
    ASSERT_EQ(0, made.exit) << made.err;
    std::string const serial = manifest_of("g.log", "--require-signatures --executor serial");
    EXPECT_FALSE(says(serial, "signature_is") || says(serial, "nonce_") || says(serial, "key_"))
        << serial;
    for (char const* options :
         {"--executor deterministic --threads 2", "--executor optimistic --threads 3",
          "--executor sharded --shards 3", "--executor auto --threads 4"})
        EXPECT_EQ(serial, manifest_of("g.log", std::string("--require-signatures ") + options));
    std::string const unsigned_log = "generate --transactions 5 --accounts 2 --out '";
    ASSERT_EQ(0, run_lockstep(unsigned_log + path("u.log") + "'").exit);
    std::string const refused = manifest_of("u.log", "--require-signatures");
    EXPECT_FALSE(says(refused, "\"applied\"")) << refused;
    EXPECT_NE(refused, manifest_of("u.log", ""));
}

}  // namespace
}  // namespace lockstep

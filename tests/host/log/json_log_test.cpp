// The log in lines of JSON: they say whatever a binary log can hold, and what is wrong with a line
// is said with its number.
#include "host/log/json_log.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "host/log/names.h"
#include "tests/host/log/sample_blocks.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

std::string in_json(std::vector<block> const& blocks) {
    std::string text;
    for (block const& b : blocks) text += json_of(b);
    return text;
}

TEST(json_log, a_line_of_every_kind_gives_back_its_bytes) {
    scratch_folder scratch;
    std::vector<block> blocks{{.time = -5, .commands = {}}};
    for (int number = 1; number < 64; ++number) {
        auto const kind = static_cast<transaction_kind>(number);
        if (name_of(kind) == no_name) continue;
        blocks[0].commands.edit().push_back(full_command(kind));
        transaction_row empty{};
        empty.id = {1, 0};
        empty.kind = kind;
        blocks[0].commands.edit().push_back(empty);
    }
    ASSERT_EQ(2u * 36u, blocks[0].commands.size());
    write_file(scratch.path() / "kinds.jsonl", in_json(blocks));
    EXPECT_TRUE(same(blocks, read_log(scratch.path() / "kinds.jsonl")));
}

TEST(json_log, reads_the_lowest_and_the_largest_that_a_binary_log_can_say) {
    scratch_folder scratch;
    std::vector<block> blocks{{.time = 1, .commands = {}}};
    for (std::int64_t const extreme : {INT64_MIN, INT64_MAX}) {
        transaction_row t{};
        t.id = {UINT64_MAX, UINT64_MAX};
        t.kind = transaction_kind::place_order;
        t.amount = t.price = t.trigger = t.display = t.until = extreme;
        t.account = t.instrument = t.asset = t.user_data = UINT32_MAX;
        blocks[0].commands.edit().push_back(t);
    }
    write_file(scratch.path() / "extremes.jsonl", in_json(blocks));
    EXPECT_TRUE(same(blocks, read_log(scratch.path() / "extremes.jsonl")));
}

TEST(json_log, can_say_whatever_bytes_a_binary_log_holds) {
    scratch_folder scratch;
    std::mt19937_64 draw(20'260'205);
    std::vector<block> blocks{{.time = 1, .commands = big_vector<transaction_row>(2'000)}};
    for (transaction_row& t : blocks[0].commands.edit()) {
        std::uint64_t words[sizeof t / sizeof(std::uint64_t)];
        for (std::uint64_t& word : words) word = draw();
        std::memcpy(&t, words, sizeof t);
        if (draw() % 2 == 0) t.kind = static_cast<transaction_kind>(draw() % 64);
    }
    write_file(scratch.path() / "any.jsonl", in_json(blocks));
    EXPECT_TRUE(same(blocks, read_log(scratch.path() / "any.jsonl")));
}

TEST(json_log, a_whole_log_reads_as_its_binary_twin) {
    scratch_folder scratch;
    std::vector<block> const blocks = some_blocks();
    write_file(scratch.path() / "a.jsonl", in_json(blocks));
    EXPECT_TRUE(same(blocks, read_log(scratch.path() / "a.jsonl")));
}

TEST(json_log, gives_back_signatures_and_says_nothing_where_there_is_none) {
    scratch_folder scratch;
    std::string const text = in_json({signed_block()});
    EXPECT_NE(std::string::npos, text.find(R"("key": 4294967295, "nonce": 18446744073709551615)"));
    write_file(scratch.path() / "a.jsonl", text);
    EXPECT_TRUE(same({signed_block()}, read_log(scratch.path() / "a.jsonl")));
    EXPECT_EQ(std::string::npos, in_json(some_blocks()).find("signature"));
}

/// Or what is refused in one form would be taken in the other.
TEST(json_log, can_say_whatever_bytes_a_signature_holds) {
    scratch_folder scratch;
    std::mt19937_64 draw(20'260'206);
    block b{.time = 1, .commands = big_vector<transaction_row>(500)};
    for (transaction_row& t : b.commands.edit()) t = full_command(transaction_kind::transfer);
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        std::uint64_t words[sizeof(signature_row) / sizeof(std::uint64_t)];
        for (std::uint64_t& word : words) word = draw() % 3 == 0 ? 0 : draw();
        std::memcpy(&b.signatures.emplace_back(), words, sizeof words);
    }
    b.signatures[0] = {.signature = {}, .nonce = 0, .key = 0, .reserved_word = 1};
    std::string const text = in_json({b});
    EXPECT_NE(std::string::npos, text.find(R"("signature_reserved": 1})"));
    write_file(scratch.path() / "any.jsonl", text);
    EXPECT_TRUE(same({b}, read_log(scratch.path() / "any.jsonl")));
    EXPECT_EQ(std::string::npos, in_json({signed_block()}).find("signature_reserved"));
}

TEST(json_log, a_bad_line_is_named_with_its_number) {
    struct row {
        char const* line;
        char const* said;
    };
    static constexpr row rows[] = {
        {R"(no json at all)", "is not a line of JSON"},
        {R"({"id": "1", "kind": "deposit")", "is not a line of JSON"},
        {R"({"id": "1", "kind": "deposit"} and more)", "is not a line of JSON"},
        {R"([1, 2])", "is not a line of JSON: it is no object"},
        {R"({"id": "1", "kind": true})", "field 'kind': 'true' is not a string"},
        {R"({"id": "1", "kind": 65536})", "field 'kind': 65536 lies outside 0 .. 65535"},
        {R"({"id": "1", "kind": "deposit", "side": 256})", "lies outside 0 .. 255"},
        {R"({"id": "1", "kind": "deposit", "reserved": "00"})",
         "field 'reserved': '00' is not 36 lower-case hexadecimal digits"},
        {R"({"id": 1, "kind": "deposit"})", "field 'id': '1' is not a string"},
        {R"({"id": "1", "kind": "deposit", "flags": "linked"})",
         "field 'flags': '\"linked\"' is not a list"},
        {R"({"id": "1", "kind": "deposit", "flags": ["linked", null]})",
         "field 'flags': 'null' is not a string"},
        {R"({"id": "1", "kind": "deposit", "amuont": 5})", "'amuont'"},
        {R"({"id": "1", "kind": "gift"})", "field 'kind': 'gift' is unknown"},
        {R"({"id": "xyz", "kind": "deposit"})", "field 'id': 'xyz' is not 1 to 32"},
        {R"({"id": "ABCDEF", "kind": "deposit"})", "1 to 32 lower-case hexadecimal digits"},
        {R"({"id": "1", "kind": "deposit", "amount": "ten"})", "field 'amount'"},
        {R"({"id": "1", "kind": "deposit", "amount": "1.0000000001"})", "nine decimals"},
        {R"({"id": "1", "kind": "deposit", "amount": 9223372037})", "field 'amount'"},
        {R"({"id": "1", "kind": "deposit", "account": -1})", "lies outside 0 .. 4294967295"},
        {R"({"id": "1", "kind": "deposit", "account": 1.5})", "is not a whole number"},
        {R"({"id": "1", "kind": "deposit", "until": "soon"})", "is not a whole number"},
        {R"({"id": "1", "kind": "deposit", "flags": ["linkt"]})", "field 'flags': 'linkt'"},
        {R"({"id": "1", "kind": "deposit", "legs": 256})", "lies outside 0 .. 255"},
        {R"({"id": "1", "kind": "deposit", "nonce": -1})", "is not a whole number from 0"},
        {R"({"id": "1", "kind": "deposit", "key": 4294967296})", "lies outside 0 .. 4294967295"},
        {R"({"id": "1", "kind": "deposit", "signature_reserved": -1})",
         "field 'signature_reserved': -1 lies outside 0 .. 4294967295"},
        {R"({"id": "1", "kind": "deposit", "signature": "00"})",
         "is not 128 lower-case hexadecimal digits"},
        {R"({"id": "1", "kind": "set_key", "public_key": "0G"})",
         "is not 64 lower-case hexadecimal digits"},
        {R"({"id": "1", "kind": "deposit", "amount": 5, "public_key": "1111111111111111111111111111111111111111111111111111111111111111"})",
         "field 'amount' stands beside 'public_key'"},
        {R"({"id": "1", "account": 1})", "'kind' is missing"},
        {"{}", "'kind' is missing"},
        {R"({"id": "1", "kind": "deposit", "amount": 1, "amount": 2})", "'amount' stands twice"},
        {R"({"id": "1", "kind": "deposit", "id": "1"})", "'id' stands twice"},
        {R"({"id": "1", "kind": "transfer", "key": 1, "k\u0065y": 1})", "'key' stands twice"},
        {R"({"block": 20, "block": 20})", "'block' stands twice"},
        {R"({"block": 5})", "earlier than the one before it"},
        {R"({"block": 30, "kind": "deposit"})", "beside 'block'"},
    };
    auto const path = scratch_file("bad.jsonl");
    for (row const& r : rows) {
        write_file(path, std::string("{\"block\": 20}\n\n") + r.line + "\n");
        std::string const said = refusal_of(path);
        EXPECT_NE(std::string::npos, said.find("bad.jsonl:3")) << r.line << "\n" << said;
        EXPECT_NE(std::string::npos, said.find(r.said)) << r.line << "\n" << said;
    }
    write_file(path, "{\"id\": \"1\", \"kind\": \"deposit\"}\n");
    EXPECT_NE(std::string::npos, refusal_of(path).find("before the first block"));
}

}  // namespace
}  // namespace lockstep

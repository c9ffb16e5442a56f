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

TEST(json_log, words_of_a_kind_stand_for_its_fields) {
    struct row {
        char const *words, *fields;
    };
    static constexpr row rows[] = {
        {R"({"name": "USD", "kind": "create_asset"})", R"("target": "445355")"},
        {R"({"kind": "create_account", "owner": 7, "instrument": 1, "leverage": 5, "flags": ["isolated"]})",
         R"("counterparty": 7, "instrument": 1, "aux0": 5, "flags": ["isolated"])"},
        {R"({"initial_ppm": "50000", "maintenance_ppm": 25000, "taker_ppm": 500, "kind": "create_instrument", "contract": ["american", "put", "option"], "underlying": 3, "strike": "100.5", "expiry": 10, "tick": "0.01", "lot": 2, "band_ppm": 9})",
         R"("aux0": 16384500, "aux1": 32768000, "contract": 20, "counterparty": 3, "trigger": "100.5", "until": 10, "price": "0.01", "amount": 2, "user_data": 9)"},
        {R"({"kind": "create_instrument", "contract": ["perpetual", "inverse"], "maker_ppm": 65535})",
         R"("contract": 10, "aux1": 65535)"},
        {R"({"kind": "create_instrument", "contract": "future"})", R"("contract": 1)"},
        {R"({"kind": "funding", "rate": "-0.0002"})", R"("amount": "-0.0002")"},
        {R"({"kind": "interest", "rate": "0.05"})", R"("amount": "0.05")"},
        {R"({"kind": "expiry", "delivery_price": 9, "exercised_from": "0.01"})",
         R"("price": 9, "amount": "0.01")"},
        {R"({"kind": "fee_change", "maker_ppm": 70000, "taker_ppm": 80000})",
         R"("aux0": 70000, "aux1": 80000)"},
        {R"({"kind": "set_tier", "above": 1000, "initial_ppm": 50001, "maintenance_ppm": 1})",
         R"("amount": 1000, "aux0": 50001, "aux1": 1)"},
        {R"({"kind": "assign", "settlement_price": 3})", R"("price": 3)"},
        {R"({"kind": "advise_exercise", "advice": "do_not_exercise"})", R"("aux0": 2)"},
    };
    scratch_folder scratch;
    auto const read = [&](std::string const& line) {
        write_file(scratch.path() / "a.jsonl", "{\"block\": 1}\n" + line + "\n");
        return read_log(scratch.path() / "a.jsonl");
    };
    for (row const& r : rows) {
        std::vector<block> const said = read(r.words);
        std::string const kind(name_of(said.at(0).commands[0].kind));
        std::string const plain = R"({"kind": ")" + kind + R"(", )" + r.fields + "}";
        EXPECT_TRUE(same(said, read(plain))) << r.words;
        std::string const written = json_of(said[0].commands[0]);
        for (char const* field :
             {"target", "trigger", "aux", "counterparty", "user_data", "price\": 3"})
            EXPECT_EQ(std::string::npos, written.find(std::string("\"") + field)) << written;
    }
}

// Neither a name that would have to be spelled out, nor what no word says.
TEST(json_log, what_no_word_says_is_written_as_it_is) {
    transaction_row t{};
    t.kind = transaction_kind::create_asset;
    t.target = {.low = 0x22, .high = 0};  // a quotation mark
    EXPECT_EQ(R"({"id": "0", "kind": "create_asset", "target": "22"})", json_of(t));
    t.kind = transaction_kind::create_instrument;
    t.target = {};
    t.contract = 3;
    EXPECT_EQ(R"({"id": "0", "kind": "create_instrument", "contract": 3})", json_of(t));
    t.contract = 32;
    EXPECT_EQ(R"({"id": "0", "kind": "create_instrument", "contract": 32})", json_of(t));
    t.kind = transaction_kind::advise_exercise;
    t.contract = 0;
    t.aux[0] = 256;
    EXPECT_EQ(R"({"id": "0", "kind": "advise_exercise", "aux0": 256})", json_of(t));
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
        {R"({"block": 30, "tick": 1})", "beside 'block'"},
        {R"({"tick": 1, "kind": "deposit"})",
         "field 'tick' goes with 'create_instrument', not with 'deposit'"},
        {R"({"kind": "create_instrument", "tick": 1, "price": 1})",
         "field 'price' stands beside 'tick', which takes its place"},
        {R"({"kind": "create_instrument", "aux0": 1, "initial_ppm": 100})",
         "field 'aux0' stands beside 'initial_ppm'"},
        {R"({"kind": "create_instrument", "tick": "1,5"})", "field 'tick'"},
        {R"({"kind": "create_instrument", "initial_ppm": 150})",
         "field 'initial_ppm': 150 is no multiple of 100"},
        {R"({"kind": "create_instrument", "maintenance_ppm": 6553600})",
         "field 'maintenance_ppm': 6553600 lies outside 0 .. 6553500"},
        {R"({"kind": "create_instrument", "taker_ppm": 65536})",
         "field 'taker_ppm': 65536 lies outside 0 .. 65535"},
        {R"({"kind": "create_instrument", "contract": ["swap"]})", "field 'contract': 'swap'"},
        {R"({"kind": "create_instrument", "contract": "perp"})", "field 'contract': 'perp'"},
        {R"({"kind": "create_instrument", "contract": ["inverse"]})",
         "field 'contract': one of 'option', 'future' and 'perpetual' is to be named"},
        {R"({"kind": "create_instrument", "contract": ["future", "perpetual"]})",
         "field 'contract': one of"},
        {R"({"kind": "create_instrument", "contract": 256})", "256 lies outside 0 .. 255"},
        {R"({"kind": "create_asset", "name": "ASSET OF"})",
         "field 'name': 'ASSET OF' is not 1 to 8 characters"},
        {R"({"kind": "create_asset", "name": ""})", "field 'name': '' is not 1 to 8"},
        {R"({"kind": "create_asset", "name": "NINECHARS"})", "is not 1 to 8 characters"},
        {R"({"kind": "create_asset", "name": null})", "field 'name': 'null' is not a string"},
        {R"({"kind": "create_asset", "name": ["USD"]})", "field 'name': '[' is not a string"},
        {R"({"kind": "advise_exercise", "advice": 2})", "field 'advice': '2' is not a string"},
        {R"({"kind": "advise_exercise", "advice": "maybe"})", "field 'advice': 'maybe'"},
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

// The log in both forms: what was written is what is read, and a log that was damaged is refused
// with its name and the place. No bit of a binary log may change unnoticed.
#include "host/log/binary_log.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "host/base/error.h"
#include "host/log/format.h"
#include "host/log/json_log.h"
#include "host/log/names.h"
#include "tests/host/run_binary.h"
#include "tests/workload/generated.h"

namespace lockstep {
namespace {

std::vector<block> some_blocks() { return workload::blocks_of(workload::crowded(5, 6)); }

/// Signatures of no key, each byte different from its neighbour; the second command has none.
block signed_block(std::int64_t time = 5) {
    block b{.time = time, .commands = big_vector<transaction_row>(3)};
    for (std::size_t i = 0; i < b.commands.size(); ++i) {
        b.commands.edit()[i].id = {i + 1, 0};
        b.commands.edit()[i].kind = transaction_kind::transfer;
        b.signatures.push_back({});
        if (i == 1) continue;
        for (std::size_t k = 0; k < 64; ++k)
            b.signatures[i].signature[k] = static_cast<std::uint8_t>(7 * k + i);
        b.signatures[i].nonce = UINT64_MAX - i;
        b.signatures[i].key = UINT32_MAX - static_cast<std::uint32_t>(i);
    }
    return b;
}

void write_log(std::filesystem::path const& path, std::vector<block> const& blocks) {
    binary_log_writer log(path);
    for (block const& b : blocks) log.write(b);
    log.commit();
}

std::vector<block> read_log(std::filesystem::path const& path) {
    std::vector<block> blocks;
    auto const log = open_log(path.string());
    for (block b; log->next(b);) blocks.push_back(b);
    return blocks;
}

bool same(std::vector<block> const& a, std::vector<block> const& b) {
    auto const equal = [](block const& x, block const& y) {
        return x.time == y.time && x.commands.size() == y.commands.size() &&
               (x.commands.empty() ||
                std::memcmp(x.commands.data(), y.commands.data(),
                            x.commands.size() * sizeof(transaction_row)) == 0) &&
               x.signatures.size() == y.signatures.size() &&
               (x.signatures.empty() ||
                std::memcmp(x.signatures.data(), y.signatures.data(),
                            x.signatures.size() * sizeof(signature_row)) == 0);
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), equal);
}

/// What the refusal says; empty when the log was taken.
std::string refusal_of(std::filesystem::path const& path) {
    try {
        read_log(path);
    } catch (input_error const& error) {
        return error.what();
    }
    return "";
}

std::string in_json(std::vector<block> const& blocks) {
    std::string text;
    for (block const& b : blocks) text += json_of(b);
    return text;
}

/// A command with every field set that a reader knows, to values that differ from field to field.
transaction_row full_command(transaction_kind kind) {
    transaction_row t{};
    t.id = {0xfedcba9876543210u, 0x0123456789abcdefu};
    t.target = {1, 0xffffffffffffffffu};
    t.amount = 9'223'372'036'854'775'807;
    t.price = -1;
    t.trigger = 1'500'000'000;
    t.display = 20;
    t.until = -9'223'372'036'854'775'807;
    t.account = 4'294'967'295;
    t.counterparty = 2;
    t.instrument = 3;
    t.asset = 4;
    t.user_data = 5;
    t.aux[0] = 4'294'967'295;
    t.aux[1] = 7;
    t.kind = kind;
    t.flags = 0xff;
    t.side = order_side::sell;
    t.type = order_type::trailing_stop;
    t.force = time_in_force::good_til_date;
    t.prevention = self_trade::decrement;
    t.leg_count = 255;
    t.contract = 254;
    return t;
}

TEST(binary_log, gives_back_what_was_written) {
    scratch_folder scratch;
    std::vector<block> blocks = some_blocks();
    blocks.push_back({.time = blocks.back().time, .commands = {}});
    blocks.push_back(signed_block(blocks.back().time));
    write_log(scratch.path() / "a.log", blocks);
    EXPECT_TRUE(same(blocks, read_log(scratch.path() / "a.log")));
    write_log(scratch.path() / "none.log", {});
    EXPECT_TRUE(read_log(scratch.path() / "none.log").empty());
}

/// The same for bytes in memory, which no file has to carry.
std::string refusal_of_bytes(std::string bytes) {
    try {
        binary_log_reader log("some.log", bytes_of(std::move(bytes)));
        for (block b; log.next(b);) {
        }
    } catch (input_error const& error) {
        return error.what();
    }
    return "";
}

TEST(binary_log, notices_every_flipped_bit) {
    scratch_folder scratch;
    auto const path = scratch.path() / "a.log";
    write_log(path, {{.time = 20, .commands = {full_command(transaction_kind::place_order)}},
                     {.time = 30, .commands = {}},
                     signed_block(30)});
    std::string const text = text_of_file(path);
    ASSERT_EQ(64u + 64u + 128u + 64u + 64u + 3 * (128u + 80u), text.size());
    for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
        std::string damaged = text;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        EXPECT_TRUE(refusal_of_bytes(damaged).starts_with("some.log: "))
            << "byte " << bit / 8 << ", bit " << bit % 8;
    }
    write_file(path, "X" + text.substr(1));  // no magic: then it must be text, and is not
    EXPECT_NE(std::string::npos, refusal_of(path).find("a.log:1: is not a line of JSON"));
}

TEST(binary_log, notices_where_it_was_cut) {
    scratch_folder scratch;
    auto const path = scratch.path() / "a.log";
    write_log(path, {signed_block()});
    std::string const text = text_of_file(path);
    for (std::size_t length = 1; length < text.size(); ++length) {
        std::string const said = refusal_of_bytes(text.substr(0, length));
        if (length == 64)
            EXPECT_EQ("", said);  // a log without blocks
        else
            EXPECT_TRUE(said.starts_with("some.log: ") && said.find("byte") != std::string::npos)
                << length << ": " << said;
    }
    EXPECT_EQ("some.log: is empty", refusal_of_bytes(""));
}

TEST(binary_log, names_the_file_when_its_compression_breaks) {
    scratch_folder scratch;
    auto const path = scratch.path() / "a.log.gz";
    write_log(scratch.path() / "a.log", some_blocks());
    std::string const text = text_of_file(scratch.path() / "a.log");
    gzFile const file = gzopen(path.c_str(), "wb");
    ASSERT_EQ(static_cast<int>(text.size()), gzwrite(file, text.data(), text.size()));
    ASSERT_EQ(Z_OK, gzclose(file));
    EXPECT_TRUE(same(some_blocks(), read_log(path)));
    std::string const packed = text_of_file(path);
    write_file(path, packed.substr(0, packed.size() - packed.size() / 3));
    EXPECT_NE(std::string::npos, refusal_of(path).find("a.log.gz: breaks after byte"));
}

TEST(binary_log, bounds_a_block_and_keeps_time_going_forward) {
    scratch_folder scratch;
    auto const path = scratch.path() / "odd.log";
    write_log(path, {{.time = 20, .commands = {}}});
    std::string text = text_of_file(path);
    std::uint64_t const many = block_commands_max + 1;
    std::memcpy(text.data() + 64 + 16, &many, sizeof many);
    write_file(path, text);
    EXPECT_NE(std::string::npos, refusal_of(path).find("block 1 at byte 64: claims 1048577"));
    write_log(path, {{.time = 20, .commands = {}}, {.time = 19, .commands = {}}});
    EXPECT_NE(std::string::npos,
              refusal_of(path).find("block 2 at byte 128: is earlier than the one before it"));
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

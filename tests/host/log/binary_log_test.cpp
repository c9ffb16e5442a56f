// The log in binary: what was written is what is read, and a log that was damaged is refused with
// its name and the place. No bit of it may change unnoticed.
#include "host/log/binary_log.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>

#include "host/base/error.h"
#include "host/log/format.h"
#include "tests/host/log/sample_blocks.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

void write_log(std::filesystem::path const& path, std::vector<block> const& blocks) {
    binary_log_writer log(path);
    for (block const& b : blocks) log.write(b);
    log.commit();
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

}  // namespace
}  // namespace lockstep

#include "host/io/line_reader.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/host/scratch.h"

namespace lockstep {
namespace {

/// Hands out a few bytes at a time, as a pipe may.
class trickle final : public byte_source {
  public:
    trickle(std::string text, std::size_t step) : text_(std::move(text)), step_(step) {}
    std::size_t read(std::span<char> into) override {
        auto const count = std::min({step_, into.size(), text_.size() - at_});
        std::copy_n(text_.data() + at_, count, into.data());
        at_ += count;
        return count;
    }

  private:
    std::string text_;
    std::size_t step_, at_ = 0;
};

std::string gzip(std::string const& text) {
    std::string out(compressBound(text.size()) + 64, '\0');
    z_stream stream{};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string file_with(std::string const& bytes) {
    static scratch_folder const folder;
    auto const* test = testing::UnitTest::GetInstance()->current_test_info();
    auto const path = folder.path() / test->name();
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
}

using lines = std::vector<std::pair<std::uint64_t, std::string>>;
lines all(line_reader& reader) {
    lines out;
    for (text_line line; reader.next(line);) out.emplace_back(line.number, line.text);
    return out;
}

std::string message_of(auto&& call) {
    try {
        call();
    } catch (input_error const& error) {
        return error.what();
    }
    return "nothing was thrown";
}

TEST(line_reader, ends_of_lines_and_marks) {
    struct row {
        std::string text;
        lines expected;
    };
    for (auto const& [text, expected] : std::vector<row>{
             {"", {}},
             {"a", {{1, "a"}}},
             {"a\n", {{1, "a"}}},
             {"a\r\nb\r\n", {{1, "a"}, {2, "b"}}},
             {"\n\nc", {{1, ""}, {2, ""}, {3, "c"}}},
             {"\xEF\xBB\xBFx\ny", {{1, "x"}, {2, "y"}}},
             {"\xEF\xBB\xBF", {}},
             {"a\rb\n", {{1, "a\rb"}}},
         }) {
        for (std::size_t step : {1, 2, 3, 100}) {
            line_reader reader("t", std::make_unique<trickle>(text, step));
            EXPECT_EQ(all(reader), expected) << text << " in steps of " << step;
        }
    }
}

TEST(line_reader, numbers_go_on_over_blocks) {
    std::string text;
    for (int i = 1; i <= 5000; ++i) text += "line " + std::to_string(i) + "\n";
    block_reader blocks("t", std::make_unique<trickle>(text, 100), 1000);
    std::uint64_t expected = 1;
    std::size_t count = 0;
    for (text_block block; blocks.next(block); ++count) {
        EXPECT_EQ(block.first_line, expected);
        line_cursor cursor("t", block);
        for (text_line line; cursor.next(line); ++expected)
            ASSERT_EQ(line.text, "line " + std::to_string(line.number));
    }
    EXPECT_EQ(expected, 5001U);
    EXPECT_GT(count, 20U);
}

TEST(line_reader, gzip_is_known_by_its_content_also_in_several_members) {
    auto const path = file_with(gzip("a\nb\n") + gzip("c\n"));
    line_reader reader(path);
    EXPECT_EQ(all(reader), (lines{{1, "a"}, {2, "b"}, {3, "c"}}));
}

TEST(line_reader, truncated_gzip_gives_its_whole_lines_then_says_so) {
    std::string text;
    for (int i = 0; i < 100000; ++i) text += std::to_string(i * 7919 % 100003) + "\n";
    auto packed = gzip(text);
    packed.resize(packed.size() / 2);
    auto const path = file_with(packed);
    line_reader reader(path);
    std::uint64_t count = 0;
    auto const message = message_of([&] {
        for (text_line line; reader.next(line); ++count)
            ASSERT_EQ(line.text, std::to_string(count * 7919 % 100003));
    });
    EXPECT_GT(count, 10000U);
    EXPECT_EQ(message, path + ": the gzip stream ends in the middle; " + std::to_string(count) +
                           " lines were read before that");
}

TEST(line_reader, damaged_gzip_is_named) {
    auto packed = gzip(std::string(100000, 'x') + "\n");
    packed[20] = static_cast<char>(packed[20] ^ 0x55);
    auto const path = file_with(packed);
    line_reader reader(path);
    text_line line;
    auto const message = message_of([&] {
        while (reader.next(line)) {
        }
    });
    EXPECT_TRUE(message.starts_with(path + ": the gzip stream is damaged: ")) << message;
}

TEST(line_reader, a_line_without_an_end_is_refused_in_bounded_memory) {
    for (std::size_t block_bytes : {std::size_t{1000}, block_reader::usual_block * 8}) {
        block_reader blocks("t", bytes_of("a\n" + std::string(longest_line + 2, 'x') + "\nb\n"),
                            block_bytes);
        auto const message = message_of([&] {
            for (text_block block; blocks.next(block);) {
                line_cursor cursor("t", block);
                for (text_line line; cursor.next(line);) EXPECT_EQ(line.text, "a");
            }
        });
        EXPECT_EQ(message, "t:2: the line is longer than 1 MiB");
    }
    line_reader just_right("t", bytes_of(std::string(longest_line, 'x') + "\nb\n"));
    EXPECT_EQ(all(just_right).size(), 2U);
}

TEST(line_reader, what_cannot_be_opened) {
    EXPECT_EQ(message_of([] { line_reader reader("/nonexistent/x.csv"); }),
              "/nonexistent/x.csv: cannot be opened: No such file or directory");
    EXPECT_EQ(message_of([] { line_reader reader("/tmp"); }),
              "/tmp: is a folder, a file was expected");
}

TEST(text_fault, nul_and_bad_utf8) {
    EXPECT_EQ(text_fault("plain"), nullptr);
    EXPECT_EQ(text_fault("na\xC3\xAFve"), nullptr);
    EXPECT_STREQ(text_fault(std::string_view("a\0b", 3)), "holds a NUL byte");
    EXPECT_STREQ(text_fault("\xFF"), "is not UTF-8 text");
    EXPECT_STREQ(text_fault("\xC3"), "is not UTF-8 text");
    EXPECT_STREQ(text_fault("\xED\xA0\x80"), "is not UTF-8 text");  // a surrogate
}

}  // namespace
}  // namespace lockstep

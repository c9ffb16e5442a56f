// Lines as they arrive: whole, numbered, whatever pieces they come in; a long one is shown cut.
#include "host/ingest/arriving_lines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace lockstep {
namespace {

/// Gives so many bytes at a time, and breaks at the end when it is to.
class drops final : public byte_source {
  public:
    drops(std::string text, std::size_t at_once, bool breaks = false)
        : text_(std::move(text)), at_once_(at_once), breaks_(breaks) {}
    std::size_t read(std::span<char> into) override {
        std::size_t const count = std::min({at_once_, into.size(), text_.size() - at_});
        std::copy_n(text_.data() + at_, count, into.data());
        at_ += count;
        if (count == 0 && breaks_) throw damaged_source("broke");
        return count;
    }

  private:
    std::string text_;
    std::size_t at_once_, at_ = 0;
    bool breaks_;
};

std::map<std::uint64_t, std::string> lines_of(std::unique_ptr<byte_source> source,
                                              std::shared_ptr<input_end> end = nullptr) {
    arriving_lines lines(std::move(source), std::move(end));
    std::map<std::uint64_t, std::string> seen;
    auto const see = [&](text_line const& line) { seen[line.number] = line.text; };
    try {
        while (lines.next(see)) {
        }
    } catch (damaged_source const&) {
        seen[0] = "broke";
    }
    return seen;
}

using seen = std::map<std::uint64_t, std::string>;

TEST(arriving_lines, are_whole_whatever_the_pieces) {
    std::string const text =
        "\xEF\xBB\xBF"
        "one\r\n\ntwo\nlast";
    for (std::size_t at_once : {1, 2, 3, 5, 100})
        EXPECT_EQ(lines_of(std::make_unique<drops>(text, at_once)),
                  (seen{{1, "one"}, {2, ""}, {3, "two"}, {4, "last"}}))
            << at_once;
    EXPECT_EQ(lines_of(std::make_unique<drops>("", 1)), seen{});
}

TEST(arriving_lines, go_on_after_one_that_is_too_long) {
    std::string const most(longest_line, 'a');
    auto const all =
        lines_of(std::make_unique<drops>("x\n" + most + "aaaa\n" + most + "\r\ny\n", 60'000));
    ASSERT_EQ(all.size(), 4u);
    EXPECT_EQ(all.at(1), "x");
    EXPECT_GT(all.at(2).size(), longest_line);
    EXPECT_EQ(all.at(3), most);
    EXPECT_EQ(all.at(4), "y");
}

TEST(arriving_lines, show_no_half_line_before_a_break) {
    EXPECT_EQ(lines_of(std::make_unique<drops>("one\ntw", 4, true)),
              (seen{{0, "broke"}, {1, "one"}}));
}

TEST(arriving_lines, show_no_half_line_where_the_input_was_cut_short) {
    auto const end = std::make_shared<input_end>();
    EXPECT_EQ(lines_of(std::make_unique<drops>("one\ntw", 4), end), (seen{{1, "one"}, {2, "tw"}}));
    end->come();
    EXPECT_EQ(lines_of(std::make_unique<drops>("one\ntw", 4), end), (seen{{1, "one"}}));
}

}  // namespace
}  // namespace lockstep

// Lines of text in a stream of bytes, with their numbers, in bounded memory. Two steps: blocks of
// whole lines come from the source one after the other, and the lines of a block may then be taken
// by any thread, because a block knows the number of its first line.
//
// A line ends with \n or \r\n; a byte order mark at the start is skipped. A line longer than
// longest_line ends the reading with an input_error, for such a file is not a table. A source that
// breaks in the middle first delivers every whole line before the break, then throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "host/io/byte_source.h"

namespace lockstep {

inline constexpr std::size_t longest_line = 1 << 20;

struct text_line {
    std::string_view text;     // without its end; valid until the block is changed
    std::uint64_t number = 0;  // 1-based
};

/// Whole lines. Their text is not checked: see text_fault.
struct text_block {
    std::string text;
    std::uint64_t first_line = 1;
};

/// Takes blocks from a source.
class block_reader {
  public:
    static constexpr std::size_t usual_block = 1 << 20;

    /// `name` is how messages call the source. Blocks have about `block_bytes`.
    block_reader(std::string name, std::unique_ptr<byte_source> source,
                 std::size_t block_bytes = usual_block);
    /// Opens the file, or standard input for "-".
    explicit block_reader(std::string const& path, std::size_t block_bytes = usual_block);

    /// Puts the next lines into `block`, reusing its memory; false at the end.
    bool next(text_block& block);
    std::string const& name() const { return name_; }

  private:
    void fill(text_block& block);
    void skip_byte_order_mark(text_block& block) const;
    [[noreturn]] void report_damage() const;

    std::string name_;
    std::unique_ptr<byte_source> source_;
    std::size_t block_bytes_;
    std::string rest_;  // what stood after the last line end of the block before
    std::string damage_;
    std::uint64_t next_line_ = 1;
    bool ended_ = false;
};

/// Walks the lines of one block.
class line_cursor {
  public:
    line_cursor(std::string_view name, text_block const& block)
        : name_(name), rest_(block.text), number_(block.first_line) {}
    bool next(text_line& line);

  private:
    std::string_view name_;
    std::string_view rest_;
    std::uint64_t number_;
};

/// Both steps for who needs only one line after the other.
class line_reader {
  public:
    explicit line_reader(std::string const& path) : blocks_(path) {}
    line_reader(std::string name, std::unique_ptr<byte_source> source)
        : blocks_(std::move(name), std::move(source)) {}
    line_reader(line_reader const&) = delete;
    line_reader& operator=(line_reader const&) = delete;

    /// The text is valid until the next call.
    bool next(text_line& line);
    std::string const& name() const { return blocks_.name(); }

  private:
    block_reader blocks_;
    text_block block_;
    line_cursor cursor_{"", block_};
};

/// Why a line cannot be a record whatever its columns are; nullptr when it can.
char const* text_fault(std::string_view text);

}  // namespace lockstep

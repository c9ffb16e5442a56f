// One record of a positional SPAN file: its columns, counted from 1 as the layout counts them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/base/error.h"

namespace lockstep {

class span_record {
  public:
    span_record(std::string const& file, std::uint64_t line, std::string_view text)
        : file_(file), line_(line), text_(text) {}

    std::uint64_t line() const { return line_; }
    std::string_view kind() const { return trimmed(columns(1, 2)); }

    std::string text(std::size_t first, std::size_t last) const {
        return std::string(trimmed(columns(first, last)));
    }
    char letter(std::size_t column) const {
        std::string_view const one = columns(column, column);
        return one.empty() ? ' ' : one[0];
    }
    /// Whether the line goes so far. Only blanks may be cut off from its end, so no number is.
    bool reaches(std::size_t column) const { return text_.size() >= column; }
    /// Digits alone; blank is zero.
    std::int64_t number(char const* field, std::size_t first, std::size_t last) const {
        std::int64_t value = 0;
        std::string_view const digits = trimmed(columns(first, last));
        if (!digits.empty() && !reaches(last)) fail(field, first, last, "is cut off");
        for (char const c : digits) {
            if (c < '0' || c > '9')
                fail(field, first, last, "is not a number: '" + std::string(digits) + "'");
            value = value * 10 + (c - '0');
        }
        return value;
    }
    /// With its sign in a column of its own.
    std::int64_t signed_number(char const* field, std::size_t first, std::size_t last,
                               std::size_t sign) const {
        std::int64_t const size = number(field, first, last);
        char const c = letter(sign);
        if (c != '-' && c != '+' && c != ' ')
            fail(field, sign, sign, std::string("is no sign: '") + c + "'");
        return c == '-' ? -size : size;
    }
    /// With so many digits after the point.
    double decimal(char const* field, std::size_t first, std::size_t last, int places) const {
        double scale = 1;
        for (int i = 0; i < places; ++i) scale *= 10;
        return static_cast<double>(number(field, first, last)) / scale;
    }

    [[noreturn]] void fail(char const* field, std::size_t first, std::size_t last,
                           std::string const& why) const {
        throw input_error(file_, line_,
                          "record " + std::string(kind()) + ", " + field + " (columns " +
                              std::to_string(first) + "-" + std::to_string(last) + ") " + why);
    }

  private:
    /// What is there of them: trailing blanks may be cut off.
    std::string_view columns(std::size_t first, std::size_t last) const {
        return first > text_.size() ? std::string_view()
                                    : text_.substr(first - 1, last - first + 1);
    }
    static std::string_view trimmed(std::string_view text) {
        while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
        while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
        return text;
    }

    std::string const& file_;
    std::uint64_t line_;
    std::string_view text_;
};

}  // namespace lockstep

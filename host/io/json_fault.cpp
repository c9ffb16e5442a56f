#include "host/io/json_fault.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <string>

namespace lockstep {

namespace {

constexpr int json_depth_max = 1024;  // the parser's own
constexpr std::string_view json_blanks = " \t\r\n";

bool is_json_digit(char c) { return c >= '0' && c <= '9'; }

/// Walks over one document by the grammar of RFC 8259, and stands at the fault when there is one.
class json_walk {
  public:
    explicit json_walk(std::string_view text) : text_(text) {}

    bool document() {
        if (!value(0)) return false;
        skip_blanks();
        return at_ == text_.size();
    }
    std::size_t at() const { return at_; }

  private:
    char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_blanks() { at_ = std::min(text_.find_first_not_of(json_blanks, at_), text_.size()); }
    bool take(char c) {
        if (next() != c || at_ == text_.size()) return false;
        ++at_;
        return true;
    }
    bool word(std::string_view expected) {
        if (!text_.substr(at_).starts_with(expected)) return false;
        at_ += expected.size();
        return true;
    }

    bool value(int depth) {
        skip_blanks();
        switch (next()) {
            case '{': return depth < json_depth_max && items('}', depth);
            case '[': return depth < json_depth_max && items(']', depth);
            case '"': return string();
            case 't': return word("true");
            case 'f': return word("false");
            case 'n': return word("null");
            default: return number();
        }
    }

    /// Members of an object or values of a list, to the end of it.
    bool items(char end, int depth) {
        ++at_;
        skip_blanks();
        if (take(end)) return true;
        while (true) {
            if (end == '}' && !name()) return false;
            if (!value(depth + 1)) return false;
            skip_blanks();
            if (take(end)) return true;
            if (!take(',')) return false;
        }
    }
    bool name() {
        skip_blanks();
        if (next() != '"' || !string()) return false;
        skip_blanks();
        return take(':');
    }

    bool string() {
        for (++at_; at_ < text_.size(); ++at_) {
            char const c = text_[at_];
            if (c == '"') return ++at_, true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c == '\\' && !escape()) return false;
        }
        return false;
    }
    /// Ends on its last character.
    bool escape() {
        ++at_;
        constexpr std::string_view plain = "\"\\/bfnrt";
        if (next() != 'u') return at_ < text_.size() && plain.find(next()) != plain.npos;
        std::uint32_t first = 0, second = 0;
        if (!unit(first)) return false;
        bool const high = first >= 0xD800 && first < 0xDC00;
        if (!high) return first < 0xDC00 || first >= 0xE000;
        return text_.substr(at_ + 1).starts_with("\\u") && (at_ += 2, unit(second)) &&
               second >= 0xDC00 && second < 0xE000;
    }

    /// Four digits behind the 'u' of an escape.
    bool unit(std::uint32_t& code) {
        std::string_view const digits = text_.substr(at_ + 1, 4);
        auto const [end, fault] = std::from_chars(digits.begin(), digits.end(), code, 16);
        if (digits.size() < 4 || fault != std::errc() || end != digits.end()) return false;
        at_ += 4;
        return true;
    }

    bool digits() {
        std::size_t const first = at_;
        while (is_json_digit(next())) ++at_;
        return at_ > first;
    }
    /// Stays at its first character where it is none, or none that the parser takes.
    bool number() {
        std::size_t const first = at_;
        (void)take('-');
        bool whole = true;
        bool good = take('0') || digits();
        if (good && take('.')) whole = false, good = digits();
        if (good && (take('e') || take('E'))) {
            whole = false;
            if (!take('-')) (void)take('+');
            good = digits();
        }
        if (good && !is_json_digit(next()) && fits(text_.substr(first, at_ - first), whole))
            return true;
        at_ = first;
        return false;
    }
    static bool fits(std::string_view number, bool whole) {
        if (!whole) return std::isfinite(std::strtod(std::string(number).c_str(), nullptr));
        std::int64_t below = 0;
        std::uint64_t above = 0;
        auto const reads = [number](auto& into) {
            return std::from_chars(number.data(), number.data() + number.size(), into).ec ==
                   std::errc();
        };
        return number.front() == '-' ? reads(below) : reads(above);
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::uint64_t json_line_at(std::string_view text, std::size_t at) {
    std::size_t const last = text.find_last_not_of(json_blanks);
    at = std::min(at, last == text.npos ? 0 : last);
    std::string_view const before = text.substr(0, at);
    return 1 + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n'));
}

/// The parser looks at the whole text before it reads any of it.
std::optional<std::uint64_t> line_without_utf8(std::string_view text) {
    if (simdjson::validate_utf8(text.data(), text.size())) return std::nullopt;
    std::uint64_t line = 1;
    for (std::size_t begin = 0; begin < text.size(); ++line) {
        std::size_t const end = std::min(text.find('\n', begin), text.size());
        if (!simdjson::validate_utf8(text.data() + begin, end - begin)) return line;
        begin = end + 1;
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> line_of_json_fault(std::string_view text) {
    if (auto const line = line_without_utf8(text)) return line;
    json_walk walk(text);
    if (walk.document()) return std::nullopt;
    return json_line_at(text, walk.at());
}

}  // namespace lockstep

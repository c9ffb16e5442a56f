#include "host/io/number.h"

#include <fast_float/fast_float.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace lockstep {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Digits gathered into one integer, with the place of the point.
struct decimal {
    std::uint64_t digits = 0;
    int exponent = 0;  // value = digits * 10^exponent
    int count = 0;     // digits seen, leading zeros included
    bool too_large = false;
    bool inexact = false;  // digits that did not fit were not all zero

    void take(char c, bool after_point) {
        ++count;
        auto const digit = static_cast<std::uint64_t>(c - '0');
        if (digits <= (std::numeric_limits<std::uint64_t>::max() - digit) / 10) {
            digits = digits * 10 + digit;
            if (after_point) --exponent;
        } else if (after_point) {
            inexact |= digit != 0;
        } else {
            too_large = true;
        }
    }
};

/// The exponent after 'e'; false when it is not one. Past a thousand it no longer matters.
bool take_exponent(std::string_view text, decimal& number) {
    bool const negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return false;
    int value = 0;
    for (char c : text) value = std::min(value * 10 + (c - '0'), 1000);
    number.exponent += negative ? -value : value;
    return true;
}

constexpr auto int64_largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

parsed_nanos scaled_to_nanos(decimal number, bool negative, std::uint64_t largest) {
    if (number.too_large) return {0, number_fault::is_out_of_range};
    if (number.digits == 0 && !number.inexact) return {0, number_fault::none};
    int shift = number.exponent + 9;
    for (; shift < 0; ++shift) {
        if (number.digits == 0 || number.digits % 10 != 0)
            return {0, number_fault::has_more_than_nine_decimals};
        number.digits /= 10;
    }
    if (number.inexact) return {0, number_fault::has_more_than_nine_decimals};
    for (; shift > 0; --shift) {
        if (number.digits > largest / 10) return {0, number_fault::is_out_of_range};
        number.digits *= 10;
    }
    if (number.digits > largest) return {0, number_fault::is_out_of_range};
    return {static_cast<std::int64_t>(negative ? 0 - number.digits : number.digits),
            number_fault::none};
}

bool names_no_finite_number(std::string_view text) {
    if (text.starts_with('-')) text.remove_prefix(1);
    std::string lower(text.substr(0, 8));
    std::ranges::transform(lower, lower.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return lower == "nan" || lower == "inf" || lower == "infinity";
}

/// `lowest`: the magnitude of the lowest amount that is taken.
parsed_nanos parse_down_to(std::uint64_t lowest, std::string_view text) {
    if (text.empty()) return {0, number_fault::is_empty};
    std::string_view const whole = text;
    bool const negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    decimal number;
    bool after_point = false;
    std::size_t at = 0;
    for (; at < text.size() && text[at] != 'e' && text[at] != 'E'; ++at) {
        if (text[at] == '.' && !after_point) {
            after_point = true;
        } else if (is_digit(text[at])) {
            number.take(text[at], after_point);
        } else if (names_no_finite_number(whole)) {
            return {0, number_fault::is_not_finite};
        } else {
            return {0, number_fault::is_not_a_number};
        }
    }
    if (number.count == 0) return {0, number_fault::is_not_a_number};
    if (at < text.size() && !take_exponent(text.substr(at + 1), number))
        return {0, number_fault::is_not_a_number};
    return scaled_to_nanos(number, negative, negative ? lowest : int64_largest);
}

/// Bytes of the UTF-8 character that the text begins with, and its number; one byte and zero where
/// it begins with none of several bytes.
std::pair<std::size_t, std::uint32_t> wide_character(std::string_view text) {
    auto const first = static_cast<unsigned char>(text.front());
    std::size_t const bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
    if (bytes == 1 || first > 0xf4 || text.size() < bytes) return {1, 0};
    std::uint32_t number = first & (0x7fu >> bytes);
    for (std::size_t i = 1; i < bytes; ++i) {
        auto const next = static_cast<unsigned char>(text[i]);
        if ((next & 0xc0) != 0x80) return {1, 0};
        number = number << 6 | (next & 0x3f);
    }
    return {bytes, number};
}

}  // namespace

parsed_double parse_double(std::string_view text) {
    if (text.empty()) return {0, number_fault::is_empty};
    double value = 0;
    auto const [end, error] = fast_float::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size()) return {0, number_fault::is_not_a_number};
    if (!std::isfinite(value)) return {0, number_fault::is_not_finite};
    // Too small for a double is zero, and that is what it came back as.
    if (error != std::errc() && error != std::errc::result_out_of_range)
        return {0, number_fault::is_not_a_number};
    return {value, number_fault::none};
}

parsed_nanos parse_nanos(std::string_view text) { return parse_down_to(int64_largest, text); }

parsed_nanos parse_any_nanos(std::string_view text) {
    return parse_down_to(int64_largest + 1, text);
}

std::string in_quotes(std::string_view text) {
    constexpr std::size_t longest = 40;
    std::string out = "'";
    for (std::size_t i = 0; i < text.size();) {
        auto const [bytes, number] = wide_character(text.substr(i));
        if (i + bytes > longest) {
            out += "...";
            break;
        }
        char const c = text[i];
        if (number != 0)
            out += fmt::format("<U+{:04X}>", number);
        else
            out += c >= ' ' && c < '\x7f' && c != '\'' ? c : '?';
        i += bytes;
    }
    return out += "'";
}

std::string reason_for(number_fault fault, std::string_view text) {
    switch (fault) {
        case number_fault::none: return {};
        case number_fault::is_empty: return "is empty";
        case number_fault::is_not_a_number: return "is not a number: " + in_quotes(text);
        case number_fault::is_not_finite: return "is not finite: " + in_quotes(text);
        case number_fault::has_more_than_nine_decimals:
            return "has more than nine decimals: " + in_quotes(text);
        case number_fault::is_out_of_range: return "is out of range: " + in_quotes(text);
    }
    return "is unusable: " + in_quotes(text);
}

}  // namespace lockstep

// Numbers in text. Two kinds: measurements become doubles, and amounts that an account owns become
// billionths exactly, digit by digit and never by way of a double.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lockstep {

enum class number_fault : std::uint8_t {
    none = 0,
    is_empty = 1,
    is_not_a_number = 2,
    is_not_finite = 3,
    has_more_than_nine_decimals = 4,
    is_out_of_range = 5,
};

struct parsed_double {
    double value;
    number_fault fault;
};

/// Decimal notation with '.', with or without an exponent; no sign but '-', no spaces.
parsed_double parse_double(std::string_view text);

struct parsed_nanos {
    std::int64_t nanos;
    number_fault fault;
};

/// Billionths, exactly. "1e-8" is ten of them; zeros after the ninth decimal are allowed and other
/// digits are not. The range is symmetric: what is read can be negated.
parsed_nanos parse_nanos(std::string_view text);

/// The same, and the lowest amount of 64 bits, which cannot be negated: for what stands in a log.
parsed_nanos parse_any_nanos(std::string_view text);

/// The reason as exceptions.csv gives it: "is not a number: 'abc'".
std::string reason_for(number_fault fault, std::string_view text);

/// Text of a stranger, short and printable, in quotes, for use in a message.
std::string in_quotes(std::string_view text);

}  // namespace lockstep

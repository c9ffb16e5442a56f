// Amounts as text: exact, shortest, the same everywhere. The counterpart of parse_nanos.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>

namespace lockstep {

/// Appends units * 10^-decimals (decimals <= 18) without trailing zeros: 1500 with three is "1.5".
inline void append_decimal(std::string& out, std::int64_t units, int decimals) {
    char buffer[24];
    auto magnitude = static_cast<std::uint64_t>(units);
    if (units < 0) {
        out += '-';
        magnitude = 0 - magnitude;
    }
    for (; decimals > 0 && magnitude % 10 == 0; --decimals) magnitude /= 10;
    char const* const digits = buffer;
    char const* const end = std::to_chars(buffer, buffer + sizeof buffer, magnitude).ptr;
    auto const count = static_cast<int>(end - digits);
    if (decimals == 0) {
        out.append(digits, end);
    } else if (count > decimals) {
        out.append(digits, end - decimals);
        out += '.';
        out.append(end - decimals, end);
    } else {
        out += "0.";
        out.append(static_cast<std::size_t>(decimals - count), '0');
        out.append(digits, end);
    }
}

/// Nanos as a decimal number of units.
inline std::string units_text(std::int64_t nanos) {
    std::string text;
    append_decimal(text, nanos, 9);
    return text;
}

}  // namespace lockstep

// Numbers as text, without detours: amounts are integers and come out digit by digit, measurements
// come out as the shortest text that reads back to the same double. Nothing here depends on a
// locale, and nothing allocates beyond the string that is appended to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"

namespace lockstep {

/// value / 10^decimals, exactly, without trailing zeros: (-1500, 3) is "-1.5".
void append_scaled(std::string& out, int128 value, int decimals);

inline void append_nanos(std::string& out, int128 nanos) { append_scaled(out, nanos, 9); }
inline void append_money(std::string& out, money amount) { append_scaled(out, amount.nanos, 9); }

void append_integer(std::string& out, std::int64_t value);

/// Shortest round-trip text; nothing at all for a value that is not finite, because an empty cell
/// says "there is none" and NaN says nothing.
void append_double(std::string& out, double value);

/// Nanos as a decimal number of units.
inline std::string units_text(std::int64_t nanos) {
    std::string text;
    append_nanos(text, nanos);
    return text;
}

/// For people: whole units with thousands separated: "1,234,567".
std::string grouped(std::int64_t value);

/// For people: nanos rounded to `decimals` (half away from zero), thousands separated.
std::string grouped_nanos(int128 nanos, int decimals);

}  // namespace lockstep

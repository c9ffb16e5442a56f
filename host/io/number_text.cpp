#include "host/io/number_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace lockstep {

namespace {

constexpr std::size_t digits_max = 40;  // of an unsigned 128-bit integer, and one to spare

/// Writes the digits of `value` so that they end at `end`; returns where they begin.
char* write_digits(char* end, uint128 value) {
    constexpr std::uint64_t chunk = 10'000'000'000'000'000'000ull;  // 10^19: what 64 bits hold
    while (value >> 64 != 0) {
        auto low = static_cast<std::uint64_t>(value % chunk);
        value /= chunk;
        for (int i = 0; i < 19; ++i, low /= 10) *--end = static_cast<char>('0' + low % 10);
    }
    auto rest = static_cast<std::uint64_t>(value);
    do {
        *--end = static_cast<char>('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    return end;
}

uint128 magnitude(int128 value) {
    return value < 0 ? ~static_cast<uint128>(value) + 1 : static_cast<uint128>(value);
}

}  // namespace

void append_scaled(std::string& out, int128 value, int decimals) {
    std::array<char, 2 * digits_max> text;
    text.fill('0');  // zeros in front of the digits serve "0.001"
    char* const end = text.data() + text.size();
    char* begin = write_digits(end, magnitude(value));
    char* const point = end - decimals;
    if (begin > point - 1) begin = point - 1;
    if (value < 0) out += '-';
    out.append(begin, point);
    char* last = end;
    while (last > point && last[-1] == '0') --last;
    if (last == point) return;
    out += '.';
    out.append(point, last);
}

void append_integer(std::string& out, std::int64_t value) {
    std::array<char, 24> text;
    auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    (void)error;  // 24 characters hold every 64-bit integer
    out.append(text.data(), end);
}

void append_double(std::string& out, double value) {
    if (!std::isfinite(value)) return;
    if (value == 0) value = 0;  // no "-0"
    std::array<char, 32> text;
    auto const [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
    (void)error;  // the shortest form of a double has at most 24 characters
    out.append(text.data(), end);
}

std::string grouped_nanos(int128 nanos, int decimals) {
    uint128 step = 1;
    for (int i = decimals; i < 9; ++i) step *= 10;
    uint128 const rounded = (magnitude(nanos) + step / 2) / step;
    std::array<char, digits_max> text;
    text.fill('0');
    char* const end = text.data() + text.size();
    char* const point = end - decimals;
    char* begin = write_digits(end, rounded);
    if (begin > point - 1) begin = point - 1;
    std::string out;
    if (nanos < 0 && rounded != 0) out += '-';
    for (char* at = begin; at < point; ++at) {
        if (at != begin && (point - at) % 3 == 0) out += ',';
        out += *at;
    }
    if (decimals > 0) out.append(1, '.').append(point, end);
    return out;
}

std::string grouped(std::int64_t value) {
    return grouped_nanos(static_cast<int128>(value) * nanos_per_unit, 0);
}

}  // namespace lockstep

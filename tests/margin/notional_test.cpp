// Notionals, and shares of them in parts per million, against sums in 128 bits written down once
// more: size * price / 10^9 and amount * parts / 10^6, rounded as asked.
#include "margin/ledger/notional.h"

#include <gtest/gtest.h>

#include <string>

#include "pricing/base/random.h"

namespace lockstep {
namespace {

std::string text(int128 value) {
    if (value < 0) return "-" + text(-value);
    std::string const digit(1, static_cast<char>('0' + static_cast<int>(value % 10)));
    return value < 10 ? digit : text(value / 10) + digit;
}

/// Floor and ceiling by trial: the largest q with q * denominator <= numerator, and one more where
/// that is less.
int128 quotient(int128 numerator, int128 denominator, rounding direction) {
    int128 q = numerator / denominator;
    while (q * denominator > numerator) --q;
    while ((q + 1) * denominator <= numerator) ++q;
    return q + (direction == rounding::up && q * denominator != numerator ? 1 : 0);
}

/// Numbers of every size, and those around powers of two and ten.
std::uint64_t drawn(std::uint64_t i, std::uint64_t key) {
    std::uint64_t const any = philox4x32(i, key, 5).first;
    std::uint64_t const shift = philox4x32(i, key, 6).first % 64;
    switch (i % 4) {
        case 0: return (std::uint64_t{1} << shift) - i / 4 % 3;
        case 1: return any % 5 * 1'000'000 + i / 4 % 3 - 1;
        default: return any >> shift;
    }
}

TEST(notional, shares_in_millionths_are_exact) {
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        auto const parts = static_cast<std::uint32_t>(drawn(i, 2));
        int128 amount = drawn(i, 1);
        if (i % 7 == 0) amount *= 1'000'003;  // beyond 64 bits
        if (i % 11 == 0) amount = -amount;
        for (rounding const direction : {rounding::down, rounding::up})
            ASSERT_EQ(text(share_ppm(amount, parts, direction)),
                      text(quotient(amount * parts, 1'000'000, direction)))
                << text(amount) << " x " << parts;
    }
}

TEST(notional, of_a_future_is_rounded_both_ways_at_once) {
    for (std::uint64_t i = 0; i < 200'000; ++i) {
        auto const size = static_cast<std::int64_t>(drawn(i, 3) >> 1);
        auto const at = static_cast<std::int64_t>(drawn(i, 4) >> 1);
        for (settlement const settle : {settlement::linear, settlement::inverse}) {
            listing_row l{};
            l.contract.kind = instrument_kind::future;
            l.contract.settle = settle;
            bool const inverse = settle == settlement::inverse;
            int128 const numerator = static_cast<int128>(size) * (inverse ? 1'000'000'000 : at);
            std::int64_t const denominator = inverse ? at : 1'000'000'000;
            rounded_notional const both = future_notional(l, size, at);
            if (denominator == 0) {
                ASSERT_EQ(text(both.down) + text(both.up), "00");
                continue;
            }
            ASSERT_EQ(text(both.down), text(quotient(numerator, denominator, rounding::down)))
                << size << " at " << at;
            ASSERT_EQ(text(both.up), text(quotient(numerator, denominator, rounding::up)))
                << size << " at " << at;
        }
    }
}

}  // namespace
}  // namespace lockstep

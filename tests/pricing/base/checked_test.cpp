// Integer division against what defines it: no machine's own quotient is asked.
#include "pricing/base/checked.h"

#include <gtest/gtest.h>

#include <random>

namespace lockstep {
namespace {

/// Whether q is n / d rounded as asked. |n| and d stay far enough from the ends for the products.
bool is_quotient(int128 q, int128 n, int128 d, rounding direction) {
    int128 const product = q * d;
    if (direction == rounding::down) return product <= n && n - product < d;
    return product >= n && product - n < d;
}

void expect_quotients(int128 n, int128 d) {
    for (rounding const direction : {rounding::down, rounding::up})
        for (int128 const numerator : {n, -n})
            EXPECT_TRUE(is_quotient(divide(numerator, d, direction), numerator, d, direction))
                << static_cast<std::int64_t>(numerator >> 64) << ":"
                << static_cast<std::uint64_t>(numerator) << " / " << static_cast<std::int64_t>(d);
}

TEST(Checked, DividesNumbersOfEveryLength) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 200'000; ++i) {
        auto const wide = static_cast<int128>(static_cast<uint128>(random()) << 62 | random() >> 2);
        int128 const n = wide >> random() % 126;
        int128 const d = (wide >> 1 >> random() % 125) + 1;
        expect_quotients(n, d);
        expect_quotients(static_cast<std::int64_t>(n), d);
    }
}

/// The last quotient of 64 bits and the first that is longer, where the short road ends.
TEST(Checked, DividesWhereAQuotientOutgrows64Bits) {
    for (std::uint64_t const d : {1ull, 2ull, 1'000'000ull, 1'000'000'000ull, (1ull << 61) - 1}) {
        int128 const edge = static_cast<int128>(d) << 64;
        for (int off = -3; off <= 3; ++off) expect_quotients(edge + off, d);
        expect_quotients(edge - static_cast<int128>(d), d);
    }
    for (int n = 0; n < 50; ++n)
        for (int d = 1; d < 50; ++d) expect_quotients(n, d);
}

TEST(Checked, DividesAlikeBeforeAndAtRunTime) {
    constexpr int128 before = divide(static_cast<int128>(7'000'000'000'000'000'003) * 1'000'000'007,
                                     1'000'000'000, rounding::up);
    std::int64_t volatile a = 7'000'000'000'000'000'003;
    EXPECT_TRUE(before ==
                divide(static_cast<int128>(a) * 1'000'000'007, 1'000'000'000, rounding::up));
}

}  // namespace
}  // namespace lockstep

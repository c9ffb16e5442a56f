// The reciprocals against plain division, at every power and at the numbers where a rounded
// reciprocal goes wrong first: multiples of the divisor, one below, and the ends of the range.
#include "pricing/base/decimal.h"

#include <gtest/gtest.h>

#include <random>

namespace {

using lockstep::int128;
using lockstep::rounding;
using lockstep::uint128;

int128 floor_of(int128 n, int128 d) { return n / d - (n % d < 0 ? 1 : 0); }
int128 ceiling_of(int128 n, int128 d) { return n / d + (n % d > 0 ? 1 : 0); }

void expect_exact(int128 n, int places) {
    auto const divisor = static_cast<int128>(lockstep::power_of_ten(places));
    bool const down =
        lockstep::divide_by_power_of_ten(n, places, rounding::down) == floor_of(n, divisor);
    bool const up =
        lockstep::divide_by_power_of_ten(n, places, rounding::up) == ceiling_of(n, divisor);
    EXPECT_TRUE(down && up) << "places " << places << ", n " << static_cast<double>(n);
}

TEST(decimal, division_by_each_power_of_ten_is_exact_at_the_edges) {
    for (int places = 0; places <= 37; ++places) {
        auto const divisor = static_cast<int128>(lockstep::power_of_ten(places));
        for (int128 top : {int128{lockstep::int64_max}, lockstep::int128_bound}) {
            int128 const multiple = top / divisor * divisor;
            for (int128 n : {int128{0}, int128{1}, divisor - 1, divisor, divisor + 1, multiple - 1,
                             multiple, top - 1, top}) {
                if (n > lockstep::int128_bound) continue;
                expect_exact(n, places);
                expect_exact(-n, places);
            }
        }
    }
}

TEST(decimal, division_by_each_power_of_ten_is_exact_at_random_numbers_of_every_length) {
    std::mt19937_64 random(7);
    for (int i = 0; i < 200'000; ++i) {
        uint128 const bits = static_cast<uint128>(random()) << 64 | random();
        auto const n = static_cast<int128>(bits >> (2 + random() % 126));
        int const places = static_cast<int>(random() % 38);
        expect_exact(random() % 2 == 0 ? n : -n, places);
    }
}

TEST(decimal, multiplication_is_flagged_where_it_leaves_the_range) {
    auto const fits = lockstep::multiply_by_power_of_ten(-12, 30);
    EXPECT_FALSE(fits.overflowed);
    EXPECT_TRUE(fits.value == -12 * static_cast<int128>(lockstep::power_of_ten(30)));
    EXPECT_TRUE(lockstep::multiply_by_power_of_ten(lockstep::int128_bound / 10 + 1, 1).overflowed);
    EXPECT_FALSE(lockstep::multiply_by_power_of_ten(lockstep::int128_bound / 10, 1).overflowed);
    EXPECT_TRUE(lockstep::multiply_by_power_of_ten(-lockstep::int128_bound, 1).overflowed);
}

}  // namespace

// Limits, special numbers and shapes of exp and log; their accuracy is math_accuracy_test's.
#include "pricing/base/exp_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/pricing/base/math_vectors.h"

namespace {

using lockstep::exponential;
using lockstep::exponential_in_range;
using lockstep::logarithm;
using lockstep::logarithm_in_range;
using lockstep::logarithm_of_ratio;
using math_vectors::bits;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double tiny = std::numeric_limits<double>::denorm_min();
constexpr double huge = std::numeric_limits<double>::max();
constexpr std::uint64_t the_nan = 0x7ff8000000000000u;

TEST(exponential, keeps_its_limits) {
    EXPECT_EQ(exponential(0.0), 1.0);
    EXPECT_EQ(exponential(-0.0), 1.0);
    EXPECT_EQ(exponential(tiny), 1.0);
    EXPECT_EQ(exponential(-0x1p-60), 1.0);
    EXPECT_EQ(exponential(inf), inf);
    EXPECT_EQ(bits(exponential(-inf)), bits(0.0));
    EXPECT_EQ(exponential(huge), inf);
    EXPECT_EQ(bits(exponential(-huge)), bits(0.0));
}

// log of the largest double, of half the smallest subnormal, and the doubles beside them.
TEST(exponential, overflows_and_vanishes_where_it_should) {
    EXPECT_TRUE(std::isfinite(exponential(0x1.62e42fefa39efp+9)));
    EXPECT_EQ(exponential(0x1.62e42fefa39f0p+9), inf);
    EXPECT_EQ(exponential(-0x1.74910d52d3051p+9), tiny);
    EXPECT_EQ(exponential(-0x1.74910d52d3052p+9), 0.0);
    EXPECT_EQ(exponential(-0x1.74385446d71c4p+9), tiny) << "exp(-744.44) is 4.94e-324";
}

TEST(exponential, returns_the_one_nan) {
    EXPECT_EQ(bits(exponential(std::nan("1"))), the_nan);
    EXPECT_EQ(bits(exponential(-std::nan("77"))), the_nan);
}

TEST(exponential, rises_and_the_two_forms_agree) {
    double before = 0.0;
    for (int k = -708 * 64; k <= 709 * 64; ++k) {
        double const x = k / 64.0;
        EXPECT_GT(exponential(x), before) << x;
        before = exponential(x);
        EXPECT_EQ(bits(before), bits(exponential_in_range(x))) << x;
    }
}

// Neighbouring doubles, across the places where the reduction changes its power of two.
TEST(exponential, never_falls_between_neighbours) {
    for (int k = -40; k <= 40; ++k) {
        double x = (k + 0.5) * 0.6931471805599453;
        for (int i = 0; i < 1000; ++i) x = std::nextafter(x, -inf);
        double before = exponential(x);
        for (int i = 0; i < 2000; ++i) {
            x = std::nextafter(x, inf);
            EXPECT_GE(exponential(x), before) << x;
            before = exponential(x);
        }
    }
}

TEST(logarithm, keeps_its_limits) {
    EXPECT_EQ(bits(logarithm(1.0)), bits(0.0));
    EXPECT_EQ(logarithm(0.0), -inf);
    EXPECT_EQ(logarithm(-0.0), -inf);
    EXPECT_EQ(logarithm(inf), inf);
    EXPECT_EQ(logarithm(tiny), -0x1.74385446d71c3p+9);
    EXPECT_EQ(logarithm(huge), 0x1.62e42fefa39efp+9);
    EXPECT_EQ(logarithm(0x1p-1022), -0x1.6232bdd7abcd2p+9);
}

TEST(logarithm, returns_the_one_nan) {
    for (double x : {-tiny, -1.0, -huge, -inf, std::nan(""), -std::nan("5")})
        EXPECT_EQ(bits(logarithm(x)), the_nan) << x;
}

TEST(logarithm, never_falls_between_neighbours) {
    for (double centre :
         {0x1p-1022, 0.5, 0.70710678118654752, 1.0, 1.4142135623730951, 2.0, 1e10}) {
        double x = centre;
        for (int i = 0; i < 1000; ++i) x = std::nextafter(x, 0.0);
        double before = logarithm(x);
        for (int i = 0; i < 2000; ++i) {
            x = std::nextafter(x, inf);
            EXPECT_GE(logarithm(x), before) << x;
            before = logarithm(x);
            if (x >= 0x1p-1022) {
                EXPECT_EQ(bits(before), bits(logarithm_in_range(x))) << x;
            }
        }
    }
}

TEST(logarithm, of_a_ratio_is_odd_and_zero_at_equality) {
    for (int k = 0; k < 4000; ++k) {
        double const a = 1e-3 * std::pow(1.01, k % 997);
        double const b = 3e-2 * std::pow(1.013, k % 769);
        EXPECT_EQ(logarithm_of_ratio(a, b), -logarithm_of_ratio(b, a)) << a << " " << b;
        EXPECT_EQ(bits(logarithm_of_ratio(a, a)), bits(0.0)) << a;
        EXPECT_EQ(logarithm_of_ratio(a, 1.0), logarithm(a)) << a;
    }
    EXPECT_EQ(logarithm_of_ratio(huge, 0x1p-1022), 0x1.628b76e3a7b61p+10);
}

}  // namespace

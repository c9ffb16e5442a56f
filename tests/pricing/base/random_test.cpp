#include "pricing/base/random.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using lockstep::philox4x32;
using lockstep::random_block;
using lockstep::standard_normal;
using lockstep::uniform_open;

// The known answers for philox4x32-10 that come with Random123 (file kat_vectors).
TEST(philox, gives_the_known_answers) {
    random_block a = philox4x32(0, 0, 0);
    EXPECT_EQ(a.first, 0xe169c58d6627e8d5u);
    EXPECT_EQ(a.second, 0x9b00dbd8bc57ac4cu);

    random_block b = philox4x32(~0ull, ~0ull, ~0ull);
    EXPECT_EQ(b.first, 0x41c83b0e408f276du);
    EXPECT_EQ(b.second, 0x6d5451fda20bc7c6u);

    random_block c = philox4x32(0x85a308d3243f6a88u, 0x0370734413198a2eu, 0x299f31d0a4093822u);
    EXPECT_EQ(c.first, 0x94fdccebd16cfe09u);
    EXPECT_EQ(c.second, 0x24126ea15001e420u);
}

TEST(uniform_open, never_reaches_its_ends) {
    EXPECT_EQ(uniform_open(0), 0x1p-53);
    EXPECT_EQ(uniform_open(~0ull), 1.0 - 0x1p-53);
    EXPECT_EQ(uniform_open(0x8000000000000000u), 0.5 + 0x1p-53);
    EXPECT_EQ(uniform_open(0x7fffffffffffffffu), 0.5 - 0x1p-53);
}

// One million draws; the bounds are five standard errors wide, and the draws never change.
TEST(standard_normal, has_the_moments_of_a_normal_number) {
    int const count = 1000000;
    double sum = 0, square = 0, cube = 0, fourth = 0, below_one = 0;
    for (int i = 0; i < count; ++i) {
        double const z = standard_normal(philox4x32(i, 1, 2024).second);
        sum += z;
        square += z * z;
        cube += z * z * z;
        fourth += z * z * z * z;
        below_one += z < 1.0 ? 1.0 : 0.0;
    }
    EXPECT_NEAR(sum / count, 0.0, 5e-3);
    EXPECT_NEAR(square / count, 1.0, 5 * std::sqrt(2.0) * 1e-3);
    EXPECT_NEAR(cube / count, 0.0, 5 * std::sqrt(15.0) * 1e-3);
    EXPECT_NEAR(fourth / count, 3.0, 5 * std::sqrt(96.0) * 1e-3);
    EXPECT_NEAR(below_one / count, 0.8413447460685429, 5 * 0.3653e-3);
}

TEST(standard_normal, is_bounded_and_symmetric) {
    EXPECT_EQ(standard_normal(0), -standard_normal(~0ull));
    EXPECT_GT(standard_normal(0), -8.3);
    EXPECT_LT(standard_normal(0), -8.2);
}

}  // namespace

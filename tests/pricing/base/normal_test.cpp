// Limits, special numbers, symmetries and shapes of the normal functions; their accuracy is
// math_accuracy_test's.
#include "pricing/base/normal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/pricing/base/math_vectors.h"

namespace {

using lockstep::complementary_error;
using lockstep::erfcx;
using lockstep::normal_cdf;
using lockstep::normal_cdf_pdf;
using lockstep::normal_cdf_pdf_of_number;
using lockstep::normal_pair;
using lockstep::normal_pdf;
using lockstep::normal_quantile;
using math_vectors::bits;

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double tiny = std::numeric_limits<double>::denorm_min();
constexpr double huge = std::numeric_limits<double>::max();
constexpr std::uint64_t the_nan = 0x7ff8000000000000u;

TEST(normal, keeps_its_limits) {
    for (double d : {40.0, 1e10, huge, inf}) {
        EXPECT_EQ(normal_cdf(d), 1.0) << d;
        EXPECT_EQ(bits(normal_cdf(-d)), bits(0.0)) << d;
        EXPECT_EQ(bits(normal_pdf(d)), bits(0.0)) << d;
        EXPECT_EQ(bits(normal_pdf(-d)), bits(0.0)) << d;
        EXPECT_EQ(bits(normal_cdf_pdf(d).complement), bits(0.0)) << d;
        EXPECT_EQ(normal_cdf_pdf(-d).complement, 1.0) << d;
    }
    for (double d : {0.0, -0.0, tiny, -tiny, 1e-300}) {
        EXPECT_EQ(normal_cdf(d), 0.5) << d;
        EXPECT_EQ(normal_cdf_pdf(d).complement, 0.5) << d;
        EXPECT_EQ(normal_pdf(d), 0x1.9884533d43651p-2) << d;
    }
    // Phi(-38.4673) lies just above half the smallest subnormal, Phi(-38.49) below it.
    EXPECT_EQ(normal_cdf(-38.46), tiny);
    EXPECT_EQ(normal_cdf(-38.49), 0.0);
}

TEST(normal, returns_the_one_nan) {
    for (double x : {std::nan(""), -std::nan("3")}) {
        normal_pair const n = normal_cdf_pdf(x);
        for (double y : {n.cdf, n.complement, n.pdf, normal_cdf(x), normal_pdf(x), erfcx(x),
                         complementary_error(x), normal_quantile(x)})
            EXPECT_EQ(bits(y), the_nan);
    }
}

TEST(normal, mirrors_about_zero_and_sums_to_one) {
    for (int k = 0; k <= 40 * 512; ++k) {
        double const d = k / 512.0;
        normal_pair const up = normal_cdf_pdf(d);
        normal_pair const down = normal_cdf_pdf(-d);
        EXPECT_EQ(bits(up.cdf), bits(down.complement)) << d;
        EXPECT_EQ(bits(up.complement), bits(down.cdf)) << d;
        EXPECT_EQ(bits(up.pdf), bits(down.pdf)) << d;
        EXPECT_EQ(up.cdf + up.complement, 1.0) << d;
        EXPECT_EQ(bits(up.cdf), bits(normal_cdf_pdf_of_number(d).cdf)) << d;
    }
}

TEST(normal, rises_from_zero_to_one) {
    double before = 0.0;
    double before_pdf = 0.0;
    for (int k = -39 * 512; k <= 9 * 512; ++k) {
        double const d = k / 512.0;
        normal_pair const n = normal_cdf_pdf(d);
        EXPECT_GE(n.cdf, before) << d;
        if (d > -38.0 && d < 7.0) {
            EXPECT_GT(n.cdf, before) << d;
        }
        if (d <= 0.0) {
            EXPECT_GE(n.pdf, before_pdf) << d;
        }
        before = n.cdf;
        before_pdf = n.pdf;
    }
    EXPECT_EQ(before, 1.0);
}

TEST(erfcx, keeps_its_limits) {
    EXPECT_NEAR(erfcx(0.0), 1.0, 4e-16);
    EXPECT_NEAR(erfcx(-0.0), 1.0, 4e-16);
    EXPECT_EQ(bits(erfcx(inf)), bits(0.0));
    EXPECT_EQ(erfcx(-inf), inf);
    EXPECT_EQ(erfcx(-27.0), inf);
    EXPECT_TRUE(std::isfinite(erfcx(-26.62)));
    EXPECT_EQ(erfcx(-huge), inf);
    EXPECT_EQ(erfcx(1e300), 0x1.20dd750429b6dp-1 / 1e300);
}

// Across 2^20 and 2^60, where erfcx changes how it is computed, x erfcx(x) goes on rising slowly.
TEST(erfcx, has_no_step_where_its_formula_changes) {
    for (double centre : {0x1p20, 0x1p60})
        for (double factor : {0.999999, 1.0, 1.000001}) {
            double const x = centre * factor;
            double const series = 0x1.20dd750429b6dp-1 / x * (1.0 - 0.5 / (x * x));
            EXPECT_NEAR(erfcx(x) / series, 1.0, 8e-16) << x;
        }
}

TEST(erfcx, falls) {
    double before = inf;
    for (int k = -26 * 256; k <= 40 * 256; ++k) {
        double const x = k / 256.0;
        EXPECT_LT(erfcx(x), before) << x;
        before = erfcx(x);
    }
}

TEST(complementary_error, keeps_its_limits) {
    EXPECT_NEAR(complementary_error(0.0), 1.0, 4e-16);
    EXPECT_EQ(complementary_error(-inf), 2.0);
    EXPECT_EQ(complementary_error(-7.0), 2.0);
    EXPECT_EQ(bits(complementary_error(28.0)), bits(0.0));
    EXPECT_EQ(bits(complementary_error(inf)), bits(0.0));
    EXPECT_GT(complementary_error(27.2), 0.0);
}

TEST(normal_quantile, keeps_its_limits) {
    EXPECT_EQ(normal_quantile(0.0), -inf);
    EXPECT_EQ(normal_quantile(-0.0), -inf);
    EXPECT_EQ(normal_quantile(1.0), inf);
    EXPECT_EQ(normal_quantile(0.5), 0.0);
    for (double p : {-tiny, -1.0, 1.0000000000000002, 2.0, inf, -inf})
        EXPECT_EQ(bits(normal_quantile(p)), the_nan) << p;
    EXPECT_NEAR(normal_quantile(tiny), -38.467405617144345, 1e-13);
}

TEST(normal_quantile, mirrors_rises_and_is_undone_by_the_distribution) {
    double before = -inf;
    for (int k = 1; k < 16384; ++k) {
        double const p = k / 16384.0;
        double const x = normal_quantile(p);
        EXPECT_EQ(x, -normal_quantile(1.0 - p)) << p;
        EXPECT_GT(x, before) << p;
        EXPECT_NEAR(normal_cdf(x) / p, 1.0, 3e-15) << p;
        before = x;
    }
    for (int k = -1074; k < -14; ++k) {
        double const p = std::ldexp(1.0, k);
        double const x = normal_quantile(p);
        // An error of one ulp in x is x^2 ulp in p; where p is subnormal, its own ulp counts too.
        double const allowed = 3e-16 * (x * x + 8.0) + tiny / p;
        EXPECT_NEAR(normal_cdf(x) / p, 1.0, allowed) << k;
    }
}

// Neighbours of the places where the quantile changes its formula.
TEST(normal_quantile, has_no_step_where_its_formula_changes) {
    for (double centre : {0.075, 0.925, 1.3887943864964021e-11}) {
        double x = centre;
        for (int i = 0; i < 500; ++i) x = std::nextafter(x, 0.0);
        double const first = normal_quantile(x);
        for (int i = 0; i < 1000; ++i) {
            x = std::nextafter(x, 1.0);
            double const step = 1000.0 * math_vectors::ulp_of(centre) / normal_pdf(first);
            double const slack = 4.0 * math_vectors::ulp_of(first);
            EXPECT_GE(normal_quantile(x), first - slack) << x;
            EXPECT_LE(normal_quantile(x), first + step * 1.01 + slack) << x;
        }
    }
}

}  // namespace

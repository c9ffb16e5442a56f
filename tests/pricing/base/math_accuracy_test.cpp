// How far exp, log, sine, cosine and the normal functions are from the exact results, function by
// function and range by range. The exact results were computed with mpmath at 60 digits.
#include <gtest/gtest.h>

#include <cstdio>
#include <limits>

#include "pricing/base/complex.h"
#include "pricing/base/exp_log.h"
#include "pricing/base/normal.h"
#include "tests/pricing/base/math_vectors.h"

namespace {

using math_vectors::row;

constexpr double all = std::numeric_limits<double>::infinity();

struct accuracy {
    char const* function;
    double low, high;
    double limit_ulp;
    int rows_published, rows_random;  // the least number of rows that must fall into the range
    double (*compute)(row const&);
};

double the_exp(row const& r) { return lockstep::exponential(r.x); }
double the_exp_in_range(row const& r) { return lockstep::exponential_in_range(r.x); }
double the_log(row const& r) { return lockstep::logarithm(r.x); }
double the_log_in_range(row const& r) { return lockstep::logarithm_in_range(r.x); }
double the_log_ratio(row const& r) { return lockstep::logarithm_of_ratio(r.x, r.other); }
double the_pdf(row const& r) { return lockstep::normal_pdf(r.x); }
double the_cdf(row const& r) { return lockstep::normal_cdf(r.x); }
double the_complement(row const& r) { return lockstep::normal_cdf_pdf(-r.x).complement; }
double the_erfc(row const& r) { return lockstep::complementary_error(r.x); }
double the_erfcx(row const& r) { return lockstep::erfcx(r.x); }
double the_sine(row const& r) { return lockstep::sine_cosine_of(r.x).sine; }
double the_cosine(row const& r) { return lockstep::sine_cosine_of(r.x).cosine; }
double the_angle(row const& r) { return lockstep::angle_of(r.x, r.other); }
double the_expm1(row const& r) { return lockstep::exponential_less_one(r.x); }
double the_quantile(row const& r) { return lockstep::normal_quantile(r.x); }

accuracy const table[] = {
    // function   from     to       ulp  published random  computed by
    {"exp", -708.0, 709.0, 1.0, 50, 1400, the_exp},
    {"exp", -708.0, 709.0, 1.0, 50, 1400, the_exp_in_range},
    {"exp", -all, -708.0, 1.0, 1, 450, the_exp},
    {"log", 0x1p-1022, all, 1.0, 50, 1400, the_log},
    {"log", 0x1p-1022, all, 1.0, 50, 1400, the_log_in_range},
    {"log", 0.0, 0x1p-1022, 1.0, 0, 400, the_log},
    {"log_ratio", 0.0, all, 1.0, 0, 1900, the_log_ratio},
    {"pdf", -3.0, 3.0, 3.0, 0, 600, the_pdf},
    {"pdf", -all, all, 3.0, 0, 1900, the_pdf},
    {"Phi", -all, -37.0, 8.0, 1, 400, the_cdf},
    {"Phi", -37.0, -6.0, 8.0, 10, 300, the_cdf},
    {"Phi", -6.0, -1.0, 8.0, 5, 200, the_cdf},
    {"Phi", -1.0, 1.0, 5.0, 5, 500, the_cdf},
    {"Phi", 1.0, all, 2.0, 0, 200, the_cdf},
    {"Phi", -all, 6.0, 8.0, 40, 1900, the_complement},
    {"erfc", -all, 0.0, 5.0, 10, 400, the_erfc},
    {"erfc", 0.0, all, 5.0, 20, 1400, the_erfc},
    {"erfcx", -all, 0.0, 4.0, 2, 700, the_erfcx},
    {"erfcx", 0.0, all, 4.0, 15, 1200, the_erfcx},
    {"PhiInv", 0.075, 0.925, 4.0, 10, 800, the_quantile},
    {"PhiInv", 0.0, 1.0, 4.0, 40, 1900, the_quantile},
    {"sin", -all, all, 1.0, 0, 2000, the_sine},
    {"cos", -all, all, 1.0, 0, 2000, the_cosine},
    {"angle", -all, all, 2.0, 0, 2000, the_angle},
    {"expm1", -708.0, 709.0, 3.0, 0, 2000, the_expm1},
};

TEST(math_accuracy, is_within_the_stated_units_in_the_last_place) {
    auto const published = math_vectors::load("math_vectors_correctly_rounded.csv", false);
    auto const random = math_vectors::load("math_vectors_random.csv", true);
    for (auto const& a : table) {
        auto const p = math_vectors::worst_of(published, a.function, a.low, a.high, a.compute);
        auto const r = math_vectors::worst_of(random, a.function, a.low, a.high, a.compute);
        std::printf("%-9s [%7.3g, %7.3g]  limit %g ulp  published %g (%d rows)  random %.3f (%d)\n",
                    a.function, a.low, a.high, a.limit_ulp, p.error, p.rows, r.error, r.rows);
        EXPECT_LE(p.error, a.limit_ulp) << a.function << " at " << p.at.x;
        EXPECT_LE(r.error, a.limit_ulp) << a.function << " at " << r.at.x;
        EXPECT_GE(p.rows, a.rows_published) << a.function;
        EXPECT_GE(r.rows, a.rows_random) << a.function;
    }
}

// The table above names every function of the two files; a row of any other would go unseen.
TEST(math_accuracy, looks_at_every_row) {
    for (auto const& rows : {math_vectors::load("math_vectors_correctly_rounded.csv", false),
                             math_vectors::load("math_vectors_random.csv", true)})
        for (auto const& r : rows) {
            bool seen = false;
            for (auto const& a : table)
                seen = seen || (r.function == a.function && r.x >= a.low && r.x <= a.high);
            EXPECT_TRUE(seen) << r.function << " at " << r.x;
        }
}

}  // namespace

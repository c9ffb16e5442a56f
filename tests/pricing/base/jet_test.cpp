// Jets against closed forms of their derivatives, and the bivariate normal distribution against
// what is known of it.
#include "pricing/base/jet.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lockstep {
namespace {

using number = jet<2, 1>;

number at(double x) { return number::input(x, 0); }

void expect_jet(number const& y, double value, double slope, double bend) {
    EXPECT_NEAR(y.value, value, 4e-15 * std::abs(value) + 1e-300);
    EXPECT_NEAR(y.slope[0], slope, 1e-13 * std::abs(slope) + 1e-300);
    EXPECT_NEAR(y.bend[0], bend, 1e-13 * std::abs(bend) + 1e-300);
    EXPECT_EQ(y.slope[1], 0);
}

TEST(jet, one_argument) {
    double const x = 1.7, e = std::exp(x);
    expect_jet(exponential(at(x)), e, e, e);
    expect_jet(logarithm(at(x)), std::log(x), 1 / x, -1 / (x * x));
    expect_jet(square_root(at(x)), std::sqrt(x), 0.5 / std::sqrt(x), -0.25 / std::pow(x, 1.5));
    double const n = std::exp(-0.5 * x * x) / std::sqrt(2 * std::acos(-1.0));
    expect_jet(normal_cdf(at(x)), 0.5 * std::erfc(-x / std::sqrt(2.0)), n, -x * n);
    expect_jet(3.0 / at(x), 3 / x, -3 / (x * x), 6 / (x * x * x));
    expect_jet(2.0 - at(x) * at(x) * at(x), 2 - x * x * x, -3 * x * x, -6 * x);
    expect_jet(at(x) / (at(x) + 1.0), x / (x + 1), 1 / ((x + 1) * (x + 1)),
               -2 / std::pow(x + 1, 3));
    expect_jet(-(at(x) - 0.5 * at(x)) / 4.0, -x / 8, -0.125, 0);
}

TEST(jet, slope_of_the_exponential_with_and_without_its_series) {
    for (double x : {-3.0, -0.6, -0.4, -1e-9, 0.3, 0.49, 0.51, 2.0, 40.0}) {
        number const y = exponential_slope(at(x));
        long double const z = x, m = std::expm1(z), e = std::exp(z);
        long double const f = m / z, f1 = (e - f) / z, f2 = (e - 2 * f1) / z;
        EXPECT_NEAR(y.value, static_cast<double>(f), 1e-15 * std::abs(y.value)) << x;
        if (std::abs(x) < 1e-3) continue;  // the quotients lose too much, even in long double
        EXPECT_NEAR(y.slope[0], static_cast<double>(f1), 1e-13 * std::abs(y.slope[0])) << x;
        EXPECT_NEAR(y.bend[0], static_cast<double>(f2), 1e-12 * std::abs(y.bend[0])) << x;
    }
    number const y = exponential_slope(at(0));
    expect_jet(y, 1, 0.5, 1.0 / 3);
}

TEST(jet, an_exponential_times_a_normal_does_not_overflow) {
    for (double y : {-3.9, -4.1, 1.0})
        EXPECT_NEAR(exponential_normal(2.0, y),
                    std::exp(2.0) * 0.5 * std::erfc(-y / std::sqrt(2.0)), 1e-14 * std::exp(2.0));
    // exp(800) Phi(-40) = exp(0) M(40) / sqrt(2 pi) with the Mills ratio of 40.
    double const mills = 0.024984404205720576;
    EXPECT_NEAR(exponential_normal(800.0, -40.0), mills / std::sqrt(2 * std::acos(-1.0)), 1e-15);
    EXPECT_EQ(exponential_normal(0.0, -1e300), 0);
    number const y = exponential_normal(at(800), 0.1 * at(800) - 120.0);  // Phi(-40) again
    EXPECT_NEAR(y.slope[0], y.value + 0.1 / std::sqrt(2 * std::acos(-1.0)), 1e-12);
}

TEST(bivariate_normal, at_the_origin_is_an_arcsine) {
    double const two_pi = 2 * std::acos(-1.0);
    for (double rho : {-1.0, -0.999999, -0.95, -0.9251, -0.925, -0.5, 0.0, 0.3, 0.925, 0.93, 0.99,
                       0.9999999, 1.0})
        EXPECT_NEAR(bivariate_normal(0, 0, rho), 0.25 + std::asin(rho) / two_pi, 2e-15) << rho;
}

/// A sum over x < h of the density times the other's conditional distribution (Simpson).
double summed(double h, double k, double rho) {
    auto const cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    double const root = std::sqrt(1 - rho * rho), low = -12;
    int const n = 20000;
    double sum = 0;
    for (int i = 0; i <= n; ++i) {
        double const x = low + (h - low) * i / n;
        double const f = std::exp(-0.5 * x * x) * cdf((k - rho * x) / root);
        sum += (i == 0 || i == n ? 1 : i % 2 == 1 ? 4 : 2) * f;
    }
    return sum * (h - low) / (3 * n) / std::sqrt(2 * std::acos(-1.0));
}

TEST(bivariate_normal, agrees_with_a_slow_sum_everywhere) {
    for (double rho : {-0.99, -0.93, -0.925, -0.6, 0.0, 0.2, 0.9, 0.925, 0.926, 0.97, 0.99})
        for (double h : {-5., -1., -0.1, 0., 0.3, 1.5, 4.})
            for (double k : {-4., -1., 0., 0.31, 1.7})
                EXPECT_NEAR(bivariate_normal(h, k, rho), summed(h, k, rho), 5e-14)
                    << h << " " << k << " " << rho;
}

TEST(bivariate_normal, edges) {
    EXPECT_EQ(bivariate_normal(infinity, infinity, 0.3), 1);
    EXPECT_NEAR(bivariate_normal(infinity, 0.5, 0.96), normal_cdf(0.5), 1e-16);
    EXPECT_EQ(bivariate_normal(-infinity, 3, -0.96), 0);
    EXPECT_EQ(bivariate_normal(0.2, 0.7, 1), normal_cdf(0.2));
    EXPECT_NEAR(bivariate_normal(0.2, 0.7, -1), normal_cdf(0.7) - normal_cdf(-0.2), 1e-16);
    EXPECT_EQ(bivariate_normal(-0.8, 0.7, -1), 0);
}

TEST(bivariate_normal, its_jet_has_its_slopes) {
    for (double rho : {-0.95, 0.4, 0.96}) {
        using three = jet<3, 2>;
        double const h = 0.4, k = -0.3, e = 1e-4;
        three const y =
            bivariate_normal(three::input(h, 0), three::input(k, 1), three::input(rho, 2));
        auto const f = [](double a, double b, double r) { return bivariate_normal(a, b, r); };
        EXPECT_NEAR(y.slope[0], (f(h + e, k, rho) - f(h - e, k, rho)) / (2 * e), 1e-7);
        EXPECT_NEAR(y.slope[1], (f(h, k + e, rho) - f(h, k - e, rho)) / (2 * e), 1e-7);
        EXPECT_NEAR(y.slope[2], (f(h, k, rho + e) - f(h, k, rho - e)) / (2 * e), 2e-6);
        EXPECT_NEAR(y.bend[0], (f(h + e, k, rho) + f(h - e, k, rho) - 2 * y.value) / (e * e), 1e-6);
        EXPECT_NEAR(y.bend[1], (f(h, k + e, rho) + f(h, k - e, rho) - 2 * y.value) / (e * e), 1e-6);
    }
}

}  // namespace
}  // namespace lockstep

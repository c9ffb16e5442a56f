// The least g and the least distance between two curves: from real chains where a second lowest
// place, off the steps of a search, is the true one; from limits that are known by hand; and from a
// plain dense look at drawn curves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pricing/base/random.h"
#include "pricing/market/svi_arbitrage.h"

namespace lockstep {
namespace {

/// Numbers drawn evenly between two bounds, one for each column.
struct drawn_numbers {
    std::uint64_t row, seed;
    double operator()(std::uint64_t column, double low, double high) const {
        return low + (high - low) * uniform_open(philox4x32(row, column, seed).first);
    }
};

/// The place m + sigma sinh(u).
double place_of(svi_raw const& p, double u) { return p.m + p.sigma * std::sinh(u); }

// BTC of 16 July 2026, expiries of 19 and 20 July. 113 bits give the true least at 0.159951;
// another lowest place, at -0.344, is above zero.
TEST(svi_arbitrage, a_crossing_beside_a_lower_step_is_seen) {
    svi_raw const early{-0.007555826257074531, 0.04304187944377188, 0.04545665398656182,
                        0.01839794199354863, 0.1913218988440789};
    svi_raw const late{-0.011736975466886054, 0.051214566166016606, 0.14106310098335686,
                       0.05203345414085968, 0.24949166761599562};
    svi_least const gap = least_calendar_gap(early, late);
    EXPECT_NEAR(gap.value, -4.559489621e-07, 1e-15);
    EXPECT_NEAR(gap.at, 0.159951, 1e-5);
    double const share = largest_share(early, late);
    EXPECT_LT(share, 1 - 1e-4);
    EXPECT_GE(least_calendar_gap(scaled(early, share * (1 - 1e-12)), late).value, 0);
    EXPECT_LT(least_calendar_gap(scaled(early, share * (1 + 1e-9)), late).value, 0);
}

// A curve through quotes that were made up; 113 bits give the least, beside one above zero at
// 0.403.
TEST(svi_arbitrage, a_butterfly_beside_a_lower_step_is_seen) {
    svi_raw const curve{-0.029182233171002592, 0.4430241809409363, -0.10808832986419206,
                        0.023690976950331913, 0.1429688294175465};
    svi_least least;
    EXPECT_EQ(examine(curve, least), svi_arbitrage::butterfly);
    EXPECT_NEAR(least.value, -2.79674792476e-4, 1e-12);
    EXPECT_NEAR(least.at, -0.349391, 1e-5);
}

TEST(svi_arbitrage, limits_count) {
    // Slopes are equal: to the right the later curve ends 0.001 - 0.1 * 0.02 below.
    svi_raw const early{0.04, 0.1, 0.0, 0.0, 0.2}, late{0.041, 0.1, 0.0, 0.02, 0.2};
    svi_least const gap = least_calendar_gap(early, late);
    EXPECT_NEAR(gap.value, -0.001, 1e-15);
    EXPECT_EQ(gap.at, infinity);
    // g falls to (1 - slope^2 / 4) / 4 at the steeper end, and nowhere below it.
    svi_raw const steep{4.0, 1.0, 0.5, 0.0, 0.5};
    svi_least const least = least_butterfly(steep);
    EXPECT_NEAR(least.value, (1 - 1.5 * 1.5 / 4) / 4, 1e-15);
    EXPECT_EQ(least.at, infinity);
    EXPECT_EQ(least_butterfly({4.0, 1.0, -0.5, 0.0, 0.5}).at, -infinity);
    // Without a smile g is one everywhere; without variance somewhere there is no market.
    EXPECT_EQ(least_butterfly({0.04, 0.0, 0.0, 0.0, 0.1}).value, 1);
    EXPECT_EQ(least_butterfly({-0.25, 0.5, 0.0, 0.1, 0.5}).value, -infinity);
    EXPECT_EQ(least_butterfly({-0.25, 0.5, 0.0, 0.1, 0.5}).at, 0.1);
}

// A distance that rounding could have made is none, but for a curve and itself.
TEST(svi_arbitrage, what_lies_above_does_so_however_it_is_rounded) {
    svi_raw const p{0.04, 0.1, -0.3, 0.05, 0.2};
    svi_least gap;
    EXPECT_TRUE(lies_above(p, p, gap));
    EXPECT_TRUE(lies_above(scaled(p, 1 + 1e-12), p, gap));
    EXPECT_FALSE(lies_above(scaled(p, 1 + 0x1p-52), p, gap));
    svi_raw up = p, aside = p;
    up.a += 0x1p-56;
    EXPECT_FALSE(lies_above(up, p, gap));
    aside.m += 1e-9;
    EXPECT_FALSE(lies_above(aside, p, gap));
    EXPECT_LT(gap.value, 0);
}

// Least variances down to a billionth of the curve's bend, widths and slopes over four decades.
TEST(svi_arbitrage, no_strike_has_less_g_than_the_least) {
    int butterflies = 0;
    for (std::uint64_t i = 0; i < 3000; ++i) {
        drawn_numbers const draw{i, 99};
        double const sigma = std::pow(10, draw(0, -4, 0.5)), rho = draw(1, -0.999, 0.999);
        double const b = std::pow(10, draw(2, -4, 0)), bend = b * sigma * std::sqrt(1 - rho * rho);
        double const low = bend * std::pow(10, draw(3, -9, 0.5));
        svi_raw const p{low - bend, b, rho, draw(4, -1, 1) * std::pow(10, draw(5, -3, 0.5)), sigma};
        svi_least const least = least_butterfly(p);
        butterflies += least.value < 0;
        double const middle = 0.5 * std::log((1 - rho) / (1 + rho));
        for (std::uint64_t j = 0; j < 400; ++j) {
            drawn_numbers const at{i * 400 + j, 7};
            double const close = (j % 4 == 0 ? 1 : -1) * std::pow(10, at(0, -6, 1));
            double const k = place_of(p, middle + (j % 2 == 0 ? close : at(1, -16, 16)));
            ASSERT_GE(butterfly_density(svi_at(p, k), k),
                      least.value - 1e-8 * std::abs(least.value) - 1e-9)
                << i << " at " << k;
        }
    }
    EXPECT_GT(butterflies, 500);
    EXPECT_LT(butterflies, 2900);
}

TEST(svi_arbitrage, no_strike_has_a_smaller_gap_than_the_least) {
    int crossings = 0, inside = 0;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        drawn_numbers const draw{i, 20260822};
        svi_raw const p{draw(0, 0, 0.1), draw(1, 0.01, 0.8), draw(2, -0.9, 0.9), draw(3, -0.5, 0.5),
                        std::pow(10, draw(4, -2, 0))};
        // The later one is steeper at both ends, by little or by much.
        double const more = std::pow(10, draw(5, -8, 0));
        double const call = svi_call_slope(p) * (1 + more * draw(6, 0, 1));
        double const put = svi_put_slope(p) * (1 + more * draw(7, 0, 1)), sum = call + put;
        svi_raw const q{p.a + draw(8, -0.05, 0.05), 0.5 * sum, (call - put) / sum,
                        p.m + p.sigma * draw(9, -2, 2), p.sigma * std::pow(10, draw(10, -1, 1))};
        svi_least const gap = least_calendar_gap(p, q);
        crossings += gap.value < 0;
        inside += gap.at > -infinity && gap.at < infinity;
        for (int j = -1600; j <= 1600; ++j)
            for (double const k : {place_of(p, 0.01 * j), place_of(q, 0.01 * j)}) {
                double const w = svi_at(q, k).variance;
                ASSERT_GE(w - svi_at(p, k).variance, gap.value - 1e-14 * (1 + w))
                    << i << " at " << k;
            }
    }
    EXPECT_GT(crossings, 300);
    EXPECT_LT(crossings, 950);
    EXPECT_GT(inside, 900);
}

}  // namespace
}  // namespace lockstep

// SVI and SSVI curves against published rows, differences and an arbitrage that is known.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "pricing/base/random.h"
#include "pricing/market/ssvi.h"
#include "pricing/market/svi.h"
#include "pricing/market/svi_arbitrage.h"
#include "pricing/market/variance_surface.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

/// Axel Vogt's curve: smooth to look at, and a butterfly costs less than nothing.
constexpr svi_raw vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

std::vector<reference_row> rows_of(std::string const& kind) {
    std::vector<reference_row> rows;
    for (auto const& row : reference_table("svi_reference.csv"))
        if (row.at("kind") == kind) rows.push_back(row);
    EXPECT_FALSE(rows.empty()) << kind;
    return rows;
}

svi_raw raw_in(reference_row const& row) {
    return {row.number("a_or_v"), row.number("b_or_psi"), row.number("rho_or_p"),
            row.number("m_or_c"), row.number("sigma_or_vtilde")};
}
svi_jump_wings wings_in(reference_row const& row) {
    svi_raw const p = raw_in(row);
    return {p.a, p.b, p.rho, p.m, p.sigma};
}

void expect_equal(svi_raw const& a, svi_raw const& b, double tolerance) {
    EXPECT_NEAR(a.a, b.a, tolerance);
    EXPECT_NEAR(a.b, b.b, tolerance);
    EXPECT_NEAR(a.rho, b.rho, tolerance);
    EXPECT_NEAR(a.m, b.m, tolerance);
    EXPECT_NEAR(a.sigma, b.sigma, tolerance);
}

/// A curve of ordinary size, drawn from a seed; most of them are free of arbitrage.
svi_raw drawn(std::uint64_t i) {
    auto const number = [&](std::uint64_t column, double low, double high) {
        return low + (high - low) * uniform_open(philox4x32(i, column, 20260822).first);
    };
    double const b = number(0, 0.01, 0.8), rho = number(1, -0.9, 0.9), sigma = number(2, 0.02, 1);
    double const least = -b * sigma * std::sqrt(1 - rho * rho);
    return {least + number(3, 0.001, 0.3), b, rho, number(4, -0.5, 0.5), sigma};
}

TEST(svi, gatheral_jacquier_2014_rows) {
    for (auto const& row : rows_of("vogt_point")) {
        double const k = row.number("k");
        svi_point const at = svi_at(vogt, k);
        EXPECT_NEAR(at.variance, row.number("w"), 1e-14 * row.number("w") * 10) << row.text;
        EXPECT_NEAR(std::sqrt(at.variance), row.number("iv"), 1e-13) << row.text;
        EXPECT_NEAR(butterfly_density(at, k), row.number("g"), 1e-13) << row.text;
    }
    svi_raw const textbook{0.03, 0.1, -0.2, 0.05, 0.5};
    for (auto const& row : rows_of("tff_point")) {
        EXPECT_EQ(raw_in(row).b, textbook.b);
        double const w = svi_at(textbook, row.number("k")).variance;
        EXPECT_NEAR(w, row.number("w"), 1e-14) << row.text;
        // These vols are printed to eight digits, for the time of two years.
        EXPECT_NEAR(std::sqrt(w / 2), row.number("iv"), 5e-9) << row.text;
    }
    for (auto const& row : rows_of("ssvi_point")) {
        ssvi_parameters const p{row.number("m_or_c"),
                                {row.number("b_or_psi"), row.number("rho_or_p"), false}};
        svi_raw const slice = ssvi_slice(p, row.number("a_or_v"));
        EXPECT_NEAR(svi_at(slice, row.number("k")).variance, row.number("w"), 1e-14) << row.text;
    }
}

TEST(svi, jump_wings_and_repairs_of_the_paper) {
    svi_jump_wings const exact = wings_in(rows_of("jw_of_vogt_exact")[0]);
    svi_jump_wings const ours = jump_wings_of(vogt, 1);
    EXPECT_NEAR(ours.variance, exact.variance, 1e-14);
    EXPECT_NEAR(ours.skew, exact.skew, 1e-13);
    EXPECT_NEAR(ours.put_slope, exact.put_slope, 1e-13);
    EXPECT_NEAR(ours.call_slope, exact.call_slope, 1e-13);
    EXPECT_NEAR(ours.minimum, exact.minimum, 1e-14);
    expect_equal(raw_of(ours, 1), vogt, 1e-13);

    // The paper prints the repaired wings to seven digits, and the row continues from those.
    svi_jump_wings const printed{0.01742625, -0.1752111, 0.6997381, 0.3493158, 0.01548182};
    svi_jump_wings const repaired = nearest_ssvi(ours);
    EXPECT_NEAR(repaired.call_slope, printed.call_slope, 1e-7);
    EXPECT_NEAR(repaired.minimum, printed.minimum, 1e-8);
    expect_equal(raw_of(printed, 1), raw_in(rows_of("repaired_guaranteed_raw")[0]), 1e-12);
    EXPECT_GE(least_butterfly(raw_of(repaired, 1)).value, 0);

    auto const row = rows_of("repaired_optimal_gmin")[0];
    svi_raw const optimal = raw_of(wings_in(rows_of("repaired_optimal_jw")[0]), 1);
    double const k = row.number("k");
    EXPECT_NEAR(butterfly_density(svi_at(optimal, k), k), row.number("g"), 1e-12);
    svi_least const least = least_butterfly(optimal);
    EXPECT_NEAR(least.at, k, 1e-3);
    EXPECT_LE(least.value, row.number("g"));
    EXPECT_GE(least.value, row.number("g") - 1e-7);
}

TEST(svi, vogts_arbitrage_is_seen) {
    auto const row = rows_of("vogt_gmin")[0];
    svi_least least;
    EXPECT_EQ(examine(vogt, least), svi_arbitrage::butterfly);
    EXPECT_NEAR(least.at, row.number("k"), 5e-4);
    // The row gives g at the three digits of k that it prints; the least lies between them.
    EXPECT_NEAR(least.value, row.number("g"), 1e-7);
    EXPECT_LE(least.value, row.number("g"));
}

TEST(svi, derivatives_are_those_of_the_curve) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        svi_raw const p = drawn(i);
        for (double const k : {-1.3, -0.2, 0.0, 0.4, 2.0}) {
            double const h = 1e-5 * p.sigma;
            double const up = svi_at(p, k + h).variance, down = svi_at(p, k - h).variance;
            EXPECT_NEAR(svi_at(p, k).slope, (up - down) / (2 * h), 1e-8 * (1 + p.b / p.sigma)) << i;
            double const slope_up = svi_at(p, k + h).slope, slope_down = svi_at(p, k - h).slope;
            EXPECT_NEAR(svi_at(p, k).curvature, (slope_up - slope_down) / (2 * h),
                        1e-6 * (1 + p.b / p.sigma))
                << i;
        }
    }
}

TEST(svi, every_way_of_writing_it_leads_back) {
    for (std::uint64_t i = 0; i < 500; ++i) {
        svi_raw const p = drawn(i);
        expect_equal(raw_of(natural_of(p)), p, 1e-12);
        // Jump wings leave the centre open when the least variance is at the money.
        if (std::abs(svi_at(p, 0).slope) < 0.01 * p.b) continue;
        for (double const time : {0.002, 0.5, 3.0})
            expect_equal(raw_of(jump_wings_of(p, time), time), p, 1e-8);
    }
}

/// A plain, dense look for a lower g than the one that was found.
TEST(svi, no_place_is_lower_than_the_least_found) {
    int arbitrage = 0;
    for (std::uint64_t i = 0; i < 300; ++i) {
        svi_raw const p = drawn(i);
        svi_least const least = least_butterfly(p);
        arbitrage += least.value < 0;
        for (int j = -20000; j <= 20000; ++j) {
            double const k = j * 5e-4;
            ASSERT_GE(butterfly_density(svi_at(p, k), k), least.value - 1e-7) << i << " at " << k;
        }
    }
    EXPECT_GT(arbitrage, 20);
    EXPECT_LT(arbitrage, 280);
}

TEST(svi, faults_are_named) {
    double const nan = std::nan("");
    EXPECT_EQ(fault_of(vogt), svi_fault::none);
    EXPECT_EQ(fault_of({nan, 0.1, 0, 0, 0.1}), svi_fault::not_finite);
    EXPECT_EQ(fault_of({0.1, -0.1, 0, 0, 0.1}), svi_fault::slope_is_negative);
    EXPECT_EQ(fault_of({0.1, 0.1, -1, 0, 0.1}), svi_fault::correlation_is_not_below_one);
    EXPECT_EQ(fault_of({0.1, 0.1, 0, 0, 0}), svi_fault::width_is_not_positive);
    EXPECT_EQ(fault_of({-0.1, 0.1, 0, 0, 0.1}), svi_fault::variance_is_negative);
    svi_least least;
    EXPECT_EQ(examine({0.1, -0.1, 0, 0, 0.1}, least), svi_arbitrage::invalid);
    EXPECT_NE(examine({0.1, 1.5, 0.5, 0, 0.5}, least) & svi_arbitrage::wing, 0);
}

TEST(svi, curves_that_cross_are_seen_and_a_share_lies_beneath) {
    svi_raw const early{0.02, 0.1, -0.3, 0.0, 0.2}, late{0.03, 0.12, -0.35, 0.02, 0.25};
    EXPECT_GT(least_calendar_gap(early, late).value, 0);
    EXPECT_LT(least_calendar_gap(late, early).value, 0);
    EXPECT_EQ(least_calendar_gap(early, early).value, 0);
    // Above in the middle, below in the far put wing.
    svi_raw const steep{0.02, 0.14, -0.6, 0.0, 0.2};
    EXPECT_EQ(least_calendar_gap(steep, late).value, -infinity);
    for (svi_raw const& curve : {steep, late, early}) {
        double const share = largest_share(curve, early);
        svi_raw const beneath = scaled(curve, share * (1 - 1e-9));
        EXPECT_GE(least_calendar_gap(beneath, early).value, 0);
        EXPECT_LE(share, 1);
        EXPECT_GT(share, 0.4);
    }
}

/// g is concave in the share of the variance, and a square at zero.
TEST(svi, what_is_free_of_butterflies_stays_so_when_it_is_scaled_down) {
    for (std::uint64_t i = 0; i < 200; ++i) {
        svi_raw const p = drawn(i);
        if (least_butterfly(p).value < 0) continue;
        for (double const share : {0.9, 0.5, 0.1, 0.001})
            EXPECT_GE(least_butterfly(scaled(p, share)).value, 0) << i << ' ' << share;
    }
}

TEST(ssvi, surfaces_that_are_said_to_be_free_are) {
    for (std::uint64_t i = 0; i < 60; ++i) {
        auto const number = [&](std::uint64_t column) {
            return uniform_open(philox4x32(i, column, 7).first);
        };
        double const rho = 1.98 * number(0) - 0.99;
        double const eta = 2.0 * number(1) / (1 + std::abs(rho));
        ssvi_parameters const p{rho, {eta, 0.5 * number(2), true}};
        ASSERT_TRUE(ssvi_surface_is_free(p));
        svi_raw before{};
        for (double theta = 1e-5; theta < 20; theta *= 1.7) {
            EXPECT_TRUE(ssvi_slice_is_free(theta, rho, value_of(p.phi, theta)));
            svi_raw const slice = ssvi_slice(p, theta);
            EXPECT_NEAR(svi_at(slice, 0).variance, theta, 1e-13 * theta);
            svi_least least;
            EXPECT_EQ(examine(slice, least), 0) << i << " theta " << theta << " g " << least.value;
            if (theta > 1e-5) {
                EXPECT_GE(least_calendar_gap(before, slice).value, 0) << i << ' ' << theta;
            }
            before = slice;
        }
    }
    EXPECT_FALSE(ssvi_surface_is_free({0.5, {1.5, 0.4, true}}));
    EXPECT_FALSE(ssvi_surface_is_free({0.1, {1.0, 0.6, true}}));
    EXPECT_FALSE(ssvi_surface_is_free({0.1, {1.0, 0.4, false}}));
}

TEST(variance_surface, is_linear_in_time_and_flat_outside) {
    std::vector<expiry_curve> const curves{{0.1, {0.004, 0.05, -0.2, 0.0, 0.1}},
                                           {0.5, {0.02, 0.1, -0.3, 0.01, 0.2}},
                                           {1.0, {0.05, 0.15, -0.3, 0.02, 0.3}}};
    view<expiry_curve const> const all{curves.data(), curves.size()};
    for (double const k : {-0.5, 0.0, 0.3}) {
        double const first = svi_at(curves[0].curve, k).variance;
        double const second = svi_at(curves[1].curve, k).variance;
        double const last = svi_at(curves[2].curve, k).variance;
        EXPECT_EQ(total_variance(all, k, 0.1), first);
        EXPECT_EQ(total_variance(all, k, 0.5), second);
        EXPECT_EQ(total_variance(all, k, 1.0), last);
        EXPECT_NEAR(total_variance(all, k, 0.2), 0.75 * first + 0.25 * second, 1e-16);
        EXPECT_NEAR(total_variance(all, k, 0.75), 0.5 * (second + last), 1e-16);
        EXPECT_NEAR(surface_vol(all, k, 0.001), std::sqrt(first / 0.1), 1e-15);
        EXPECT_NEAR(surface_vol(all, k, 4.0), std::sqrt(last), 1e-15);
    }
}

}  // namespace
}  // namespace lockstep

// Fits of SVI and SSVI to quotes whose curve is known, to quotes that allow arbitrage, and to
// little.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "pricing/base/digest.h"
#include "pricing/base/random.h"
#include "pricing/market/ssvi_fit.h"
#include "pricing/market/svi_fit.h"

namespace lockstep {
namespace {

constexpr svi_raw vogt{-0.0410, 0.1331, 0.3060, 0.3586, 0.4153};

using quotes = std::vector<variance_quote>;

view<variance_quote const> all(quotes const& q) { return {q.data(), q.size()}; }

/// Quotes of a curve at `count` strikes from `low` to `high` standard deviations.
quotes quotes_of_curve(svi_raw const& curve, int count, double low, double high, double noise = 0) {
    double const unit = std::sqrt(svi_at(curve, 0).variance);
    quotes out;
    for (int i = 0; i < count; ++i) {
        double const k = unit * (low + (high - low) * i / (count - 1));
        double const w = svi_at(curve, k).variance, spread = 0.01 * w;
        double const drawn = standard_normal(philox4x32(static_cast<std::uint64_t>(i), 1, 5).first);
        out.push_back({k, w + noise * spread * drawn, spread});
    }
    return out;
}

double worst_vol_error(svi_raw const& fit, svi_raw const& truth, quotes const& at, double time) {
    double worst = 0;
    for (variance_quote const& q : at)
        worst = std::max(worst, std::abs(std::sqrt(svi_at(fit, q.k).variance / time) -
                                         std::sqrt(svi_at(truth, q.k).variance / time)));
    return worst;
}

void expect_curve(svi_raw const& a, svi_raw const& b, double tolerance) {
    EXPECT_NEAR(a.a, b.a, tolerance * std::abs(b.a) + 1e-12);
    EXPECT_NEAR(a.b, b.b, tolerance * b.b);
    EXPECT_NEAR(a.rho, b.rho, tolerance);
    EXPECT_NEAR(a.m, b.m, tolerance * b.sigma);
    EXPECT_NEAR(a.sigma, b.sigma, tolerance * b.sigma);
}

/// From an hour to five years: the same shape at every size.
TEST(svi_fit, known_parameters_come_back_at_every_time_to_expiry) {
    for (double const years : {1.0 / 8760, 6.0 / 8760, 1.0 / 365, 7.0 / 365, 0.25, 1.0, 5.0})
        for (double const rho : {-0.7, -0.2, 0.0, 0.45}) {
            double const unit = 0.36 * years, root = std::sqrt(unit);
            svi_raw const truth{0.6 * unit, 0.25 * root, rho, 0.3 * root, 1.2 * root};
            auto const q = quotes_of_curve(truth, 25, -4, 4);
            svi_fit_result const fit = fit_svi(all(q));
            ASSERT_EQ(fit.status, svi_fit_status::fitted) << years << ' ' << rho;
            expect_curve(fit.curve, truth, 1e-6);
            EXPECT_LT(fit.cost, 1e-14);
        }
}

TEST(svi_fit, five_quotes_are_enough_and_four_are_refused) {
    svi_raw const truth{0.04, 0.1, -0.4, 0.05, 0.1};
    auto q = quotes_of_curve(truth, 5, -2, 2);
    svi_fit_result const fit = fit_svi(all(q));
    EXPECT_LT(worst_vol_error(fit.curve, truth, q, 1), 1e-5);
    q.pop_back();
    EXPECT_EQ(fit_svi(all(q)).status, svi_fit_status::too_few_quotes);
    EXPECT_EQ(fit_svi({}).status, svi_fit_status::too_few_quotes);
}

TEST(svi_fit, noise_moves_it_by_about_the_noise) {
    svi_raw const truth{0.04, 0.1, -0.4, 0.05, 0.1};
    auto const q = quotes_of_curve(truth, 41, -3, 3, 1.0);
    svi_fit_result const fit = fit_svi(all(q));
    // A spread is 1 % of the variance: half a per cent of a vol of about a quarter.
    EXPECT_LT(worst_vol_error(fit.curve, truth, q, 1), 0.002);
    EXPECT_LT(fit.cost, 41);
    EXPECT_GT(fit.cost, 5);
}

TEST(svi_fit, stale_quotes_hardly_move_it) {
    svi_raw const truth{0.04, 0.1, -0.4, 0.05, 0.1};
    auto q = quotes_of_curve(truth, 31, -3, 3);
    q[4].variance *= 1.5;
    q[15].variance *= 0.7;
    q[26].variance *= 1.4;
    svi_fit_result const fit = fit_svi(all(q));
    EXPECT_LT(worst_vol_error(fit.curve, truth, q, 1), 0.002);
}

/// All strikes on one side: the other wing is nobody's business, but the curve must be one.
TEST(svi_fit, one_sided_quotes_give_a_curve_without_arbitrage) {
    svi_raw const truth{0.0004, 0.01, -0.3, 0.004, 0.02};
    for (auto const& [low, high] : {std::pair{0.2, 4.0}, {-4.0, -0.2}, {-0.3, 0.3}}) {
        auto const q = quotes_of_curve(truth, 7, low, high);
        svi_fit_result const fit = fit_svi(all(q));
        EXPECT_LE(fit.status, svi_fit_status::repaired);
        EXPECT_LT(worst_vol_error(fit.curve, truth, q, 0.002), 0.005);
        svi_least least;
        EXPECT_EQ(examine(fit.curve, least), 0);
    }
}

TEST(svi_fit, vogts_arbitrage_is_repaired) {
    auto const q = quotes_of_curve(vogt, 31, -8, 9);
    svi_fit_result const fit = fit_svi(all(q));
    EXPECT_EQ(fit.status, svi_fit_status::repaired);
    svi_least least;
    EXPECT_EQ(examine(fit.curve, least), 0);
    // Gatheral and Jacquier's own repair (section 5.1) keeps the money and moves the wing; ours may
    // be no further off than half as much again, by the spreads.
    auto const distance = [&](svi_raw const& curve) {
        double sum = 0;
        for (auto const& p : q) {
            double const off = (svi_at(curve, p.k).variance - p.variance) / p.spread;
            sum += off * off;
        }
        return sum;
    };
    svi_jump_wings const theirs{0.01742625, -0.1752111, 0.6997381, 0.8564763, 0.0116249};
    EXPECT_LT(distance(fit.curve), 1.5 * distance(raw_of(theirs, 1)));
}

TEST(svi_fit, a_crossing_with_a_later_expiry_is_repaired) {
    svi_raw const truth{0.04, 0.1, -0.4, 0.05, 0.1};
    auto const q = quotes_of_curve(truth, 25, -3, 3);
    svi_fit_result const alone = fit_svi(all(q));
    svi_raw const above{0.033, 0.11, -0.35, 0.05, 0.12};  // a little below in the middle
    ASSERT_LT(least_calendar_gap(alone.curve, above).value, 0);
    svi_fit_result const beneath = refit_svi(all(q), alone, {nullptr, &above});
    EXPECT_EQ(beneath.status, svi_fit_status::repaired);
    EXPECT_GE(least_calendar_gap(beneath.curve, above).value, 0);
    svi_least least;
    EXPECT_EQ(examine(beneath.curve, least), 0);
    EXPECT_LT(worst_vol_error(beneath.curve, truth, q, 1), 0.02);
}

TEST(svi_fit, a_curve_is_kept_between_two_others) {
    svi_raw const truth{0.04, 0.1, -0.4, 0.05, 0.1};
    auto const q = quotes_of_curve(truth, 25, -3, 3);
    svi_fit_result const alone = fit_svi(all(q));
    svi_raw const below{0.046, 0.11, -0.3, 0.0, 0.05}, above{0.07, 0.13, -0.3, 0.0, 0.05};
    ASSERT_LT(least_calendar_gap(below, alone.curve).value, 0);
    svi_fit_result const raised = refit_svi(all(q), alone, {&below, &above});
    EXPECT_EQ(raised.status, svi_fit_status::repaired);
    EXPECT_GE(least_calendar_gap(below, raised.curve).value, 0);
    EXPECT_GE(least_calendar_gap(raised.curve, above).value, 0);
    EXPECT_GT(raised.cost, alone.cost);
    // Nothing lies between curves that cross.
    EXPECT_EQ(refit_svi(all(q), alone, {&above, &below}).status, svi_fit_status::arbitrage_remains);
}

TEST(svi_fit, quotes_that_no_curve_could_have_end_in_a_status) {
    // Variances that fall to nothing between neighbours, up and down.
    quotes q;
    for (int i = 0; i < 12; ++i) q.push_back({0.1 * (i - 6), i % 2 ? 0.09 : 1e-8, 1e-4});
    svi_fit_result const fit = fit_svi(all(q));
    svi_least least;
    if (fit.status == svi_fit_status::fitted || fit.status == svi_fit_status::repaired) {
        EXPECT_EQ(examine(fit.curve, least), 0);
    }
    EXPECT_EQ(fault_of(fit.curve), svi_fault::none);
    // One strike, many times.
    for (auto& p : q) p = {0.0, 0.04, 0.001};
    svi_fit_result const flat = fit_svi(all(q));
    EXPECT_EQ(fault_of(flat.curve), svi_fault::none);
    EXPECT_NEAR(svi_at(flat.curve, 0).variance, 0.04, 1e-3);
}

TEST(ssvi_fit, a_known_surface_comes_back) {
    ssvi_parameters const truth{-0.3, {1.1, 0.35, true}};
    double const thetas[] = {0.0004, 0.003, 0.01, 0.05, 0.2};
    std::vector<quotes> q;
    for (double const theta : thetas)
        q.push_back(quotes_of_curve(ssvi_slice(truth, theta), 21, -3.1, 3));
    std::vector<ssvi_expiry> expiries(q.size());
    for (std::size_t i = 0; i < q.size(); ++i) expiries[i].quotes = all(q[i]);
    ssvi_fit_result const fit = fit_ssvi({expiries.data(), expiries.size()});
    ASSERT_EQ(fit.status, ssvi_fit_status::fitted);
    EXPECT_NEAR(fit.parameters.rho, truth.rho, 1e-8);
    EXPECT_NEAR(fit.parameters.phi.eta, truth.phi.eta, 1e-8);
    EXPECT_NEAR(fit.parameters.phi.gamma, truth.phi.gamma, 1e-8);
    for (std::size_t i = 0; i < q.size(); ++i)
        EXPECT_NEAR(expiries[i].theta, thetas[i], 1e-8 * thetas[i]);
}

TEST(ssvi_fit, whatever_it_finds_is_free_of_arbitrage) {
    // Two expiries that cross, and one between them without quotes.
    auto const early = quotes_of_curve(vogt, 21, -8, 9);
    auto const late = quotes_of_curve({0.005, 0.05, -0.5, 0.1, 0.1}, 21, -3, 3);
    ssvi_expiry expiries[3]{};
    expiries[0].quotes = all(early);
    expiries[2].quotes = all(late);
    ssvi_fit_result const fit = fit_ssvi({expiries, 3});
    ASSERT_EQ(fit.status, ssvi_fit_status::fitted);
    EXPECT_TRUE(ssvi_surface_is_free(fit.parameters));
    EXPECT_LE(expiries[0].theta, expiries[1].theta);
    EXPECT_LE(expiries[1].theta, expiries[2].theta);
    EXPECT_GT(expiries[0].theta, 0);
    ssvi_expiry none[1]{};
    EXPECT_EQ(fit_ssvi({none, 1}).status, ssvi_fit_status::no_quotes);
}

}  // namespace
}  // namespace lockstep

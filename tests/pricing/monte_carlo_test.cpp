// Simulated prices against closed forms, within four of their own standard errors; with fixed
// seeds, so that what passes once passes always.
#include "pricing/model/monte_carlo.h"

#include "pricing/model/asian.h"
#include "pricing/model/barrier.h"
#include "pricing/model/best_of.h"
#include "tests/pricing/path_runner.h"
#include "tests/pricing/payoff_checks.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

path_contract contract(path_payoff payoff, int dates, double strike, double time, double rate) {
    path_contract c{};
    c.payoff = payoff;
    c.assets = 1;
    c.dates = dates;
    c.strike = strike;
    c.time = time;
    c.rate = rate;
    c.asset[0] = {100, 0.02, 0.3, 1};
    c.factor[0][0] = 1;
    return c;
}

void expect_within_four_errors(path_result const& r, double truth, double error_max) {
    EXPECT_NEAR(r.value, truth, 4 * r.error);
    EXPECT_LT(r.error, error_max);
}

TEST(monte_carlo, european_options_of_both_sources) {
    for (bool sobol : {false, true})
        for (bool put : {false, true}) {
            path_contract c = contract(path_payoff::european, 8, 105, 0.5, 0.05);
            c.put = put;
            auto const a = detail::asset_of(spot_option(100, 0.5, 0.05, 0.02, 0.3));
            double const truth = value_of(detail::plain_option(a, 105, put));
            auto const r = run_paths(c, 1 << 15, 3, sobol);
            expect_within_four_errors(r, truth, sobol ? 6e-3 : 8e-2);
        }
}

TEST(monte_carlo, the_bridge_makes_sobol_much_better_than_philox) {
    path_contract const c = contract(path_payoff::asian, 32, 100, 1, 0.05);
    EXPECT_LT(run_paths(c, 1 << 14, 5, true).error, run_paths(c, 1 << 14, 5, false).error / 10);
}

TEST(monte_carlo, a_discrete_asian_against_the_geometric_control_and_the_lower_bound) {
    path_contract c = contract(path_payoff::asian, 52, 30.78, 1, 0.06);
    c.asset[0] = {30.78, 0.0097, 0.4133, 1};
    c.control = 1;
    auto const asset = spot_option(30.78, 1, 0.06, 0.0097, 0.4133);
    double const geometric =
        value_asian({asset, 30.78, 1.0 / 52, 52, 0, 0, 0.4133, asian_kind::geometric}).price;
    double const bound =
        value_asian({asset, 30.78, 1.0 / 52, 52, 0, 0, 0.4133, asian_kind::conditioned}).price;
    auto r = run_paths(c, 1 << 16, 7, true);
    // Zhou's value, of asian_discrete_arith_aqfed.csv.
    expect_within_four_errors({r.value + geometric, r.error + 2.5e-5}, 3.228397973658813, 4e-4);
    EXPECT_GT(r.value + geometric, bound - 4 * r.error);
}

TEST(monte_carlo, two_assets_of_stulz) {
    for (auto [payoff, kind] : {std::pair{path_payoff::worst_of, best_of_kind::smaller},
                                {path_payoff::best_of, best_of_kind::larger}})
        for (double rho : {-0.4, 0.9}) {
            path_contract c = contract(payoff, 1, 98, 0.5, 0.05);
            c.assets = 2;
            c.asset[1] = {105, 0.01, 0.2, 1};
            double const matrix[path_assets_max][path_assets_max] = {{1, rho}, {rho, 1}};
            ASSERT_TRUE(factor_correlation(matrix, 2, c.factor));
            double const truth =
                value_best_of(
                    {{spot_option(100, 0.5, 0.05, 0.02, 0.3), 105, 0.01, 0.2, rho}, 98, 98, kind})
                    .price;
            expect_within_four_errors(run_paths(c, 1 << 15, 11, false), truth, 0.12);
            expect_within_four_errors(run_paths(c, 1 << 15, 11, true), truth, 0.01);
        }
}

TEST(monte_carlo, a_basket_of_one_asset_in_two_halves) {
    path_contract c = contract(path_payoff::european, 1, 105, 0.5, 0.05);
    c.assets = 2;
    c.asset[0].weight = c.asset[1].weight = 0.5;
    c.asset[1] = c.asset[0];
    double const nearly = 1 - 1e-9;
    double const matrix[path_assets_max][path_assets_max] = {{1, nearly}, {nearly, 1}};
    ASSERT_TRUE(factor_correlation(matrix, 2, c.factor));
    auto const a = detail::asset_of(spot_option(100, 0.5, 0.05, 0.02, 0.3));
    expect_within_four_errors(run_paths(c, 1 << 14, 1, true),
                              value_of(detail::plain_option(a, 105, false)), 0.02);
}

TEST(monte_carlo, barriers_watched_always_and_at_dates) {
    for (auto kind : {barrier_kind::down_out, barrier_kind::down_in, barrier_kind::up_out,
                      barrier_kind::up_in}) {
        bool const above = side_of(kind) == barrier_side::above;
        double const level = above ? 125 : 90;
        path_contract c = contract(path_payoff::barrier, 16, 100, 0.5, 0.05);
        c.barrier = level;
        c.barrier_above = above;
        c.knock_in = knocks_in(kind);
        auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.3);
        auto const closed = [&](double monitoring) {
            return value_barrier({asset, 100, level, 0, monitoring, kind}).price;
        };
        c.continuous = 1;
        expect_within_four_errors(run_paths(c, 1 << 15, 2, true), closed(0), 0.05);
        c.continuous = 0;
        auto const r = run_paths(c, 1 << 15, 2, true);
        // The correction for dates is an approximation itself.
        EXPECT_NEAR(r.value, closed(16), 4 * r.error + 0.05);
    }
}

// Table 1 of the paper: 50 dates a year. The whole table, more closely, is in mc_command_test.cpp.
TEST(longstaff_schwartz, corners_of_table_1_of_the_paper) {
    for (auto const& row : reference_table("longstaff_schwartz_table1.csv")) {
        if (row.at("S") != "36" && row.at("S") != "44") continue;
        double const time = row.number("T");
        path_contract c = contract(path_payoff::american, 50, 40, time, 0.06);
        c.put = 1;
        c.asset[0] = {row.number("S"), 0, row.number("vol"), 1};
        exercise_policy const policy = policy_of(c, 1 << 13, 1000);
        auto const r = run_paths(c, 1 << 13, 17, false, &policy);
        double const truth = row.number("bermudan_50py");
        EXPECT_NEAR(r.value, truth, 4 * r.error) << row.text;
        EXPECT_NEAR(r.value, row.number("LSM_paper"), 4 * std::hypot(r.error, 0.01)) << row.text;
        EXPECT_LT(r.error, 0.07);
    }
}

TEST(longstaff_schwartz, a_policy_that_never_exercises_is_european) {
    path_contract c = contract(path_payoff::american, 10, 105, 0.5, 0.05);
    exercise_policy never{};
    for (auto& terms : never.value) terms[0] = 1e300;
    path_contract e = c;
    e.payoff = path_payoff::european;
    EXPECT_NEAR(run_paths(c, 4096, 5, false, &never).value, run_paths(e, 4096, 5, false).value,
                1e-12);
}

TEST(factor_correlation, makes_the_matrix_again_or_refuses) {
    double const matrix[path_assets_max][path_assets_max] = {
        {1, 0.5, -0.2}, {0.5, 1, 0.3}, {-0.2, 0.3, 1}};
    double factor[path_assets_max][path_assets_max] = {};
    ASSERT_TRUE(factor_correlation(matrix, 3, factor));
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) {
            double sum = 0;
            for (int k = 0; k < 3; ++k) sum += factor[i][k] * factor[j][k];
            EXPECT_NEAR(sum, matrix[i][j], 1e-15);
        }
    double const broken[path_assets_max][path_assets_max] = {
        {1, 0.9, -0.9}, {0.9, 1, 0.9}, {-0.9, 0.9, 1}};
    EXPECT_FALSE(factor_correlation(broken, 3, factor));
}

TEST(brownian_bridge, has_the_covariance_of_brownian_motion) {
    for (int dates : {1, 2, 3, 7, 16, 50, 128}) {
        std::vector<bridge_step> steps(static_cast<std::size_t>(dates));
        plan_bridge(dates, steps.data());
        // Row k: how W at date k hangs on each number.
        std::vector<std::vector<double>> rows(static_cast<std::size_t>(dates),
                                              std::vector<double>(static_cast<std::size_t>(dates)));
        for (int i = 0; i < dates; ++i) {
            auto const& s = steps[static_cast<std::size_t>(i)];
            auto& row = rows[static_cast<std::size_t>(s.at)];
            for (std::size_t k = 0; k < row.size(); ++k) {
                if (s.left >= 0)
                    row[k] += s.left_weight * rows[static_cast<std::size_t>(s.left)][k];
                if (s.right >= 0)
                    row[k] += s.right_weight * rows[static_cast<std::size_t>(s.right)][k];
            }
            row[static_cast<std::size_t>(i)] += s.spread;
        }
        for (std::size_t a = 0; a < rows.size(); ++a)
            for (std::size_t b = 0; b <= a; ++b) {
                double sum = 0;
                for (std::size_t k = 0; k < rows.size(); ++k) sum += rows[a][k] * rows[b][k];
                EXPECT_NEAR(sum, static_cast<double>(b + 1), 1e-12);
            }
    }
}

TEST(sobol, first_points_fill_every_dimension_evenly) {
    std::vector<std::uint32_t> v(sobol_dimensions * sobol_bits);
    sobol_directions(v.data());
    for (int d = 0; d < sobol_dimensions; ++d) {
        std::vector<int> seen(256);
        for (std::uint64_t i = 0; i < 256; ++i)
            ++seen[sobol_point(&v[static_cast<std::size_t>(d * sobol_bits)], i) >> 24];
        for (int count : seen) ASSERT_EQ(count, 1) << "dimension " << d;
    }
    // The first points of new-joe-kuo-6 are (0.5, 0.5, 0.5), (0.75, 0.25, 0.25), (0.25, 0.75,
    // 0.75), (0.375, 0.375, 0.625) in Gray code; these are the points of single bits.
    auto const at = [&](int d, std::uint64_t i) {
        return static_cast<double>(sobol_point(&v[static_cast<std::size_t>(d * sobol_bits)], i)) *
               0x1p-32;
    };
    for (int d = 0; d < 4; ++d) EXPECT_EQ(at(d, 1), 0.5);
    EXPECT_EQ(at(0, 2), 0.25);
    EXPECT_EQ(at(1, 2), 0.75);
    EXPECT_EQ(at(2, 2), 0.75);
    EXPECT_EQ(at(0, 4), 0.125);
    EXPECT_EQ(at(1, 4), 0.625);
    EXPECT_EQ(at(2, 4), 0.375);
}

}  // namespace
}  // namespace lockstep

// Fits of Heston's parameters: known ones come back from their own prices, the same whoever
// computes; and a real chain where there is one.
#include "host/heston/fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "host/base/error.h"
#include "host/heston/chain_quotes.h"
#include "host/heston/parameters_file.h"
#include "host/market/load.h"
#include "pricing/model/heston_price.h"
#include "pricing/model/implied_vol.h"
#include "tests/host/real_data.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

/// Seven expiries of a week to a year, 21 strikes each, at the vols that the parameters imply.
heston_quotes quotes_of(heston_parameters const& p) {
    heston_quotes q;
    for (double const days : {7.0, 14.0, 30.0, 60.0, 120.0, 250.0, 365.0}) {
        heston_expiry const x{100, days / 365, 0, 0, p, 0};
        q.expiries.push_back(x);
        for (int i = 0; i < 21; ++i) {
            double const k = 100 * std::exp(std::sqrt(p.theta * x.time) * (-2.5 + 0.25 * i));
            bool const put = k < 100;
            heston_row const row = value_heston(x, k, put);
            implied_vol_value const iv = implied_vol(
                {100, k, x.time, row.v.values[0], 1, put ? std::uint64_t{option_flag::put} : 0});
            q.add(k, iv.vol, put);
        }
        q.begin.push_back(static_cast<std::uint32_t>(q.size()));
    }
    return q;
}

TEST(heston_fit, finds_the_parameters_that_made_the_vols) {
    auto const with = make_backend({backend_kind::cpu, 1, ""});
    heston_parameters const truths[] = {{0.04, 2, 0.06, 0.5, -0.7, 0, 0, 0},
                                        {0.5, 3, 0.45, 1.5, -0.2, 0, 0, 0},
                                        {0.1, 1, 0.2, 0.8, 0.3, 0, 0, 0},
                                        {0.02, 6, 0.09, 2.5, -0.9, 0, 0, 0}};
    for (heston_parameters const& p : truths) {
        heston_fit const fit = fit_heston(quotes_of(p), *with);
        EXPECT_EQ(fit.status, heston_fit_status::converged);
        EXPECT_NEAR(fit.parameters.v0, p.v0, 1e-8 * p.v0);
        EXPECT_NEAR(fit.parameters.kappa, p.kappa, 1e-7 * p.kappa);
        EXPECT_NEAR(fit.parameters.theta, p.theta, 1e-8 * p.theta);
        EXPECT_NEAR(fit.parameters.sigma, p.sigma, 1e-7 * p.sigma);
        EXPECT_NEAR(fit.parameters.rho, p.rho, 1e-7);
        EXPECT_LT(fit.worst_vol, 1e-9);
    }
}

TEST(heston_fit, is_the_same_to_the_last_bit_on_every_backend) {
    heston_quotes quotes = quotes_of({0.1, 1, 0.2, 0.8, 0.3, 0, 0, 0});
    for (std::size_t i = 0; i < quotes.size(); ++i)
        quotes.vol[i] *= 1 + 0.01 * std::sin(7.0 * static_cast<double>(i));
    heston_quotes noisy;
    for (std::size_t e = 0; e < quotes.expiries.size(); ++e) {
        noisy.expiries.push_back(quotes.expiries[e]);
        for (std::size_t i = quotes.begin[e]; i < quotes.begin[e + 1]; ++i)
            noisy.add(quotes.strike[i], quotes.vol[i], (quotes.flags[i] & option_flag::put) != 0);
        noisy.begin.push_back(static_cast<std::uint32_t>(noisy.size()));
    }
    auto const plain = make_backend({backend_kind::cpu, 1, "base"});
    auto const best = make_backend({backend_kind::cpu, 2, ""});
    heston_fit const a = fit_heston(noisy, *plain), b = fit_heston(noisy, *best);
    EXPECT_EQ(a.status, heston_fit_status::converged);
    EXPECT_GT(a.rmse_vol, 1e-4);
    EXPECT_EQ(bits_of(a.parameters.kappa), bits_of(b.parameters.kappa));
    EXPECT_EQ(bits_of(a.parameters.rho), bits_of(b.parameters.rho));
    EXPECT_EQ(bits_of(a.rmse_vol), bits_of(b.rmse_vol));
}

TEST(heston_fit, says_when_it_ends_at_a_bound_or_has_too_little) {
    auto const with = make_backend({backend_kind::cpu, 1, ""});
    heston_quotes const quotes = quotes_of({0.04, 2, 0.06, 0.5, -0.7, 0, 0, 0});
    heston_bounds narrow;
    narrow.high[3] = 0.3;  // sigma
    heston_fit const fit = fit_heston(quotes, *with, narrow);
    EXPECT_EQ(fit.status, heston_fit_status::converged_at_a_bound);
    EXPECT_TRUE(fit.at_bound[3]);
    EXPECT_FALSE(fit.at_bound[0]);
    EXPECT_EQ(fit_heston({}, *with).status, heston_fit_status::too_few_quotes);
}

TEST(heston_fit, of_a_real_chain_is_within_a_few_vol_points) {
    auto const file = real_data("deribit_options_2026-08-22.csv");
    if (!file) GTEST_SKIP() << "no real data";
    exception_log rejected;
    auto const chains = heston_chains_of(load_market(file->string(), rejected), {});
    ASSERT_EQ(chains.size(), 2u);
    auto const with = make_backend({backend_kind::cpu, 0, ""});
    for (auto const& chain : chains) {
        heston_fit const fit = fit_heston(chain.quotes, *with);
        EXPECT_GT(chain.quotes.size(), 200u);
        EXPECT_LE(fit.status, heston_fit_status::converged_at_a_bound) << chain.underlying;
        EXPECT_LT(fit.rmse_vol, 0.04) << chain.underlying;
        for (double const vol : fit.vol) EXPECT_GT(vol, 0.0);
    }
}

TEST(heston_parameters_file, comes_back_as_it_was_written) {
    std::string const path = scratch_file("heston_parameters.toml");
    heston_parameters const p{0.1, 1.0 / 3, 0.2, 0.8, -0.3, 1.5, -0.1, 0.2};
    std::ofstream(path) << heston_parameters_text(p);
    heston_parameters const back = read_heston_parameters(path);
    EXPECT_EQ(bits_of(back.kappa), bits_of(p.kappa));
    EXPECT_EQ(bits_of(back.rho), bits_of(p.rho));
    EXPECT_EQ(bits_of(back.jump_mean), bits_of(p.jump_mean));
}

TEST(heston_parameters_file, faults_are_named) {
    std::string const path = scratch_file("heston_faulty.toml");
    auto const fault = [&](char const* text) {
        std::ofstream(path) << text;
        try {
            read_heston_parameters(path);
        } catch (input_error const& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_NE(fault("v0 = 1\nkappa = 1\ntheta = 1\nsigma = 1\n").find("'rho' is missing"),
              std::string::npos);
    EXPECT_NE(fault("v0 = 1\nkappa = 1\ntheta = 1\nsigma = 1\nrho = 2\n").find("'rho' must lie"),
              std::string::npos);
    EXPECT_NE(fault("v0 = 1\nkappa = 1\ntheta = 1\nsigma = 1\nrho = 0\nvol = 1\n")
                  .find("'vol' is not known"),
              std::string::npos);
}

}  // namespace
}  // namespace lockstep

// Heston's and Bates' model against published prices, prices of 40 digits, a slow oracle for the
// derivatives, and the models that they turn into at their edges.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "pricing/model/black.h"
#include "pricing/model/heston_price.h"
#include "pricing/model/merton.h"
#include "tests/pricing/heston_oracle.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

heston_expiry spot_expiry(double spot, double time, double rate, double dividend,
                          heston_parameters const& p) {
    return {spot, time, rate, dividend, p, option_flag::spot};
}

double value(heston_row const& row, heston_value column) {
    return row.v.values[static_cast<std::size_t>(column)];
}
double price(heston_row const& row) { return value(row, heston_value::price); }
double error(heston_row const& row) { return value(row, heston_value::error); }

heston_row value_row(reference_row const& row) {
    heston_parameters const p{row.number("v0"),
                              row.number("kappa"),
                              row.number("theta"),
                              row.number("sigma"),
                              row.number("rho"),
                              0,
                              0,
                              0};
    return value_heston(
        spot_expiry(row.number("S"), row.number("T"), row.number("r"), row.number("q"), p),
        row.number("K"), row.at("type") == "P");
}

// The row of Kahl and Jaeckel is printed to six digits. QuantLib's rows of the cosine method are
// held to what sixteen digits say of the price from which they come: call less put.
TEST(heston, published_prices_to_their_digits) {
    for (auto const& row : reference_table("heston_reference.csv")) {
        heston_row const ours = value_row(row);
        double const expected = row.number("price");
        double const tolerance = row.at("id") == "KJ" ? 1e-5 : 1e-12 * expected;
        EXPECT_EQ(ours.status, heston_status::computed) << row.text;
        EXPECT_NEAR(price(ours), expected, tolerance) << row.text;
    }
}

// Fang and Oosterlee (2008), table 4, print 5.785155450: wrong in the ninth digit.
TEST(heston, fang_and_oosterlee_are_off_in_the_ninth_digit) {
    heston_parameters const p{0.0175, 1.5768, 0.0398, 0.5751, -0.5711, 0, 0, 0};
    heston_row const ours = value_heston(spot_expiry(100, 1, 0, 0, p), 100, false);
    EXPECT_NEAR(price(ours), 5.785155434376189, 5e-15);
    EXPECT_GT(std::abs(price(ours) - 5.785155450), 1.5e-8);
}

/// Strikes up to four deviations out, a day to ten years, the Feller condition broken or not.
TEST(heston, random_prices_of_forty_digits) {
    double worst = 0;
    for (auto const& row : reference_table("heston_random.csv")) {
        heston_row const ours = value_row(row);
        double const expected = row.number("price");
        EXPECT_EQ(ours.status, heston_status::computed) << row.text;
        EXPECT_NEAR(price(ours), expected, 1e-12 * expected) << row.text;
        EXPECT_LE(std::abs(price(ours) - expected), error(ours)) << row.text;
        worst = std::max(worst, error(ours) / expected);
    }
    EXPECT_LT(worst, 1e-11) << "the stated bound is of use";
}

struct slope_case {
    heston_value column;
    heston_oracle::real heston_oracle::inputs::*input;
    double step;
    double sign;
};

void expect_slopes(heston_oracle::inputs const& in, bool put) {
    using heston_oracle::inputs;
    auto const d = [](heston_oracle::real x) { return static_cast<double>(x); };
    heston_parameters const p{d(in.v0),  d(in.kappa),          d(in.theta),     d(in.sigma),
                              d(in.rho), d(in.jump_intensity), d(in.jump_mean), d(in.jump_vol)};
    heston_row const ours = value_heston(
        spot_expiry(d(in.spot), d(in.time), d(in.rate), d(in.dividend), p), d(in.strike), put);
    ASSERT_EQ(ours.status, heston_status::computed);
    slope_case const cases[] = {
        {heston_value::delta, &inputs::spot, 0.02, 1},
        {heston_value::theta, &inputs::time, 2e-4, -1},
        {heston_value::rho, &inputs::rate, 1e-3, 1},
        {heston_value::by_v0, &inputs::v0, 1e-4, 1},
        {heston_value::by_kappa, &inputs::kappa, 1e-3, 1},
        {heston_value::by_theta, &inputs::theta, 1e-4, 1},
        {heston_value::by_sigma, &inputs::sigma, 1e-4, 1},
        {heston_value::by_rho, &inputs::rho, 1e-4, 1},
    };
    for (auto const& c : cases) {
        double const expected = c.sign * d(heston_oracle::slope(in, c.input, c.step, put));
        EXPECT_NEAR(value(ours, c.column), expected, 1e-9 * (std::abs(expected) + 1e-3))
            << heston_value_names[static_cast<std::size_t>(c.column)] << " at strike "
            << d(in.strike) << " time " << d(in.time);
    }
    // Gamma: how the oracle's delta moves.
    inputs up = in, down = in;
    up.spot += 0.002L, down.spot -= 0.002L;
    double const gamma = d((heston_oracle::slope(up, &inputs::spot, 0.02L, put) -
                            heston_oracle::slope(down, &inputs::spot, 0.02L, put)) /
                           0.004L);
    EXPECT_NEAR(value(ours, heston_value::gamma), gamma, 1e-8 * gamma);
}

TEST(heston, derivatives_as_differences_of_the_oracle) {
    expect_slopes({100, 110, 0.5, 0.03L, 0.01L, 0.04L, 1.5L, 0.06L, 0.5L, -0.6L}, false);
    expect_slopes({100, 80, 1.0, 0.01L, 0.02L, 0.04L, 4, 0.25L, 1, -0.5L}, true);
    expect_slopes({100, 80, 1.0, 0.01L, 0.02L, 0.04L, 4, 0.25L, 1, -0.5L}, false);
    expect_slopes({100, 90, 0.1L, 0, 0, 0.5L, 3, 0.45L, 1.5L, 0.3L}, true);
    expect_slopes({100, 105, 0.25L, 0.02L, 0, 0.04L, 2, 0.05L, 0.4L, -0.7L, 0.8L, -0.1L, 0.15L},
                  false);
}

TEST(heston, bates_prices_of_the_oracle) {
    heston_oracle::inputs in{100,   0,    0.75L, 0.02L, 0.01L, 0.04L, 2,
                             0.05L, 0.4L, -0.7L, 1.2L,  -0.1L, 0.15L};
    heston_parameters const p{0.04, 2, 0.05, 0.4, -0.7, 1.2, -0.1, 0.15};
    for (double const strike : {70.0, 90.0, 100.0, 120.0, 150.0})
        for (bool const put : {false, true}) {
            in.strike = strike;
            double const expected = static_cast<double>(heston_oracle::price(in, put));
            heston_row const ours =
                value_heston(spot_expiry(100, 0.75, 0.02, 0.01, p), strike, put);
            EXPECT_NEAR(price(ours), expected, 2e-13 * expected + 1e-14) << strike;
        }
}

TEST(heston, jumps_that_never_come_change_nothing_to_speak_of) {
    heston_parameters p{0.04, 2, 0.05, 0.4, -0.7, 0, 0, 0};
    heston_row const plain = value_heston(spot_expiry(100, 0.5, 0.02, 0, p), 90, true);
    p.jump_mean = -0.2, p.jump_vol = 0.3;
    heston_row const bates = value_heston(spot_expiry(100, 0.5, 0.02, 0, p), 90, true);
    EXPECT_NEAR(price(plain), price(bates), 1e-15 * price(plain));
}

// A variance that does not vary is Black's vol, the average over the option's life.
TEST(heston, without_vol_of_variance_is_black) {
    for (double const time : {0.004, 0.1, 1.0, 8.0})
        for (double const deviations : {-6.0, -2.0, -0.3, 0.0, 0.5, 3.0, 7.0}) {
            double const kappa = 1.7, v0 = 0.09, theta = 0.04;
            double const average =
                theta + (v0 - theta) * -std::expm1(-kappa * time) / (kappa * time);
            double const strike = 100 * std::exp(deviations * std::sqrt(average * time));
            bool const put = deviations < 0;
            option_valuation const black =
                value_option({100, strike, time, 0.02, 0, std::sqrt(average),
                              std::uint64_t{put ? option_flag::put : std::uint8_t{0}}},
                             option_depth::first_greeks);
            for (double const sigma : {0.0, 1e-9}) {
                heston_row const ours = value_heston(
                    {100, time, 0.02, 0, {v0, kappa, theta, sigma, -0.3, 0, 0, 0}, 0}, strike, put);
                ASSERT_EQ(ours.status, heston_status::computed);
                double const tolerance = sigma > 0 ? 1e-7 : 2e-12;
                EXPECT_NEAR(price(ours), black.price, tolerance * black.price)
                    << time << ' ' << strike;
                EXPECT_NEAR(value(ours, heston_value::delta), black.delta,
                            tolerance * std::abs(black.delta));
                EXPECT_NEAR(value(ours, heston_value::gamma), black.gamma, tolerance * black.gamma);
            }
        }
}

TEST(heston, calls_and_puts_keep_parity) {
    heston_parameters const p{0.3, 1, 0.4, 1.2, -0.4, 0, 0, 0};
    heston_expiry const x = spot_expiry(100, 0.6, 0.03, 0.01, p);
    double const forward = 100 * std::exp(0.02 * 0.6), discount = std::exp(-0.03 * 0.6);
    for (double const strike : {5.0, 60.0, 100.0, 101.2, 180.0, 900.0})
        EXPECT_NEAR(price(value_heston(x, strike, false)) - price(value_heston(x, strike, true)),
                    discount * (forward - strike), 1e-13 * (forward + strike));
}

// Down to prices that no sum on the real axis can see: each strike's bound holds against the next
// contour's value, and prices fall all the way.
TEST(heston, far_strikes_keep_their_relative_precision) {
    heston_parameters const p{0.04, 1.5, 0.05, 0.3, -0.5, 0, 0, 0};
    heston_expiry const x = spot_expiry(100, 0.25, 0, 0, p);
    double before = INFINITY;
    for (double strike = 100; strike < 400; strike *= 1.01) {
        heston_row const ours = value_heston(x, strike, false);
        ASSERT_EQ(ours.status, heston_status::computed);
        EXPECT_LT(price(ours), before) << strike;
        EXPECT_LT(error(ours), 1e-6 * price(ours)) << strike;
        before = price(ours);
    }
    EXPECT_LT(before, 1e-15);
}

TEST(heston, statuses) {
    heston_parameters const p{0.04, 2, 0.05, 0.4, -0.7, 0, 0, 0};
    heston_expiry const good{100, 0.5, 0.02, 0, p, 0};
    auto const status = [&](auto change, double strike = 90) {
        heston_expiry x = good;
        change(x);
        heston_row const row = value_heston(x, strike, false);
        if (row.status != heston_status::computed) {
            for (double const v : row.v.values) EXPECT_EQ(bits_of(v), 0u);
        }
        return row.status;
    };
    using enum heston_status;
    using x_ref = heston_expiry&;
    EXPECT_EQ(status([](x_ref) {}), computed);
    EXPECT_EQ(status([](x_ref x) { x.underlying = 0; }), underlying_is_not_usable);
    EXPECT_EQ(status([](x_ref x) { x.underlying = NAN; }), underlying_is_not_usable);
    EXPECT_EQ(status([](x_ref) {}, -1), strike_is_not_usable);
    EXPECT_EQ(status([](x_ref x) { x.time = -1; }), time_is_not_finite_or_negative);
    EXPECT_EQ(status([](x_ref x) { x.rate = INFINITY; }), rate_is_not_finite);
    EXPECT_EQ(status([](x_ref x) { x.flags = option_flag::spot, x.dividend = NAN; }),
              dividend_is_not_finite);
    EXPECT_EQ(status([](x_ref x) { x.parameters.v0 = -0.01; }), variance_is_not_usable);
    EXPECT_EQ(status([](x_ref x) { x.parameters.rho = 1.01; }), rho_is_out_of_range);
    EXPECT_EQ(status([](x_ref x) { x.parameters.jump_vol = -1; }), jumps_are_not_usable);
    auto const wild = [](heston_parameters const& w, double time) {
        return [=](x_ref x) { x.parameters = w, x.time = time; };
    };
    EXPECT_EQ(status(wild({1e-9, 1e-3, 1e-9, 1e5, 0, 0, 0, 0}, 30)), moments_explode);
    // Moments of orders up to four are finite here, as orders go of next to no variance.
    EXPECT_EQ(status(wild({0, 1, 1e-10, 0.5, -0.5, 0, 0, 0}, 1)), terms_are_exhausted);
    EXPECT_EQ(status(wild({1e-6, 2, 1e-6, 5, 0, 0, 0, 0}, 0.01)), terms_are_exhausted);
}

TEST(heston, without_time_or_variance_is_intrinsic) {
    heston_parameters const p{0.04, 2, 0.05, 0.4, -0.7, 0, 0, 0};
    EXPECT_EQ(price(value_heston({100, 0, 0.02, 0, p, 0}, 90, false)), 10.0);
    EXPECT_EQ(price(value_heston({100, 0, 0.02, 0, p, 0}, 90, true)), 0.0);
    heston_row const still =
        value_heston({100, 1, 0.02, 0, {0, 2, 0, 0.4, -0.7, 0, 0, 0}, 0}, 90, false);
    EXPECT_DOUBLE_EQ(price(still), 10.0 * std::exp(-0.02));
    EXPECT_DOUBLE_EQ(value(still, heston_value::delta), std::exp(-0.02));
}

TEST(merton, haugs_table_corrected) {
    for (auto const& row : reference_table("merton_jump_haug.csv")) {
        double const vol = row.number("total_vol"), share = row.number("gamma");
        double const intensity = row.number("jump_intensity"), time = row.number("T");
        double const jump_vol = std::sqrt(share * vol * vol / intensity);
        double const diffusion = vol * std::sqrt(1 - share);
        option_inputs const o{row.number("spot"), row.number("strike"), time,
                              row.number("r"),    row.number("q"),      diffusion,
                              option_flag::spot};
        merton_valuation const ours =
            value_merton({o, intensity, -0.5 * jump_vol * jump_vol, jump_vol});
        EXPECT_TRUE(ours.jumps_fit && ours.faults == 0);
        EXPECT_LT(ours.left_out, 1e-14);
        EXPECT_NEAR(ours.price, row.number("price"), row.number("tol")) << row.text;
        // Bates' model with a variance that does not vary is Merton's.
        heston_parameters const p{
            diffusion * diffusion,      1,       diffusion * diffusion, 0, 0, intensity,
            -0.5 * jump_vol * jump_vol, jump_vol};
        heston_row const bates =
            value_heston(spot_expiry(o.underlying, time, o.rate, o.dividend, p), o.strike, false);
        EXPECT_NEAR(price(bates), ours.price, 2e-13 * ours.price) << row.text;
        EXPECT_NEAR(value(bates, heston_value::delta), ours.delta, 1e-12 * ours.delta) << row.text;
        EXPECT_NEAR(value(bates, heston_value::gamma), ours.gamma, 1e-11 * ours.gamma) << row.text;
        EXPECT_NEAR(2 * diffusion *
                        (value(bates, heston_value::by_v0) + value(bates, heston_value::by_theta)),
                    ours.vega, 1e-10 * ours.vega)
            << row.text;
    }
}

TEST(merton, more_jumps_than_terms_are_refused) {
    option_inputs const o{100, 100, 1, 0, 0, 0.2, option_flag::spot};
    EXPECT_FALSE(value_merton({o, 49, 0, 0.1}).jumps_fit);
    EXPECT_EQ(value_merton({o, 49, 0, 0.1}).price, 0.0);
    EXPECT_LT(value_merton({o, 48, 0, 0.1}).left_out, 1e-15);
}

}  // namespace
}  // namespace lockstep

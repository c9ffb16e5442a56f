// Options settled on the average of the last half hour, against a simulation and their limits.
#include "pricing/model/settlement_average.h"

#include <random>

#include "pricing/model/black.h"
#include "tests/pricing/payoff_checks.h"

namespace lockstep {
namespace {

constexpr double half_hour = 1.0 / 17520;

asset_inputs coin(double spot, double time, double vol, bool put, bool inverse) {
    asset_inputs a = spot_option(spot, time, 0.05, 0.01, vol, put ? "P" : "C");
    if (inverse) a.flags |= option_flag::inverse;
    return a;
}

struct estimate {
    double mean, error;
};

/// The average at 30 dates, the spot at expiry, and their payoff; both signs of every path.
estimate simulated(settlement_average_inputs const& in, int paths) {
    asset_inputs const& a = in.asset;
    bool const put = a.flags & option_flag::put, inverse = a.flags & option_flag::inverse;
    double const start = std::max(0.0, a.time - in.window), length = a.time - start;
    double const known = 1 - length / in.window;
    int const dates = 30;
    double const step = length / dates;
    std::mt19937_64 random(5);
    std::normal_distribution<double> normal;
    double sum = 0, squares = 0;
    double z[dates + 1];
    for (int path = 0; path < paths; ++path) {
        for (double& x : z) x = normal(random);
        double both = 0;
        for (double sign : {1.0, -1.0}) {
            auto const moved = [&](double s, double time, double x) {
                double const drift = (a.rate - a.dividend - 0.5 * a.vol * a.vol) * time;
                return s * std::exp(drift + a.vol * std::sqrt(time) * x);
            };
            double s = start > 0 ? moved(a.underlying, start, sign * z[dates]) : a.underlying;
            double total = 0;
            for (int i = 0; i < dates; ++i) {
                double const next = moved(s, step, sign * z[i]);
                total += 0.5 * (s + next);
                s = next;
            }
            double const average = known * in.average + (1 - known) * total / dates;
            double const gain = std::max(0.0, put ? in.strike - average : average - in.strike);
            both += 0.5 * (inverse ? gain / average * s / a.underlying : gain);
        }
        both *= std::exp(-a.rate * a.time);
        sum += both, squares += both * both;
    }
    double const mean = sum / paths;
    return {mean, std::sqrt((squares / paths - mean * mean) / paths)};
}

TEST(settlement_average, agrees_with_a_simulation_before_and_inside_the_window) {
    for (bool inverse : {false, true})
        for (bool put : {false, true})
            for (double part : {6.0, 1.0, 0.6, 0.15})
                for (double moneyness : {0.9985, 1.001}) {
                    settlement_average_inputs const in{
                        coin(65000, part * half_hour, 0.9, put, inverse), 65000 * moneyness,
                        half_hour, 65000 * 1.0005};
                    auto const ours = value_settlement_average(in);
                    auto const slow = simulated(in, 6000);
                    double const unit = inverse ? 1 : in.asset.underlying;
                    EXPECT_NEAR(ours.price, slow.mean, 4 * slow.error + 1e-6 * unit)
                        << inverse << put << " " << part << " " << moneyness;
                }
}

TEST(settlement_average, far_from_expiry_it_is_the_option_with_two_thirds_of_the_window_less) {
    for (bool inverse : {false, true}) {
        auto const asset = coin(65000, 30.0 / 365, 0.6, false, inverse);
        auto const v = value_settlement_average({asset, 66000, half_hour, 0});
        auto const plain = value_option({65000, 66000, asset.time - half_hour * 2 / 3, 0.05, 0.01,
                                         0.6, std::uint64_t{asset.flags}},
                                        option_depth::first_greeks);
        EXPECT_NEAR(v.price / plain.price, 1, 1e-4);
        EXPECT_NEAR(v.delta / plain.delta, 1, 1e-4);
        EXPECT_NEAR(v.gamma / plain.gamma, 1, 1e-4);
    }
}

TEST(settlement_average, greeks_are_slopes) {
    for (bool inverse : {false, true})
        for (bool put : {false, true}) {
            // A window of a tenth of a year, so that differences have something to differ by.
            auto const value = [&](asset_inputs const& a) {
                return value_settlement_average({a, 98, 0.1, 99});
            };
            expect_greeks_are_slopes(coin(100, 0.5, 0.4, put, inverse), value, "before");
        }
}

TEST(settlement_average, inside_the_window_theta_takes_the_spot_into_the_average) {
    for (bool inverse : {false, true})
        for (bool put : {false, true}) {
            double const time = 0.04, h = 1e-5, spot = 100, average = 99, window = 0.1;
            auto const price = [&](double left) {
                // What has been averaged when `left` remains, the spot standing still.
                double const elapsed = window - left, before = window - time;
                double const sum = average * before + spot * (elapsed - before);
                return value_settlement_average(
                    {coin(spot, left, 0.4, put, inverse), 98, window, sum / elapsed});
            };
            double const slope = (price(time - h).price - price(time + h).price) / (2 * h);
            EXPECT_NEAR(price(time).theta, slope, 1e-4 * std::abs(slope) + 1e-6);
        }
}

TEST(settlement_average, at_expiry_it_pays_on_the_average) {
    EXPECT_NEAR(
        value_settlement_average({coin(65000, 0, 0.6, false, false), 64000, half_hour, 64500})
            .price,
        500, 1e-2);
    EXPECT_NEAR(
        value_settlement_average({coin(65000, 0, 0.6, false, true), 64000, half_hour, 64500}).price,
        500.0 / 64500, 1e-6);
    EXPECT_EQ(
        value_settlement_average({coin(65000, 0, 0.6, true, false), 64000, half_hour, 64500}).price,
        0);
}

TEST(settlement_average, refusals) {
    using enum payoff_status;
    auto const asset = coin(65000, half_hour / 2, 0.6, false, false);
    EXPECT_EQ(value_settlement_average({asset, 0, half_hour, 65000}).status,
              strike_is_not_positive);
    EXPECT_EQ(value_settlement_average({asset, 1, 0, 65000}).status, fixings_are_not_usable);
    EXPECT_EQ(value_settlement_average({asset, 1, half_hour, 0}).status, average_is_not_positive);
    EXPECT_EQ(value_settlement_average({coin(1, 1, 0.6, false, true), 1, half_hour, NAN}).status,
              computed);
}

}  // namespace
}  // namespace lockstep

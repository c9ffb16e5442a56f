// Single and double barriers against the tables of Haug and of El Babsiri and Noel, a slow walk
// over the monitoring dates, and what must hold whatever the numbers.
#include "pricing/model/barrier.h"

#include <vector>

#include "pricing/model/black.h"
#include "pricing/model/double_barrier.h"
#include "tests/pricing/payoff_checks.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

using enum payoff_status;
using enum barrier_kind;

barrier_kind kind_named(std::string const& name) {
    if (name == "DownOut") return down_out;
    if (name == "DownIn") return down_in;
    return name == "UpOut" ? up_out : up_in;
}

asset_inputs asset_of_row(reference_row const& row) {
    return spot_option(row.number("spot"), row.number("T"), row.number("r"), row.number("q"),
                       row.number("vol"), row.at("type"));
}

// The American rows are a binomial tree's; a European formula has nothing to say about them.
TEST(barrier, haug_1998_page_72) {
    int european = 0;
    for (auto const& row : reference_table("barrier_haug.csv")) {
        if (row.at("exercise") != "european") continue;
        ++european;
        auto const v =
            value_barrier({asset_of_row(row), row.number("strike"), row.number("barrier"),
                           row.number("rebate"), 0, kind_named(row.at("barrier_type"))});
        EXPECT_NEAR(v.price, row.number("price"), row.number("tol")) << row.text;
    }
    EXPECT_EQ(european, 36);
}

TEST(barrier, el_babsiri_and_noel_1998) {
    for (auto const& row : reference_table("barrier_babsiri.csv")) {
        auto const asset = spot_option(100, 1, 0.05, 0.02, row.number("vol"));
        auto const v = value_barrier({asset, row.number("strike"), row.number("barrier"), 0, 0,
                                      kind_named(row.at("barrier_type"))});
        EXPECT_NEAR(v.price, row.number("price_call"), 1e-5) << row.text;
    }
}

TEST(double_barrier, haug_2007_page_156) {
    for (auto const& row : reference_table("double_barrier_haug.csv")) {
        auto const v = value_double_barrier({asset_of_row(row), row.number("strike"),
                                             row.number("barrier_lo"), row.number("barrier_hi"), 0,
                                             row.at("barrier_type") == "KnockIn"});
        EXPECT_NEAR(v.price, row.number("price"), row.number("tol")) << row.text;
    }
}

double level_of(barrier_kind kind) { return side_of(kind) == barrier_side::below ? 93 : 108; }

TEST(barrier, in_and_out_are_the_plain_option) {
    for (char const* type : {"Call", "Put"})
        for (double strike : {80., 93., 100., 108., 120.})
            for (auto [out, in] : {std::pair{down_out, down_in}, {up_out, up_in}}) {
                auto const asset = spot_option(100, 0.7, 0.04, 0.01, 0.3, type);
                auto const value = [&](barrier_kind kind) {
                    return value_barrier({asset, strike, level_of(kind), 0, 0, kind});
                };
                auto const plain = value_option({100, strike, 0.7, 0.04, 0.01, 0.3, asset.flags},
                                                option_depth::first_greeks);
                payoff_value const a = value(in), b = value(out);
                EXPECT_NEAR(a.price + b.price, plain.price, 1e-12);
                EXPECT_NEAR(a.delta + b.delta, plain.delta, 1e-12);
                EXPECT_NEAR(a.gamma + b.gamma, plain.gamma, 1e-12);
                EXPECT_NEAR(a.vega + b.vega, plain.vega, 1e-11);
                EXPECT_NEAR(a.theta + b.theta, plain.theta, 1e-11);
                EXPECT_NEAR(a.rho + b.rho, plain.rho, 1e-11);
                EXPECT_GE(std::min(a.price, b.price), 0);
            }
}

TEST(barrier, greeks_are_slopes_and_obey_the_equation) {
    for (char const* type : {"Call", "Put"})
        for (double strike : {90., 100., 115.})
            for (auto kind : {down_out, down_in, up_out, up_in})
                for (double monitoring : {0., 52.}) {
                    auto const value = [&](asset_inputs const& a) {
                        return value_barrier({a, strike, level_of(kind), 3, monitoring, kind});
                    };
                    auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.25, type);
                    std::string const what = std::string(type) + " " + std::to_string(strike) +
                                             " " + std::to_string(static_cast<int>(kind));
                    expect_greeks_are_slopes(asset, value, what, 1e-5);
                    if (monitoring == 0) expect_black_scholes_equation(asset, value(asset), what);
                }
}

TEST(double_barrier, greeks_are_slopes_and_obey_the_equation) {
    for (char const* type : {"Call", "Put"})
        for (bool in : {false, true}) {
            auto const value = [&](asset_inputs const& a) {
                return value_double_barrier({a, 97, 85, 120, 0, in});
            };
            auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.25, type);
            expect_greeks_are_slopes(asset, value, type, 1e-5);
            expect_black_scholes_equation(asset, value(asset), type);
        }
}

TEST(double_barrier, one_barrier_far_away_leaves_the_other) {
    auto const asset = spot_option(100, 0.5, 0.05, 0.02, 0.25, "P");
    double const two = value_double_barrier({asset, 105, 90, 1e5, 0, false}).price;
    EXPECT_NEAR(two, value_barrier({asset, 105, 90, 0, 0, down_out}).price, 1e-12);
    // A corridor that the vol crosses many times leaves nothing alive, and no noise.
    double const narrow =
        value_double_barrier({spot_option(100, 4, 0.05, 0, 1.0), 100, 99.9, 100.1, 0, false}).price;
    EXPECT_EQ(narrow, 0);
    EXPECT_EQ(value_double_barrier({asset, 80, 90, 120, 0, false}).price, 0);
    EXPECT_EQ(value_double_barrier({spot_option(89, 0.5, 0, 0, 0.25), 80, 90, 120, 0, false}).price,
              0);
}

/// A knock-out watched at m dates by brute force: the value of all spots on a fine grid, carried
/// back from date to date by summing against the normal density.
double watched_at_dates(asset_inputs const& in, double strike, double barrier, int dates) {
    int const n = 1600;
    double const low = std::log(barrier), high = low + 2.0;
    double const step = (high - low) / n, dt = in.time / dates;
    double const s = in.vol * std::sqrt(dt);
    double const drift = (in.rate - in.dividend - 0.5 * in.vol * in.vol) * dt;
    int const reach = static_cast<int>(8 * s / step);
    std::vector<double> value(n + 1), next(n + 1);
    for (int i = 0; i <= n; ++i) value[i] = std::max(0.0, std::exp(low + i * step) - strike);
    auto const carried = [&](double x) {  // trapezoidal, the barrier on a node
        int const centre = static_cast<int>(std::lround((x + drift - low) / step));
        double sum = 0;
        for (int j = std::max(0, centre - reach); j <= std::min(n, centre + reach); ++j) {
            double const z = (low + j * step - x - drift) / s;
            sum += (j == 0 || j == n ? 0.5 : 1.0) * value[j] * std::exp(-0.5 * z * z);
        }
        return sum * step / (s * std::sqrt(2 * std::acos(-1.0)));
    };
    for (int date = dates; date > 1; --date) {
        for (int i = 0; i <= n; ++i) next[i] = carried(low + i * step);
        value.swap(next);
    }
    return std::exp(-in.rate * in.time) * carried(std::log(in.underlying));
}

TEST(barrier, watched_at_dates_within_the_correction_of_broadie_glasserman_and_kou) {
    auto const asset = spot_option(100, 0.2, 0.10, 0, 0.30);
    for (double barrier : {85., 90., 95.}) {
        double const walked = watched_at_dates(asset, 100, barrier, 50);
        double const always = value_barrier({asset, 100, barrier, 0, 0, down_out}).price;
        double const corrected = value_barrier({asset, 100, barrier, 0, 50, down_out}).price;
        EXPECT_NEAR(corrected, walked, 2e-3) << barrier;
        EXPECT_GT(walked - always, 5e-3) << barrier;
    }
}

TEST(barrier, without_vol_or_time_what_is_certain) {
    for (auto [vol, time] : {std::pair{0.0, 1.0}, {0.2, 0.0}, {0.0, 0.0}}) {
        auto const asset = spot_option(100, time, 0.05, 0, vol);
        double const forward = 100 - 90 * std::exp(-0.05 * time);
        EXPECT_NEAR(value_barrier({asset, 90, 80, 5, 0, down_out}).price, forward, 1e-4);
        EXPECT_NEAR(value_barrier({asset, 90, 80, 5, 0, down_in}).price, 5 * std::exp(-0.05 * time),
                    1e-4);
        bool const reached = time > 0;  // 100 exp(0.05) is beyond 104
        EXPECT_NEAR(value_barrier({asset, 90, 104, 0, 0, up_in}).price, reached ? forward : 0,
                    1e-4);
    }
}

TEST(barrier, no_value_is_nan_or_outside_the_plain_option) {
    for (double spot : {1e-3, 60., 95., 100., 130., 1e6})
        for (double vol : {0.0, 1e-6, 0.01, 0.3, 2.0, 30.0})
            for (double time : {0.0, 1e-9, 0.01, 1.0, 40.0})
                for (double rate : {-0.2, 0.0, 0.3})
                    for (auto kind : {down_out, down_in, up_out, up_in})
                        for (double strike : {70., 100., 140.})
                            for (char const* type : {"C", "P"}) {
                                auto const asset = spot_option(spot, time, rate, 0.1, vol, type);
                                auto const v = value_barrier({asset, strike, 100, 0, 0, kind});
                                double const plain =
                                    value_option({spot, strike, time, rate, 0.1, vol, asset.flags},
                                                 option_depth::price)
                                        .price;
                                ASSERT_FALSE(std::isnan(v.price + v.delta + v.gamma + v.vega +
                                                        v.theta + v.rho));
                                ASSERT_GE(v.price, 0);
                                if (v.status == computed) {
                                    ASSERT_LE(v.price, plain + 1e-5 * (spot + plain))
                                        << spot << " " << vol << " " << time << " " << rate << " "
                                        << static_cast<int>(kind) << " " << strike << type;
                                }
                            }
}

TEST(barrier, refusals) {
    auto const asset = spot_option(100, 1, 0.05, 0, 0.2);
    EXPECT_EQ(value_barrier({asset, 0, 90, 0, 0, down_out}).status, strike_is_not_positive);
    EXPECT_EQ(value_barrier({asset, 100, -1, 0, 0, down_out}).status, barrier_is_not_positive);
    EXPECT_EQ(value_barrier({asset, 100, 90, NAN, 0, down_out}).status, amount_is_not_finite);
    EXPECT_EQ(value_barrier({asset, 100, 90, 0, -1, down_out}).status, monitoring_is_not_a_count);
    EXPECT_EQ(value_barrier({asset, 100, 90, 0, 0, barrier_kind{4}}).status, kind_is_unknown);
    EXPECT_EQ(value_barrier({spot_option(100, 1, 0.05, 0, NAN), 100, 90, 0, 0, down_out}).status,
              vol_is_not_finite_or_negative);
    EXPECT_EQ(value_double_barrier({asset, 100, 90, 90, 0, false}).status,
              barriers_are_not_in_order);
    EXPECT_EQ(value_double_barrier({asset, 100, 90, INFINITY, 0, false}).status,
              barrier_is_not_positive);
}

}  // namespace
}  // namespace lockstep

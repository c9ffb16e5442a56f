// Implied vol against published hard cases and high-precision inversions, and what it answers where
// no vol is to be had.
#include "pricing/model/implied_vol.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

constexpr std::uint64_t call = 0;
constexpr std::uint64_t put = implied_vol_flag::put;
constexpr std::uint64_t bachelier = implied_vol_flag::bachelier;

implied_vol_status status_of(implied_vol_inputs const& in) {
    return first_implied_vol_fault(implied_vol(in).faults);
}

/// What can be asked for: the price's own uncertainty, or half a unit in the vol's last place.
double best_possible(double attainable, double vol) {
    return std::max(attainable, std::ldexp(1.0, std::ilogb(vol) - 53));
}

TEST(implied_vol, hard_cases_come_back_at_the_attainable_error) {
    int computed = 0, lost = 0;
    for (auto const& row : reference_table("implied_vol_hard_cases.csv")) {
        auto const flags = row.number("cp") < 0 ? put : call;
        double const price = std::strtod(
            row.at(row.at("price_double_hex").empty() ? "price_double" : "price_double_hex")
                .c_str(),
            nullptr);
        implied_vol_inputs const in{
            row.number("F"), row.number("K"), row.number("T"), price, 1.0, flags};
        auto const v = implied_vol(in);
        auto const status = first_implied_vol_fault(v.faults);
        if (row.at("sigma_of_price_double").find("NONE") == 0) {
            EXPECT_EQ(status, price == 0.0 ? implied_vol_status::underflow
                                           : implied_vol_status::below_intrinsic)
                << row.text;
            EXPECT_EQ(v.vol, 0.0);
            ++lost;
            continue;
        }
        ASSERT_EQ(status, implied_vol_status::computed) << row.text;
        double const vol = row.number("sigma_of_price_double");
        double const best = best_possible(row.number("attainable_abs_err"), vol);
        EXPECT_NEAR(v.vol, vol, 8 * best) << row.text;
        EXPECT_NEAR(v.error, best, 0.01 * best) << row.text;
        ++computed;
    }
    EXPECT_EQ(computed, 16);
    EXPECT_EQ(lost, 2);
}

TEST(implied_vol, high_precision_inversions_under_both_models) {
    for (auto const& row : reference_table("implied_vol_vectors.csv")) {
        auto const flags =
            (row.number("cp") < 0 ? put : call) | (row.at("model") == "bachelier" ? bachelier : 0);
        auto const v = implied_vol(
            {row.number("F"), row.number("K"), row.number("T"), row.number("price"), 1.0, flags});
        ASSERT_EQ(v.faults, 0u) << row.text;
        double const vol = row.number("vol");
        double const best = best_possible(row.number("attainable"), vol);
        EXPECT_NEAR(v.vol, vol, 25 * best) << row.text;
        EXPECT_NEAR(v.error, best, 0.01 * best) << row.text;
    }
}

TEST(implied_vol, a_discounted_price_gives_the_vol_of_the_undiscounted_one) {
    auto const plain = implied_vol({100, 110, 0.5, 4.0, 1.0, call});
    auto const discounted = implied_vol({100, 110, 0.5, 2.0, 0.5, call});
    EXPECT_EQ(plain.vol, discounted.vol);
    EXPECT_NEAR(plain.vol, 0.27168093265975368, 1e-15);
}

TEST(implied_vol, every_refusal_has_its_status_and_the_first_counts) {
    using enum implied_vol_status;
    EXPECT_EQ(status_of({0, 100, 1, 1, 1, call}), forward_is_not_usable);
    EXPECT_EQ(status_of({NAN, -1, 1, 1, 1, call}), forward_is_not_usable);
    EXPECT_EQ(status_of({100, -1, 1, 1, 1, call}), strike_is_not_usable);
    EXPECT_EQ(status_of({100, 100, -1, 1, 1, call}), time_is_not_finite_or_negative);
    EXPECT_EQ(status_of({100, 100, 1, -1, 1, call}), price_is_not_finite_or_negative);
    EXPECT_EQ(status_of({100, 100, 1, NAN, 1, call}), price_is_not_finite_or_negative);
    EXPECT_EQ(status_of({100, 100, 1, 1, 0, call}), discount_is_not_finite_or_not_positive);
    EXPECT_EQ(status_of({100, 100, 1, 1, NAN, call}), discount_is_not_finite_or_not_positive);
    EXPECT_EQ(status_of({100, 100, 0, 1, 1, call}), no_time);
    EXPECT_EQ(status_of({100, 90, 1, 9.99, 1, call}), below_intrinsic);
    EXPECT_EQ(status_of({90, 100, 1, 9.99, 1, put}), below_intrinsic);
    EXPECT_EQ(status_of({100, 90, 1, 100, 1, call}), above_maximum);
    EXPECT_EQ(status_of({100, 90, 1, 91, 1, put}), above_maximum);
    EXPECT_EQ(status_of({100, 90, 1, 10, 1, call}), underflow);
    EXPECT_EQ(status_of({100, 150, 1, 0, 1, call}), underflow);
    EXPECT_EQ(status_of({100, 90, 1, std::nextafter(10, 0), 1, call}), underflow)
        << "a price that rounding took below its intrinsic value";
}

TEST(implied_vol, bachelier_takes_any_forward_and_has_no_maximum) {
    // At the money the normal vol is sqrt(2 pi / T) times the price.
    EXPECT_NEAR(implied_vol({-3, -3, 1, 0.3989422804014327, 1, call | bachelier}).vol, 1.0, 1e-15);
    EXPECT_NEAR(implied_vol({0, 0, 4, 0.3989422804014327, 1, put | bachelier}).vol, 0.5, 5e-16);
    EXPECT_EQ(implied_vol({100, 90, 1, 1000, 1, call | bachelier}).faults, 0u);
    EXPECT_EQ(implied_vol({100, 100, 1, 7e307, 1, call | bachelier}).faults, 0u);
    for (double const time : {1.0, 1e-6}) {
        implied_vol_value const v = implied_vol({100, 100, time, 1e308, 1, call | bachelier});
        EXPECT_EQ(first_implied_vol_fault(v.faults), implied_vol_status::above_maximum);
        EXPECT_EQ(v.vol, 0);
        EXPECT_EQ(v.error, 0);
    }
    EXPECT_EQ(status_of({-1, -2, 1, 0.5, 1, call | bachelier}),
              implied_vol_status::below_intrinsic);
    EXPECT_EQ(status_of({-1, 2, 1, 0, 1, call | bachelier}), implied_vol_status::underflow);
}

/// A price that the pricer makes is a price that the inversion takes.
TEST(implied_vol, takes_back_what_the_pricer_gives) {
    for (double strike : {1e-3, 20.0, 80.0, 100.0, 101.0, 140.0, 1000.0, 1e6})
        for (double vol : {0.01, 0.2, 1.0, 3.0})
            for (double time : {1e-5, 0.1, 1.0, 5.0})
                for (auto flags : {call, put}) {
                    double const price =
                        value_option({100, strike, time, 0, 0, vol, flags}, option_depth::price)
                            .price;
                    auto const v = implied_vol({100, strike, time, price, 1, flags});
                    auto const status = first_implied_vol_fault(v.faults);
                    if (status != implied_vol_status::computed) {
                        EXPECT_TRUE(status == implied_vol_status::underflow ||
                                    status == implied_vol_status::above_maximum)
                            << strike << " " << vol << " " << time;
                        continue;
                    }
                    double const again =
                        value_option({100, strike, time, 0, 0, v.vol, flags}, option_depth::price)
                            .price;
                    EXPECT_NEAR(again, price, 4e-15 * std::max(100.0, strike))
                        << strike << " " << vol << " " << time;
                }
}

}  // namespace
}  // namespace lockstep

// Vols of American options: each is found again from the price that it gives.
#include "pricing/model/american_implied_vol.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lockstep {
namespace {

constexpr std::uint64_t call = option_flag::spot;
constexpr std::uint64_t put = option_flag::spot | option_flag::put;

struct found_vol {
    double vol, error;
    implied_vol_status status;
};
found_vol vol_of(option_inputs const& in, double price) {
    american_quotes<1> const q{{in.underlying}, {in.strike}, {in.time}, {in.rate},
                               {in.dividend},   {price},     {in.flags}};
    american_vols<1> v;
    american_implied_vol(q, v);
    return {v.vol[0], v.error[0], first_implied_vol_fault(v.faults[0])};
}

TEST(american_implied_vol, comes_back_within_the_error_that_it_states) {
    for (double spot : {60., 85., 100., 120., 180.})
        for (double time : {1. / 365, 0.1, 1., 5.})
            for (double rate : {-0.01, 0.0, 0.05})
                for (double yield : {-0.03, 0.0, 0.04})
                    for (double vol : {0.08, 0.3, 1.2})
                        for (auto flags : {call, put, std::uint64_t{option_flag::put}}) {
                            option_inputs const in{spot, 100, time, rate, yield, vol, flags};
                            double const price = value_american(in, option_depth::price).price;
                            auto const v = vol_of(in, price);
                            if (v.status == implied_vol_status::underflow) continue;
                            ASSERT_EQ(v.status, implied_vol_status::computed);
                            EXPECT_NEAR(v.vol, vol, 4 * v.error)
                                << spot << " " << time << " " << rate << " " << yield;
                            EXPECT_GT(v.error, 0);
                        }
}

TEST(american_implied_vol, is_known_to_twelve_digits_at_the_money) {
    option_inputs const in{100, 100, 0.5, 0.05, 0.02, 0.37, put};
    auto const v = vol_of(in, value_american(in, option_depth::price).price);
    EXPECT_NEAR(v.vol, 0.37, 1e-13);
    EXPECT_LT(v.error, 1e-13);
}

TEST(american_implied_vol, is_below_the_european_one_where_exercise_pays) {
    option_inputs const in{95, 100, 1, 0.08, 0, 0.25, put};
    double const price = value_american(in, option_depth::price).price;
    double const discount = std::exp(-0.08);
    auto const european =
        implied_vol({95 / discount, 100, 1, price, discount, implied_vol_flag::put});
    EXPECT_EQ(european.faults, 0u);
    EXPECT_GT(european.vol, 0.26);
}

TEST(american_implied_vol, says_why_there_is_none) {
    option_inputs const in{90, 100, 1, 0.05, 0, 0, put};
    using enum implied_vol_status;
    EXPECT_EQ(vol_of(in, 9.99).status, below_intrinsic);  // exercise now gives 10
    EXPECT_EQ(vol_of(in, 10).status, underflow);
    EXPECT_EQ(vol_of(in, 100.5).status, above_maximum);
    EXPECT_EQ(vol_of(in, -1).status, price_is_not_finite_or_negative);
    EXPECT_EQ(vol_of(in, NAN).status, price_is_not_finite_or_negative);
    option_inputs other = in;
    other.time = 0;
    EXPECT_EQ(vol_of(other, 12).status, no_time);
    other = in, other.underlying = 0;
    EXPECT_EQ(vol_of(other, 12).status, forward_is_not_usable);
    other = in, other.rate = INFINITY;
    EXPECT_EQ(vol_of(other, 12).status, discount_is_not_finite_or_not_positive);
    EXPECT_EQ(vol_of(other, 12).vol, 0);
}

}  // namespace
}  // namespace lockstep

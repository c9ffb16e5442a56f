// Bachelier's formula against its value and derivatives at fifty digits (mpmath: the textbook
// formula, differentiated numerically), and at its edges.
#include "pricing/model/bachelier.h"

#include <gtest/gtest.h>

#include <cmath>

namespace lockstep {
namespace {

constexpr std::uint64_t put = option_flag::put;

struct reference_row {
    std::uint64_t flags;
    double in[bachelier_model::inputs];  // forward, strike, time, rate, vol
    double out[bachelier_model::outputs];
};

// clang-format off
constexpr reference_row reference[] = {
    {0, {100.0, 95.0, 0.5, 0.03, 20.0}, {8.3644737894447966, 0.62866218289260361, 0.026105814374908893, 0.26105814374908893, -4.9702286612984346, -4.1822368947223983}},
    {put, {100.0, 95.0, 0.5, 0.03, 20.0}, {3.4389140914294832, -0.35644975671045906, 0.026105814374908893, 0.26105814374908893, -5.117995452238894, -1.7194570457147416}},
    {0, {-37.63, 10.0, 0.08, 0.01, 60.0}, {0.012621638240034422, 0.0025011750853074967, 0.00045747433178205032, 0.0021958767925538415, -0.82332758082529023, -0.0010097310592027538}},
    {put, {-37.63, 10.0, 0.08, 0.01, 60.0}, {47.604532875776421, -0.99669914482937623, 0.00045747433178205032, 0.0021958767925538415, -0.34740846844992636, -3.8083626300621136}},
    {0, {0.0125, 0.015, 2.0, -0.004, 0.006}, {0.0022993294588302694, 0.38722453988389183, 45.380427896388875, 0.5445651347566665, -0.00082604501997032082, -0.0045986589176605388}},
    {put, {0.0125, 0.015, 2.0, -0.004, 0.006}, {0.004819409672590953, -0.6208075456203816, 45.380427896388875, 0.5445651347566665, -0.00083612534082536356, -0.0096388193451819059}},
    {0, {100.0, 100.0, 1.0, 0.0, 15.0}, {5.9841342060214902, 0.5, 0.026596152026762179, 0.39894228040143268, -2.9920671030107451, -5.9841342060214902}},
    {0, {100.0, 160.0, 0.25, 0.05, 12.0}, {4.429025865531789e-24, 7.5251976896871031e-24, 1.2665024645743277e-23, 3.7995073937229831e-23, -9.1166032320023936e-22, -1.1072564663829472e-24}},
};
// clang-format on

TEST(Bachelier, ValuesAndGreeksToTheLastDigits) {
    for (reference_row const& row : reference) {
        double out[bachelier_model::outputs];
        ASSERT_EQ(bachelier_model{}(row.in, row.flags, out), 0u);
        for (std::size_t k = 0; k < bachelier_model::outputs; ++k)
            EXPECT_NEAR(out[k], row.out[k], 1e-13 * std::abs(row.out[k]))
                << bachelier_model::output_names[k] << " at F " << row.in[0] << ", K " << row.in[1];
    }
}

TEST(Bachelier, WithoutVolOrTimeIsTheIntrinsicValue) {
    double out[bachelier_model::outputs];
    double const no_time[] = {-5.0, -7.0, 0.0, 0.1, 3.0};
    EXPECT_EQ(bachelier_model{}(no_time, 0, out), 0u);
    EXPECT_EQ(out[0], 2.0);
    EXPECT_EQ(out[1], 1.0);
    EXPECT_EQ(bachelier_model{}(no_time, put, out), 0u);
    EXPECT_EQ(out[0], 0.0);
    double const no_vol[] = {4.0, 4.0, 1.0, 0.0, 0.0};
    EXPECT_EQ(bachelier_model{}(no_vol, 0, out), 0u);
    EXPECT_EQ(out[0], 0.0);
    EXPECT_EQ(out[1], 0.5);
    EXPECT_EQ(out[2], 0.0);
}

TEST(Bachelier, SaysWhichInputIsUnfit) {
    double const good[] = {100.0, 95.0, 0.5, 0.03, 20.0};
    double const bad[] = {NAN, INFINITY, -1e-9, -INFINITY, -1.0};
    row_outcome const why[] = {row_outcome::input_is_not_finite, row_outcome::input_is_not_finite,
                               row_outcome::input_is_out_of_range, row_outcome::input_is_not_finite,
                               row_outcome::input_is_out_of_range};
    for (std::size_t k = 0; k < bachelier_model::inputs; ++k) {
        double in[bachelier_model::inputs], out[bachelier_model::outputs];
        for (std::size_t i = 0; i < bachelier_model::inputs; ++i) in[i] = i == k ? bad[k] : good[i];
        row_verdict const verdict{bachelier_model{}(in, 0, out)};
        EXPECT_EQ(verdict.outcome(), why[k]) << bachelier_model::input_names[k];
        EXPECT_EQ(verdict.input(), k);
        for (double const value : out) EXPECT_EQ(value, 0.0);
    }
    double const huge[] = {1e308, -1e308, 1.0, 0.0, 1.0};
    double out[bachelier_model::outputs];
    EXPECT_EQ(row_verdict{bachelier_model{}(huge, 0, out)}.outcome(),
              row_outcome::value_is_not_finite);
}

}  // namespace
}  // namespace lockstep

// Options with dividends and dates of exercise against Longstaff and Schwartz's table, QuantLib's
// finite differences, an integral, and the options that have neither.
#include "pricing/model/scheduled_option.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "pricing/model/american.h"
#include "tests/pricing/reference_table.h"

namespace lockstep {
namespace {

constexpr std::uint64_t call = option_flag::spot;
constexpr std::uint64_t put = option_flag::spot | option_flag::put;

scheduled_valuation value(option_inputs const& in, exercise_style style,
                          std::vector<schedule_event> const& events = {}) {
    std::vector<double> scratch(schedule_scratch::columns * schedule_nodes);
    return value_scheduled(in, style, {events.data(), events.size()}, {scratch.data(), 1});
}

/// The paper's finite differences have three decimals; the column beside them, an integration over
/// a grid of 24,001 nodes, has five.
TEST(scheduled_option, longstaff_and_schwartz_2001_table_1) {
    std::vector<schedule_event> dates;
    for (int k = 1; k <= 50; ++k) dates.push_back({k / 50.0, 0, 1});
    for (auto const& row : reference_table("longstaff_schwartz_table1.csv")) {
        option_inputs const in{row.number("S"),   40, row.number("T"), .06, 0,
                               row.number("vol"), put};
        auto const v = value(in, exercise_style::bermudan, dates);
        EXPECT_EQ(v.status, schedule_status::computed);
        EXPECT_NEAR(v.price, row.number("bermudan_50py"), 1.5e-4) << row.text;
        EXPECT_NEAR(v.price, row.number("FD_paper"), 1e-3) << row.text;
        EXPECT_NEAR(value(in, exercise_style::american).price, row.number("amer_continuous"), 2e-4)
            << row.text;
    }
}

/// Puts near exercise, a dividend to come; references by finer grids.
TEST(scheduled_option, puts_near_exercise_are_as_good_as_is_said) {
    using enum exercise_style;
    EXPECT_NEAR(value({100, 133.7884621840258, 1, .1, 0, .3, put}, american, {{.3, 2, 0}}).price,
                33.80602, 3e-3);
    EXPECT_NEAR(
        value({100, 157.81277998657274, 1, .1, 0, .4, put}, american, {{.3206, 4, 0}}).price,
        58.05666, 3e-3);
}

/// QuantLib 1.29, FdBlackScholesVanillaEngine (Douglas, dividends by the spot model), 2,000 steps
/// and nodes, for options of 365 (the last: 182) days.
TEST(scheduled_option, cash_dividends_of_quantlib) {
    double const d = 1.0 / 365;
    struct row {
        option_inputs in;
        exercise_style style;
        std::vector<schedule_event> events;
        double price, delta, gamma, theta;
    };
    std::vector<schedule_event> const twice{{90 * d, 2, 0}, {270 * d, 2, 0}};
    std::vector<schedule_event> const once{{182 * d, 7, 0}};
    using enum exercise_style;
    for (row const& r : {
             row{{100, 100, 1, .05, 0, .3, put},
                 american,
                 twice,
                 11.5378,
                 -.44378,
                 .013849,
                 -3.440},
             row{{100, 100, 1, .05, 0, .3, call}, american, twice, 12.2175, .57809, .01353, -8.373},
             row{{100, 110, 1, .03, .01, .25, put},
                 american,
                 once,
                 19.6688,
                 -.68794,
                 .01535,
                 -2.833},
             row{{100, 90, 1, .03, 0, .25, call}, american, once, 14.4624, .75123, .01626, -6.908},
             row{{100, 100, 1, .05, 0, .3, put}, european, twice, 11.1483, -.42774, .01335, -3.314},
             row{{50, 45, 182 * d, .08, 0, .4, put},
                 american,
                 {{30 * d, 1, 0}, {120 * d, 1.5, 0}},
                 3.4535,
                 -.33186,
                 .02714,
                 -3.833},
         }) {
        auto const v = value(r.in, r.style, r.events);
        EXPECT_EQ(v.status, schedule_status::computed);
        EXPECT_NEAR(v.price, r.price, 4e-4);
        EXPECT_NEAR(v.delta, r.delta, 3e-5);
        EXPECT_NEAR(v.gamma, r.gamma, 1e-5);
        EXPECT_NEAR(v.theta, r.theta, 1e-2);
    }
}

/// A call without a yield is exercised before the dividend or not at all, so that its value is an
/// integral over the spot at that time (Roll, Geske and Whaley's case, in the spot model).
TEST(scheduled_option, a_call_and_one_dividend_by_integration) {
    double const rate = .03, vol = .25, when = .5, dividend = 7, strike = 90;
    for (bool american : {false, true}) {
        double sum = 0;
        int const count = 200'000;
        for (int k = 0; k < count; ++k) {
            double const z = -9 + 18 * (k + 0.5) / count;
            double const spot =
                100 * std::exp((rate - vol * vol / 2) * when + vol * std::sqrt(when) * z);
            option_inputs const rest{
                std::max(spot - dividend, 0.0), strike, 1 - when, rate, 0, vol, call};
            double const held = value_option(rest, option_depth::price).price;
            sum += std::exp(-z * z / 2) * (american ? std::max(held, spot - strike) : held);
        }
        double const expected =
            std::exp(-rate * when) * sum * 18 / count / std::sqrt(2 * 3.141592653589793);
        auto const style = american ? exercise_style::american : exercise_style::european;
        EXPECT_NEAR(value({100, strike, 1, rate, 0, vol, call}, style, {{when, dividend, 0}}).price,
                    expected, 5e-4);
    }
}

/// Exercise comes before the dividend of its day, and expiry is a day of exercise.
TEST(scheduled_option, a_dividend_at_expiry_is_for_whoever_exercises_then) {
    option_inputs const in{100, 100, 1, .03, 0, .25, call};
    for (auto style :
         {exercise_style::european, exercise_style::bermudan, exercise_style::american}) {
        double const without = value(in, style).price;
        EXPECT_NEAR(value(in, style, {{1, 10, 0}}).price, without, 1e-9);
        EXPECT_NEAR(value(in, style, {{1, 10, 1}}).price, without, 1e-9);
        EXPECT_LT(value(in, style, {{.999, 10, 0}}).price, without + 1e-3);
    }
    EXPECT_LT(value(in, exercise_style::european, {{.999, 10, 0}}).price,
              value(in, exercise_style::european).price - 4);
}

TEST(scheduled_option, without_events_it_is_the_european_or_american_option) {
    for (double spot : {60., 90., 100., 110., 160.})
        for (double vol : {.1, .3, .8})
            for (auto flags : {call, put}) {
                option_inputs const in{spot, 100, 1, .05, .02, vol, flags};
                auto const european = value_option(in, option_depth::first_greeks);
                auto const american = value_american(in, option_depth::first_greeks);
                auto const e = value(in, exercise_style::european);
                auto const a = value(in, exercise_style::american);
                EXPECT_NEAR(e.price, european.price, 1e-3);
                EXPECT_NEAR(e.delta, european.delta, 3e-5);
                EXPECT_NEAR(e.gamma, european.gamma, 3e-5);
                EXPECT_NEAR(a.price, american.price, 1e-3);
                EXPECT_NEAR(a.delta, american.delta, 3e-4);
            }
}

TEST(scheduled_option, more_dates_are_worth_more_up_to_the_american_option) {
    option_inputs const in{100, 100, 1, .08, 0, .3, put};
    double last = value(in, exercise_style::european).price;
    for (int count : {2, 4, 12}) {
        std::vector<schedule_event> dates;
        for (int k = 1; k <= count; ++k) dates.push_back({static_cast<double>(k) / count, 0, 1});
        double const v = value(in, exercise_style::bermudan, dates).price;
        EXPECT_GT(v, last);
        last = v;
    }
    EXPECT_GT(value(in, exercise_style::american).price, last);
    // A date that is not one of exercise changes nothing but the steps.
    EXPECT_NEAR(value(in, exercise_style::bermudan, {{.5, 0, 0}}).price,
                value(in, exercise_style::european).price, 2e-4);
}

TEST(scheduled_option, says_what_is_wrong) {
    option_inputs const in{100, 100, 1, .05, 0, .3, put};
    using enum schedule_status;
    auto const status = [](option_inputs const& of,
                           std::vector<schedule_event> const& events = {}) {
        auto const v = value(of, exercise_style::american, events);
        EXPECT_EQ(v.price, 0);
        return v.status;
    };
    EXPECT_EQ(status({100, 100, 1, .05, 0, -.3, put}), option_is_not_usable);
    EXPECT_EQ(status({100, 100, 1, .05, 0, .3, option_flag::put}), option_is_not_usable);
    EXPECT_EQ(status({0, 100, 1, .05, 0, .3, put}), option_is_not_usable);
    EXPECT_EQ(status(in, {{.5, 1, 0}, {.5, 1, 0}}), event_time_is_not_usable);
    EXPECT_EQ(status(in, {{1.5, 1, 0}}), event_time_is_not_usable);
    EXPECT_EQ(status(in, {{0, 1, 0}}), event_time_is_not_usable);
    EXPECT_EQ(status(in, {{.5, NAN, 0}}), dividend_is_not_finite_or_negative);
    EXPECT_EQ(status(in, {{.5, -1, 0}}), dividend_is_not_finite_or_negative);
    EXPECT_EQ(status({100, 100, 1, .05, 0, 2.5, put}), outside_the_grid);
    EXPECT_EQ(status({100, 100, 1, .05, 0, .01, put}), outside_the_grid);
}

}  // namespace
}  // namespace lockstep

// Every Greek against numerical derivatives of an independent price in 64-bit mantissas: the plain
// textbook formula on the C library's long double functions, coin-settled options included.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <tuple>

#include "pricing/model/black.h"

namespace lockstep {
namespace {

using wide = long double;

struct point {
    wide underlying, strike, time, rate, dividend, vol;
    std::uint64_t flags;
};
using function = std::function<wide(point const&)>;
using member = wide point::*;

wide cumulative(wide d) { return 0.5L * std::erfc(-d / std::sqrt(2.0L)); }

wide textbook_price(point const& p) {
    bool const put = (p.flags & option_flag::put) != 0;
    bool const spot = (p.flags & option_flag::spot) != 0;
    bool const inverse = (p.flags & option_flag::inverse) != 0;
    wide const forward =
        spot ? p.underlying * std::exp((p.rate - p.dividend) * p.time) : p.underlying;
    wide const deviation = p.vol * std::sqrt(p.time);
    wide const d1 = std::log(forward / p.strike) / deviation + deviation / 2;
    wide const d2 = d1 - deviation;
    wide const undiscounted = put ? p.strike * cumulative(-d2) - forward * cumulative(-d1)
                                  : forward * cumulative(d1) - p.strike * cumulative(d2);
    if (inverse) return std::exp(-p.dividend * p.time) * undiscounted / forward;
    return std::exp(-p.rate * p.time) * undiscounted;
}

/// Sixth-order central difference in one input. The step is a hundredth of the distance over which
/// an option's value bends.
function derivative(function f, member m, wide step) {
    return [=](point const& p) {
        wide sum = 0;
        wide const weights[] = {45, -9, 1};
        for (int k = 1; k <= 3; ++k) {
            point up = p, down = p;
            up.*m += k * step;
            down.*m -= k * step;
            sum += weights[k - 1] * (f(up) - f(down));
        }
        return sum / (60 * step);
    };
}

class BlackDerivatives : public testing::TestWithParam<std::tuple<int, double, double, double>> {};

TEST_P(BlackDerivatives, AgreeWithTextbook) {
    int const flags = std::get<0>(GetParam());
    double const moneyness = std::get<1>(GetParam());
    double const time = std::get<2>(GetParam());
    double const vol = std::get<3>(GetParam());
    option_inputs const in{
        100.0 * moneyness, 100.0, time, 0.04, 0.015, vol, static_cast<std::uint64_t>(flags)};
    point const p{in.underlying, in.strike, in.time, in.rate, in.dividend, in.vol, in.flags};
    wide const s = in.vol * std::sqrt(in.time);
    // The further out, the faster the value changes with every input.
    wide const d = std::log(moneyness) / s;
    wide const fine = 0.01L / (1 + d * d / 4);
    wide const du = fine * p.underlying * s, dt = fine * p.time, dv = fine * p.vol;
    auto const by_u = [&](function f) { return derivative(f, &point::underlying, du); };
    auto const by_time = [&](function f) { return derivative(f, &point::time, dt); };
    auto const by_vol = [&](function f) { return derivative(f, &point::vol, dv); };
    function const price = textbook_price;
    function const delta = by_u(price), gamma = by_u(delta), vega = by_vol(price);

    auto const v = value_option(in, option_depth::all);
    ASSERT_EQ(v.faults, 0u);
    // What one whole unit of the value would be for an at-the-money option: the error of a
    // difference is one of this size, also where the derivative itself passes through zero.
    wide const unit = std::fabs(price(p)) + std::fabs(p.underlying * delta(p)) * s;
    auto const check = [&](char const* name, double ours, wide expected, wide size) {
        wide const allowed = 2e-9L * (std::fabs(expected) + size);
        EXPECT_NEAR(ours, static_cast<double>(expected), static_cast<double>(allowed))
            << name << " flags " << flags << " F/K " << moneyness << " T " << time << " vol "
            << vol;
    };
    wide const u = p.underlying * s, t = p.time, w = p.vol;
    check("price", v.price, price(p), 0);
    check("delta", v.delta, delta(p), 0);
    check("gamma", v.gamma, gamma(p), unit / (u * u));
    check("vega", v.vega, vega(p), unit / w);
    check("theta", v.theta, -by_time(price)(p), unit / t);
    check("rho", v.rho, derivative(price, &point::rate, 0.001L)(p), unit);
    check("vanna", v.vanna, by_vol(delta)(p), unit / (u * w));
    check("volga", v.volga, by_vol(vega)(p), unit / (w * w));
    check("charm", v.charm, -by_time(delta)(p), unit / (u * t));
    check("speed", v.speed, by_u(gamma)(p), unit / (u * u * u));
    check("zomma", v.zomma, by_vol(gamma)(p), unit / (u * u * w));
    check("color", v.color, -by_time(gamma)(p), unit / (u * u * t));
    check("veta", v.veta, -by_time(vega)(p), unit / (w * t));
    check("ultima", v.ultima, by_vol(by_vol(vega))(p), unit / (w * w * w));
    if ((in.flags & option_flag::inverse) != 0) {
        function const quote_value = [&](point const& q) { return q.underlying * price(q); };
        check("delta_usd", v.delta_usd, by_u(quote_value)(p), 0);
        check("delta_net", v.delta_net, by_u(quote_value)(p) - price(p), 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Grid, BlackDerivatives,
                         testing::Combine(testing::Values(0, 2, 4, 6, 8, 10, 12,
                                                          14),  // every mix of the three flags
                                          testing::Values(0.8, 0.97, 1.0, 1.3),
                                          testing::Values(0.02, 0.7), testing::Values(0.35, 0.9)));

}  // namespace
}  // namespace lockstep

#include "host/generate/account_shape.h"

#include <algorithm>

#include "pricing/base/exp_log.h"
#include "pricing/base/normal.h"

namespace lockstep {

quantiles const cascade_equity{0.001763, 0.4236, 14.9,  44.11,  283.5,  555.9,   957.5,   1830,
                               6102,     18690,  44210, 180900, 477700, 1675000, 25550000};
quantiles const cascade_deficit{2.952e-06, 0.0001208, 0.001509, 0.005409, 0.05428,
                                0.4015,    0.844,     3.743,    22.78,    250.8,
                                8583,      48550,     72450,    157400,   665400};

namespace {

/// Leverage of the accounts whose equity ranks below `rank_end` and above the band before.
struct leverage_band {
    double rank_end;
    quantiles leverage;
};
constexpr std::array<leverage_band, 6> cascade_leverage{{
    {0.02,
     {{0.01956, 0.07485, 0.2191, 0.3818, 1.27, 6.612, 19.23, 96.07, 2670, 17790, 36260, 136200,
       362100, 3074000, 23300000}}},
    {0.1,
     {{0.01919, 0.0474, 0.1798, 0.3028, 0.6411, 1.174, 1.841, 2.541, 4.577, 7.16, 10.28, 35.93,
       131.1, 1114, 51610}}},
    {0.25,
     {{0.002503, 0.0231, 0.0878, 0.1431, 0.2928, 0.6435, 0.8595, 1.116, 2.307, 4.405, 5.991, 9.134,
       14.68, 37.22, 1142}}},
    {0.5,
     {{0.002005, 0.007132, 0.07555, 0.1067, 0.199, 0.3231, 0.4575, 0.6878, 0.796, 1.001, 1.528, 3.1,
       5.473, 9.727, 59.32}}},
    {0.9,
     {{0.0002643, 0.002869, 0.004757, 0.005928, 0.1115, 0.2095, 0.2778, 0.4121, 0.7633, 1.036,
       1.498, 2.834, 4.678, 7.605, 19.94}}},
    {1,
     {{1.644e-05, 0.00465, 0.01403, 0.02725, 0.07922, 0.1395, 0.2001, 0.302, 0.6483, 1.046, 1.494,
       2.384, 3.399, 5.366, 11.1}}},
}};

}  // namespace

double value_at(quantiles const& table, double u) {
    auto const& p = shape_probabilities;
    if (u <= p.front()) return table.front();
    if (u >= p.back()) return table.back();
    auto const above = static_cast<std::size_t>(std::ranges::upper_bound(p, u) - p.begin());
    double const z0 = normal_quantile(p[above - 1]);
    double const z1 = normal_quantile(p[above]);
    double const share = (normal_quantile(u) - z0) / (z1 - z0);
    double const low = logarithm(table[above - 1]);
    return exponential(low + share * (logarithm(table[above]) - low));
}

account_shape draw_account_shape(draws& from) {
    account_shape shape{};
    shape.rank = from.uniform();
    shape.equity = value_at(cascade_equity, shape.rank) * equity_scale;
    auto const* const band = std::ranges::find_if(
        cascade_leverage, [&](leverage_band const& b) { return shape.rank < b.rank_end; });
    shape.leverage = value_at(band->leverage, from.uniform());
    bool const negative = from.happens(cascade_negative_share);
    double const deficit = value_at(cascade_deficit, from.uniform()) * equity_scale;
    shape.deficit = negative ? deficit : 0;
    return shape;
}

}  // namespace lockstep

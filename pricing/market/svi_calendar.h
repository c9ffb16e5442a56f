// How two SVI curves lie to each other, over all strikes.
//
// The distance between them bends up or down by the sign of a quadratic in k: w'' = b sigma^2 /
// R^3, so that w2'' > w1'' where (b2 sigma2^2)^(2/3) R1^2 > (b1 sigma1^2)^(2/3) R2^2. At most two
// intervals bend upwards, each holds at most one lowest place, and nothing else can be one but the
// ends.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/market/svi.h"
#include "pricing/market/svi_least.h"

namespace lockstep {

namespace svi_detail {

/// The later curve less the earlier one.
struct svi_gap {
    svi_raw const &earlier, &later;

    LOCKSTEP_HD svi_point at(double k) const {
        svi_point const e = svi_at(earlier, k), l = svi_at(later, k);
        return {l.variance - e.variance, l.slope - e.slope, l.curvature - e.curvature};
    }
};

/// Where the slope of the gap passes zero between `low`, where it is below, and `high`, where it is
/// above; between them it only rises. Newton's steps, halved where they leave the bracket.
LOCKSTEP_HD double flat_place(svi_gap const& gap, double low, double high) {
    double k = 0.5 * (low + high);
    for (int i = 0; i < 100; ++i) {
        svi_point const here = gap.at(k);
        (here.slope < 0.0 ? low : high) = k;
        double next = k - here.slope / here.curvature;
        if (!(next > low && next < high)) next = 0.5 * (low + high);
        if (next == k || !(next > low && next < high)) break;
        k = next;
    }
    return k;
}

/// The first place from `start` on, in steps that double, where the slope of the gap is above zero
/// (a step upwards) or below it (downwards); infinite when there is none.
LOCKSTEP_HD double turned_place(svi_gap const& gap, double start, double step) {
    for (int i = 0; i < 120; ++i, step *= 2.0) {
        double const slope = gap.at(start + step).slope;
        if (step > 0.0 ? slope > 0.0 : slope < 0.0) return start + step;
    }
    return infinity;
}

/// An interval of log-moneyness.
struct svi_range {
    double low, high;
};

/// Where the gap bends upwards: `count` intervals.
struct svi_bends {
    svi_range range[2];
    int count;
};

LOCKSTEP_HD svi_bends upward_bends(svi_raw const& earlier, svi_raw const& later) {
    constexpr svi_range all{-infinity, infinity};
    if (!(earlier.b > 0.0)) return {{all, all}, 1};
    // In x = k - m of the earlier: A x^2 + 2 B x + C > 0.
    double const ratio =
        later.b * later.sigma * later.sigma / (earlier.b * earlier.sigma * earlier.sigma);
    double const weight = exponential(logarithm(ratio) * (2.0 / 3.0));
    double const A = weight - 1.0, B = later.m - earlier.m;
    double const C = weight * earlier.sigma * earlier.sigma - (B * B + later.sigma * later.sigma);
    double const square = B * B - A * C;
    if (!(square > 0.0)) return {{all, all}, C > 0.0 || A > 0.0 ? 1 : 0};
    double const root = square_root(square), q = B < 0.0 ? root - B : -(B + root);
    constexpr double far = 1e60;  // as good as infinite, and its square is not
    double const one = q / A, other = C / q;
    double low = one < other ? one : other, high = one < other ? other : one;
    low = low > -far ? low + earlier.m : -infinity;
    high = high < far ? high + earlier.m : infinity;
    if (A < 0.0) return {{{low, high}, all}, 1};
    return {{{-infinity, low}, {high, infinity}}, 2};
}

LOCKSTEP_HD bool is_a_place(double k) { return k > -infinity && k < infinity; }

/// The lowest place of the gap inside a range where it bends upwards; not finite when there is
/// none.
LOCKSTEP_HD double lowest_inside(svi_gap const& gap, svi_range range) {
    bool const from = is_a_place(range.low), to = is_a_place(range.high);
    // Where the slopes are equal at an end, the gap falls all the way to it.
    if (!from && !(svi_put_slope(gap.later) > svi_put_slope(gap.earlier))) return infinity;
    if (!to && !(svi_call_slope(gap.later) > svi_call_slope(gap.earlier))) return infinity;
    if (from && !(gap.at(range.low).slope < 0.0)) return infinity;
    if (to && !(gap.at(range.high).slope > 0.0)) return infinity;
    double const step = gap.earlier.sigma + gap.later.sigma;
    double const middle = from ? range.low : to ? range.high : gap.earlier.m;
    if (!from) range.low = turned_place(gap, middle, -step);
    if (!to) range.high = turned_place(gap, middle, step);
    if (!is_a_place(range.low) || !is_a_place(range.high)) return infinity;
    return flat_place(gap, range.low, range.high);
}

}  // namespace svi_detail

/// The least of w_later - w_earlier. Minus infinity when the later one's slope is smaller at an
/// end.
LOCKSTEP_HD svi_least least_calendar_gap(svi_raw const& earlier, svi_raw const& later) {
    double const call = svi_call_slope(later), put = svi_put_slope(later);
    double const call_before = svi_call_slope(earlier), put_before = svi_put_slope(earlier);
    if (call < call_before) return {-infinity, infinity};
    if (put < put_before) return {-infinity, -infinity};
    svi_detail::svi_gap const gap{earlier, later};
    svi_least least{infinity, 0.0};
    auto const see = [&](double k) {
        if (svi_detail::is_a_place(k)) least.see(gap.at(k).variance, k);
    };
    see(earlier.m);
    see(later.m);
    svi_detail::svi_bends const bends = svi_detail::upward_bends(earlier, later);
    for (int i = 0; i < bends.count; ++i) {
        see(svi_detail::lowest_inside(gap, bends.range[i]));
        // The ends too: a place so close to them may lie on the wrong side by rounding.
        see(bends.range[i].low);
        see(bends.range[i].high);
    }
    // Where the slopes are equal at an end, the distance does not grow out there.
    double const apart = later.m - earlier.m, level = later.a - earlier.a;
    if (call == call_before) least.see(level - call * apart, infinity);
    if (put == put_before) least.see(level + put * apart, -infinity);
    return least;
}

/// True when the later curve lies nowhere below the earlier one, whichever way the gap was rounded;
/// no curve lies below itself. `gap` is what least_calendar_gap() says.
LOCKSTEP_HD bool lies_above(svi_raw const& later, svi_raw const& earlier, svi_least& gap) {
    gap = least_calendar_gap(earlier, later);
    bool const same = later.a == earlier.a && later.b == earlier.b && later.rho == earlier.rho &&
                      later.m == earlier.m && later.sigma == earlier.sigma;
    if (same) return true;
    constexpr double few = 0x1p-50;  // roundings
    constexpr double more = 1.0 + few;
    if (!svi_detail::is_a_place(gap.at) ||
        !(svi_call_slope(later) >= more * svi_call_slope(earlier)) ||
        !(svi_put_slope(later) >= more * svi_put_slope(earlier)))
        return false;
    auto const size = [&](svi_raw const& p) {
        double const x = gap.at - p.m, level = p.a < 0.0 ? -p.a : p.a;
        return 2.0 * p.b * square_root(x * x + p.sigma * p.sigma) + level;
    };
    return gap.value >= few * (size(earlier) + size(later));
}

}  // namespace lockstep

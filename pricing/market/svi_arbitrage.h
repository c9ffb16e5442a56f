// Is an SVI curve free of butterflies, and do two of them cross? Both are asked over all strikes.
//
// With k = m + sigma sinh(u) the curve is a + sigma/2 (U e^u + V e^-u), U and V its slopes at the
// ends, and steps of equal size in u look closely where the curve bends and further and further
// apart where it is all but straight. Beyond the last step the slopes decide. Around the lowest
// point that the steps find, a golden section looks for a lower one.
#pragma once

#include <cstdint>

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/market/svi.h"

namespace lockstep {

/// Bits: why a curve cannot be the total variance of a market without free gains.
namespace svi_arbitrage {
inline constexpr std::uint8_t invalid = 1;    // svi_fault
inline constexpr std::uint8_t butterfly = 2;  // g < 0 somewhere
inline constexpr std::uint8_t wing = 4;       // a slope above 2: Lee's moment formula
inline constexpr std::uint8_t calendar = 8;   // less variance than an earlier expiry somewhere
}  // namespace svi_arbitrage

/// The least of something and the log-moneyness where it is.
struct svi_least {
    double value, at;
};

namespace svi_detail {

inline constexpr int svi_steps = 256;
inline constexpr double svi_step_factor = 0x1.2216045b6f5cdp+0;  // e^(1/8)
inline constexpr double svi_first_factor =
    0x1.e355bbaee85cbp-24;  // e^-16: four million widths away
inline constexpr double svi_golden = 0x1.3c6ef372fe95p-1;

/// The place m + sigma sinh(u) of a curve, e^u given.
LOCKSTEP_HD double svi_place(svi_raw const& p, double factor) {
    return 0.5 * p.sigma * (factor - 1.0 / factor) + p.m;
}

/// The least value of f over all steps of the curve's own scale, refined.
template <class FunctionT>
LOCKSTEP_HD svi_least least_of(svi_raw const& scale, FunctionT const& f) {
    double factor = svi_first_factor, best_factor = factor;
    svi_least best{infinity, 0.0};
    for (int i = 0; i <= svi_steps; ++i) {
        double const k = svi_place(scale, factor), value = f(k);
        if (value < best.value || !(value == value)) {
            best = {value, k};
            best_factor = factor;
        }
        factor *= svi_step_factor;
    }
    double low = svi_place(scale, best_factor / svi_step_factor);
    double high = svi_place(scale, best_factor * svi_step_factor);
    double left = high - svi_golden * (high - low), right = low + svi_golden * (high - low);
    double at_left = f(left), at_right = f(right);
    for (int i = 0; i < 40; ++i) {
        bool const go_left = at_left < at_right;
        (go_left ? high : low) = go_left ? right : left;
        double const place =
            go_left ? high - svi_golden * (high - low) : low + svi_golden * (high - low);
        double const value = f(place);
        if (go_left) {
            right = left, at_right = at_left;
            left = place, at_left = value;
        } else {
            left = right, at_left = at_right;
            right = place, at_right = value;
        }
    }
    svi_least const refined =
        at_left < at_right ? svi_least{at_left, left} : svi_least{at_right, right};
    return refined.value < best.value ? refined : best;
}

}  // namespace svi_detail

/// The least g. The curve must have no svi_fault; where its variance is zero, g is minus infinity.
LOCKSTEP_HD svi_least least_butterfly(svi_raw const& p) {
    return svi_detail::least_of(p, [&](double k) {
        svi_point const w = svi_at(p, k);
        return w.variance > 0.0 ? butterfly_density(w, k) : -infinity;
    });
}

/// The least of w_later - w_earlier. Minus infinity when the later one's slope is smaller at an
/// end.
LOCKSTEP_HD svi_least least_calendar_gap(svi_raw const& earlier, svi_raw const& later) {
    if (svi_call_slope(later) < svi_call_slope(earlier)) return {-infinity, infinity};
    if (svi_put_slope(later) < svi_put_slope(earlier)) return {-infinity, -infinity};
    auto const gap = [&](double k) {
        return svi_at(later, k).variance - svi_at(earlier, k).variance;
    };
    svi_least const a = svi_detail::least_of(earlier, gap), b = svi_detail::least_of(later, gap);
    return a.value < b.value ? a : b;
}

/// The largest share of a curve's variance that lies nowhere above the later one; 1 at most.
LOCKSTEP_HD double largest_share(svi_raw const& curve, svi_raw const& later) {
    auto const ratio = [&](double k) {
        return svi_at(later, k).variance / svi_at(curve, k).variance;
    };
    double const by_curve = svi_detail::least_of(curve, ratio).value;
    double const by_later = svi_detail::least_of(later, ratio).value;
    double share = by_curve < by_later ? by_curve : by_later;
    double const call = svi_call_slope(later) / svi_call_slope(curve);
    double const put = svi_put_slope(later) / svi_put_slope(curve);
    share = call < share ? call : share;
    share = put < share ? put : share;
    return share < 1.0 ? share : 1.0;
}

/// Bits of svi_arbitrage that one curve alone shows; `least` is its least g, when it was looked
/// for.
LOCKSTEP_HD std::uint8_t examine(svi_raw const& p, svi_least& least) {
    least = {-infinity, 0.0};
    if (fault_of(p) != svi_fault::none) return svi_arbitrage::invalid;
    std::uint8_t found = 0;
    if (svi_call_slope(p) > 2.0 || svi_put_slope(p) > 2.0) found |= svi_arbitrage::wing;
    least = least_butterfly(p);
    if (!(least.value >= 0.0)) found |= svi_arbitrage::butterfly;
    return found;
}

}  // namespace lockstep

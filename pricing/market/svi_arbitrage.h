// Is an SVI curve free of butterflies, and do two of them cross? Both are asked over all strikes.
#pragma once

#include <cstdint>

#include "pricing/base/platform.h"
#include "pricing/market/svi.h"
#include "pricing/market/svi_butterfly.h"
#include "pricing/market/svi_calendar.h"

namespace lockstep {

/// Bits: why a curve cannot be the total variance of a market without free gains.
namespace svi_arbitrage {
inline constexpr std::uint8_t invalid = 1;    // svi_fault
inline constexpr std::uint8_t butterfly = 2;  // g < 0 somewhere
inline constexpr std::uint8_t wing = 4;       // a slope above 2: Lee's moment formula
inline constexpr std::uint8_t calendar = 8;   // less variance than an earlier expiry somewhere
}  // namespace svi_arbitrage

/// The largest share of a curve's variance that lies nowhere above the later one; 1 at most. Each
/// round takes the share that just touches the later curve where the last one lay deepest above it.
LOCKSTEP_HD double largest_share(svi_raw const& curve, svi_raw const& later) {
    double const call = svi_call_slope(later) / svi_call_slope(curve);
    double const put = svi_put_slope(later) / svi_put_slope(curve);
    double share = call < 1.0 ? call : 1.0;
    share = put < share ? put : share;
    for (int i = 0; i < 40; ++i) {
        svi_least const gap = least_calendar_gap(scaled(curve, share), later);
        if (gap.value >= 0.0) break;
        if (!svi_detail::is_a_place(gap.at)) {
            share *= 1.0 - 0x1p-50;  // the slopes, by rounding
            continue;
        }
        double const next = svi_at(later, gap.at).variance / svi_at(curve, gap.at).variance;
        if (!(next < share)) break;
        share = next;
    }
    return share;
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

// SPAN spreads as parameter files state them: any number of legs, between months of one commodity
// or between commodities, each leg on one side; and the two charges that depend on the file's
// methods, the minimum of short options and the weighted price risk.
//
// Source: CME's slides and report notes on SPAN and the positional layout of its files (as
// margin/model/span.h). Where the notes leave a case open, the comment says how it is read here.
#pragma once

#include <cstdint>

#include "margin/model/span.h"

namespace lockstep::span {

/// One leg: which net delta it uses, how much of it for one spread, and whether it stands on the
/// other side of the first.
struct spread_leg {
    std::uint32_t delta;
    double ratio;  // > 0
    bool opposite;
};

/// Forms as many spreads as the deltas allow, one way round or the other, uses them up and gives
/// their number (whole and broken). The leg that runs out first ends at exactly zero.
LOCKSTEP_HD double form_spreads(view<double> deltas, view<spread_leg const> legs) {
    for (int turn = 0; turn < 2; ++turn) {
        double const first = turn == 0 ? 1.0 : -1.0;
        double formed = legs.size() == 0 ? 0.0 : infinity;
        for (spread_leg const& leg : legs) {
            double const have = deltas[leg.delta] * (leg.opposite ? -first : first);
            double const most = have > 0 ? have / leg.ratio : 0.0;
            formed = most < formed ? most : formed;
        }
        if (!(formed > 0)) continue;
        for (spread_leg const& leg : legs) {
            double const side = leg.opposite ? -first : first;
            double& delta = deltas[leg.delta];
            delta = delta * side / leg.ratio > formed ? delta - side * formed * leg.ratio : 0.0;
        }
        return formed;
    }
    return 0;
}

/// A charge for a number of spreads, rounded up. `nanos` is that of one.
LOCKSTEP_HD int128 spread_charge(double formed, std::int64_t nanos) {
    return quantise(formed * static_cast<double>(nanos), 1.0, rounding::up).value;
}

/// How a file counts short options for their minimum.
enum class short_option_method : std::uint8_t { gross = 0, larger_of_calls_and_puts = 1 };

/// Short options x rate, rounded up: of all of them, or of calls or puts, whichever are more.
LOCKSTEP_HD int128 short_option_minimum(double calls, double puts, std::int64_t nanos,
                                        short_option_method method) {
    double const larger = calls > puts ? calls : puts;
    double const counted = method == short_option_method::gross ? calls + puts : larger;
    return spread_charge(counted, nanos);
}

/// How a file weighs the price risk of one delta.
enum class price_risk_method : std::uint8_t {
    normal = 1,      // price risk / net delta, unrounded: no source says to how many decimals
    scan_range_cap,  // that, but no more than the scan range of one future
    scan_range,      // the scan range of one future
};

/// In nanos for one delta; `scan_range_nanos` is what one future loses at the end of its range.
LOCKSTEP_HD double weighted_price_risk(int128 price_risk_nanos, double net_delta,
                                       std::int64_t scan_range_nanos, price_risk_method method) {
    auto const range = static_cast<double>(scan_range_nanos);
    if (method == price_risk_method::scan_range) return net_delta != 0 ? range : 0.0;
    double const normal = weighted_price_risk(price_risk_nanos, net_delta);
    bool const capped = method == price_risk_method::scan_range_cap && normal > range;
    return capped ? range : normal;
}

}  // namespace lockstep::span

// A surface is one SVI curve for each listed expiry; between expiries total variance is linear in
// time at the same log-moneyness, which keeps it free of calendar arbitrage when the curves are.
#pragma once

#include "pricing/base/platform.h"
#include "pricing/base/view.h"
#include "pricing/market/svi.h"

namespace lockstep {

struct expiry_curve {
    double time;  // years, above zero
    svi_raw curve;
};

/// Total variance at log-moneyness k = ln(K / F(time)) and a time in years. `curves` is sorted by
/// time and not empty. Before the first expiry and after the last one the vol stays what it is
/// there, so that variance grows with time.
LOCKSTEP_HD double total_variance(view<expiry_curve const> curves, double k, double time) {
    std::size_t low = 0, high = curves.size();  // the first that expires later is in [low, high]
    while (low < high) {
        std::size_t const middle = low + (high - low) / 2;
        if (curves[middle].time <= time)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) {
        expiry_curve const& first = curves[0];
        return svi_at(first.curve, k).variance * (time / first.time);
    }
    expiry_curve const& before = curves[low - 1];
    double const w = svi_at(before.curve, k).variance;
    if (low == curves.size()) return w * (time / before.time);
    expiry_curve const& after = curves[low];
    double const share = (time - before.time) / (after.time - before.time);
    return w + share * (svi_at(after.curve, k).variance - w);
}

/// The vol there; `time` above zero.
LOCKSTEP_HD double surface_vol(view<expiry_curve const> curves, double k, double time) {
    return square_root(total_variance(curves, k, time) / time);
}

}  // namespace lockstep

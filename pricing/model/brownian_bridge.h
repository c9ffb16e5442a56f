// Brownian motion at evenly spaced dates, drawn end first and then by halves, so that the first
// numbers decide most: Moskowitz and Caflisch (1996); the order is Jaeckel's, Monte Carlo Methods
// in Finance (2002), section 10.8.3.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

/// One step: W(at) = left_weight W(left) + right_weight W(right) + spread z, in units of one
/// interval. A left of -1 is the start, where W = 0; the first step has no right.
struct bridge_step {
    std::int32_t at, left, right;
    std::int32_t reserved;
    double left_weight, right_weight, spread;
};

/// The steps for `dates` dates, at most bridge_dates_max.
inline constexpr int bridge_dates_max = 128;
LOCKSTEP_HD void plan_bridge(int dates, bridge_step* steps) {
    bool drawn[bridge_dates_max] = {};
    steps[0] = {dates - 1, -1, -1, 0, 0.0, 0.0, square_root(static_cast<double>(dates))};
    drawn[dates - 1] = true;
    int from = 0;
    for (int i = 1; i < dates; ++i) {
        while (drawn[from]) from = from + 1 < dates ? from + 1 : 0;
        int right = from;
        while (!drawn[right]) ++right;
        int const at = from + (right - 1 - from) / 2;
        double const before = at - from + 1, after = right - at;
        double const whole = before + after;
        steps[i] = {at,
                    from - 1,
                    right,
                    0,
                    after / whole,
                    before / whole,
                    square_root(before * after / whole)};
        drawn[at] = true;
        from = right + 1 < dates ? right + 1 : 0;
    }
}

}  // namespace lockstep

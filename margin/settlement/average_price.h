// The price at which a contract is delivered: the average of an index over a window before expiry,
// weighted by time, each price holding until the next. While the window runs, part of the price is
// known, and the mark of what settles at it is the known part and the forward for the rest.
//
// Source: delivery rules of Deribit (07:30 to 08:00 UTC) and Derive (thirty minutes); the
// settlement of a linear decay of delta follows from the same average.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"

namespace lockstep {

inline constexpr std::int64_t delivery_window_ns = 1'800'000'000'000;

/// Prices in nanos, times in ns. Exact: a window of a year at the largest price fits.
struct price_average {
    std::int64_t opened;  // start of the window
    std::int64_t until;   // time up to which `area` counts
    std::int64_t last;    // price that holds from there; 0: none yet
    int128 area;          // sum of price x time
};

LOCKSTEP_HD constexpr price_average open_average(std::int64_t start, std::int64_t price_before) {
    return {start, start, price_before, 0};
}

/// A new price at `time`; earlier ones than the last are counted from now on.
LOCKSTEP_HD constexpr void observe(price_average& a, std::int64_t time, std::int64_t price) {
    if (time > a.until) {
        a.area += static_cast<int128>(a.last) * (time - a.until);
        a.until = time;
    }
    a.last = price;
}

/// The average from the start of the window to `time`, rounded down to a nano; before any time has
/// passed, the price that holds.
LOCKSTEP_HD constexpr std::int64_t average_at(price_average const& a, std::int64_t time) {
    std::int64_t const whole = time - a.opened;
    if (whole <= 0) return a.last;
    int128 const rest = time > a.until ? static_cast<int128>(a.last) * (time - a.until) : 0;
    return narrow(divide(a.area + rest, whole, rounding::down)).value;
}

/// The expected delivery price with `elapsed` of `window` averaged: both parts by their time.
LOCKSTEP_HD constexpr std::int64_t settling_mark(std::int64_t average, std::int64_t forward,
                                                 std::int64_t elapsed, std::int64_t window) {
    if (elapsed <= 0) return forward;
    if (elapsed >= window) return average;
    int128 const sum =
        static_cast<int128>(average) * elapsed + static_cast<int128>(forward) * (window - elapsed);
    return narrow(divide(sum, window, rounding::down)).value;
}

/// What is left of a delta when part of the price is known, toward zero.
LOCKSTEP_HD constexpr std::int64_t settling_delta(std::int64_t delta, std::int64_t elapsed,
                                                  std::int64_t window) {
    if (elapsed <= 0) return delta;
    if (elapsed >= window) return 0;
    return static_cast<std::int64_t>(static_cast<int128>(delta) * (window - elapsed) / window);
}

}  // namespace lockstep

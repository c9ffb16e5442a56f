// Logical time: nanoseconds since 1970 in UTC, read from inputs and never from a clock.
#pragma once

#include <cstdint>

#include "pricing/base/platform.h"

namespace lockstep {

struct utc_ns {
    std::int64_t value{};
    LOCKSTEP_HD friend constexpr bool operator==(utc_ns a, utc_ns b) { return a.value == b.value; }
    LOCKSTEP_HD friend constexpr bool operator<(utc_ns a, utc_ns b) { return a.value < b.value; }
};

inline constexpr std::int64_t ns_per_day = 86'400'000'000'000;

/// ACT/365 fixed, in years; negative once `to` has passed.
LOCKSTEP_HD double year_fraction(utc_ns from, utc_ns to) {
    return static_cast<double>(to.value - from.value) / (365.0 * static_cast<double>(ns_per_day));
}

}  // namespace lockstep

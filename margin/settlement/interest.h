// Interest on cash: a yearly rate for the time since it was last paid. What an account receives is
// rounded down and what it pays is rounded up, so that rounding costs no pool and no fund anything.
//
// Source: simple interest, ACT/365, as exchanges state it for cash held as margin.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"
#include "pricing/base/platform.h"

namespace lockstep {

inline constexpr std::int64_t ns_per_interest_year = 365ll * 86'400 * 1'000'000'000;

/// The share of cash that a year's `rate` (billionths, at most one either way) comes to in
/// `elapsed` ns, of which a year counts at most; in billionths of a billionth, toward -inf.
LOCKSTEP_HD constexpr std::int64_t interest_share(std::int64_t rate, std::int64_t elapsed) {
    std::int64_t const counted = elapsed < ns_per_interest_year ? elapsed : ns_per_interest_year;
    return static_cast<std::int64_t>(divide(static_cast<int128>(rate) * counted * nanos_per_unit,
                                            ns_per_interest_year, rounding::down));
}

/// What `cash` (nanos, >= 0) earns by a share; below zero: pays.
LOCKSTEP_HD constexpr std::int64_t interest_on(std::int64_t cash, std::int64_t share,
                                               rounding direction) {
    constexpr int128 one = static_cast<int128>(nanos_per_unit) * nanos_per_unit;
    return static_cast<std::int64_t>(divide(static_cast<int128>(cash) * share, one, direction));
}

}  // namespace lockstep

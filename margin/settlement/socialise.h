// A session's gains paid out of its losses when these do not suffice: what was collected is shared
// by the winners in proportion to their gains, rounded down, and the last takes the remainder, so
// that nothing is left over and nothing is made. Nobody without a gain takes part.
//
// Source: Vega protocol's mark-to-market settlement and loss socialisation (five published cases).
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/view.h"

namespace lockstep {

/// What one loser can pay of what it owes; both >= 0.
LOCKSTEP_HD constexpr std::int64_t collectable(std::int64_t owed, std::int64_t held) {
    return owed < held ? owed : held;
}

/// What is left of one gain when of all gains together (`expected` > 0) only `collected`, no more
/// than that, can be paid: its share, rounded down. A gain is below 2^63 and what was collected
/// below their sum: the product fits 128 bits.
LOCKSTEP_HD constexpr std::int64_t share_of_gain(std::int64_t gain, int128 collected,
                                                 int128 expected) {
    return static_cast<std::int64_t>(
        divide(static_cast<int128>(gain) * collected, expected, rounding::down));
}

/// Pays `collected` to winners, in place: gains[i] becomes what winner i is paid. When all gains
/// can be paid, they are, and what is left of `collected` is returned; gains must be >= 0.
LOCKSTEP_HD int128 socialise(view<std::int64_t> gains, int128 collected) {
    int128 expected = 0;
    for (std::int64_t const gain : gains) expected += gain;
    if (collected >= expected) return collected - expected;
    int128 left = collected;
    std::size_t last = gains.size();
    for (std::size_t i = 0; i < gains.size(); ++i) {
        if (gains[i] <= 0) continue;
        gains[i] = share_of_gain(gains[i], collected, expected);
        left -= gains[i];
        last = i;
    }
    if (last < gains.size()) gains[last] += static_cast<std::int64_t>(left);
    return 0;
}

}  // namespace lockstep

// Who is assigned when options are exercised: every short position in proportion to its size, the
// fractions of a lot by largest remainder (Hamilton's method), of equal ones to the smaller account
// number first. OCC Rule 803 and most other clearing houses draw at random among the shorts; a
// share needs no draw that all must believe in.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"

namespace lockstep {

/// In lots: the whole ones that are certain, and the numerator of the fraction beside them.
struct assigned_share {
    std::int64_t lots;
    int128 fraction;
};

/// The share of a short position of `held` lots in `exercised` ones, all shorts together having
/// sold `sold` >= exercised. The product fits 128 bits: both are below 2^63.
LOCKSTEP_HD constexpr assigned_share share_of_assignment(std::int64_t held, std::int64_t exercised,
                                                         std::int64_t sold) {
    int128 const product = static_cast<int128>(held) * exercised;
    return {static_cast<std::int64_t>(product / sold), product % sold};
}

}  // namespace lockstep

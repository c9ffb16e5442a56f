// A deficit taken from the gains of the last settlement, from each its share. What is left of a
// gain is rounded down, so that no less is taken than asked for; the ledger books what that makes
// too much to a row of its own (host/block/asset_payments.cpp). Nobody without a gain takes part.
//
// Source: Vega protocol's mark-to-market settlement and loss socialisation (five published cases),
// where the last winner is paid what rounding has left over.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"

namespace lockstep {

/// What is left of one gain when of all gains together (`expected` > 0) only `collected`, no more
/// than that, can be paid: its share, rounded down. A gain is below 2^63 and what was collected
/// below their sum: the product fits 128 bits.
LOCKSTEP_HD constexpr std::int64_t share_of_gain(std::int64_t gain, int128 collected,
                                                 int128 expected) {
    return static_cast<std::int64_t>(
        divide(static_cast<int128>(gain) * collected, expected, rounding::down));
}

}  // namespace lockstep

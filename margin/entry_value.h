// What a future or perpetual was entered at, as a part of equity.
#pragma once

#include "pricing/base/checked.h"
#include "pricing/base/money.h"
#include "pricing/instrument.h"

namespace lockstep {

/// What entry at this price contributes to equity: -q*F0 in quote currency when linear, +q/F0 in
/// coin when inverse; rounded down, so never in the account's favour. The price is above zero. With
/// the size's sign turned it is what leaving at the price contributes.
LOCKSTEP_HD constexpr int128 wide_entry_nanos(settlement settle, quantity size, price entry) {
    int128 const contracts = size.nanos;
    return settle == settlement::linear
               ? divide(-contracts * entry.nanos, nanos_per_unit, rounding::down)
               : divide(contracts * nanos_per_unit, entry.nanos, rounding::down);
}

/// The same where it has to fit an amount.
LOCKSTEP_HD constexpr checked_int64 entry_nanos(settlement settle, quantity size, price entry) {
    return narrow(wide_entry_nanos(settle, size, entry));
}

}  // namespace lockstep

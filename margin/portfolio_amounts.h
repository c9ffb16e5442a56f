// From the exact sums of a netting set to nanos: by how many decimal places they are finer, and how
// they are rounded (margin/portfolio_rule.h says which way).
#pragma once

#include <cstdint>

#include "margin/portfolio.h"
#include "pricing/base/decimal.h"

namespace lockstep {

/// Decimal places by which a sum is finer than a nano; may be negative.
LOCKSTEP_HD int places_below_nano(margin_rules const& rules, int lot_exponent) {
    return rules.places - lot_exponent;
}

/// True when a rule may read 64-bit sums of such lots: every amount it makes of them is a division
/// that 64 bits can hold. That is so for lots of up to a thousand contracts; coarser ones are read
/// from 128 bits.
LOCKSTEP_HD bool narrow_sums_serve(margin_rules const& rules, int lot_exponent) {
    return rules.places - lot_exponent >= 3 && rules.places <= 18;
}

/// A sum in units of 10^places of its own, rounded as asked.
LOCKSTEP_HD checked_int128 drop_places(int128 sum, int places, rounding direction) {
    if (places >= 0) return {divide_by_power_of_ten(sum, places, direction), false};
    return multiply_by_power_of_ten(sum, -places);
}
LOCKSTEP_HD checked_int128 drop_places(std::int64_t sum, int places, rounding direction) {
    return {divide_by_power_of_ten(sum, places, direction), false};
}

/// The same to the nearest, ties up: one digit more is kept, then five of it added.
template <class Integer>
LOCKSTEP_HD checked_int128 drop_places_nearest(Integer sum, int places) {
    if constexpr (sizeof(Integer) > 8)
        if (places <= 0) return drop_places(sum, places, rounding::down);
    int128 const finer = drop_places(sum, places - 1, rounding::down).value;
    return {divide_by_power_of_ten<1>(finer + 5, rounding::down), false};
}

/// Writes what fits and flags what does not.
LOCKSTEP_HD money settle_amount(checked_int128 amount, std::uint16_t& flags) {
    checked_int64 fitted = narrow(amount.value);
    if (amount.overflowed || fitted.overflowed) flags |= margin_flag::amount_does_not_fit;
    return {fitted.value};
}

}  // namespace lockstep

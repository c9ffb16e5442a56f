// What a quantity of a listed contract is worth, in the asset it settles in, as integers. One place
// for the four shapes (linear and inverse, option and future), used by reserves, fees and checks.
#pragma once

#include "margin/state/listing.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// Size times value in settlement units, in nanos; `size` and `at` are nanos and not negative.
/// Linear future: size * price. Inverse future (size in USD): size / price. Options count by what
/// they are written on: linear size * strike, inverse size in coin.
LOCKSTEP_HD constexpr int128 notional(listing_row const& l, std::int64_t size, std::int64_t at,
                                      rounding direction) {
    bool const inverse = l.contract.settle == settlement::inverse;
    if (l.contract.kind == instrument_kind::option) {
        if (inverse) return size;
        return divide(static_cast<int128>(size) * l.contract.strike.nanos, nanos_per_unit,
                      direction);
    }
    if (inverse)
        return at <= 0 ? 0 : divide(static_cast<int128>(size) * nanos_per_unit, at, direction);
    return divide(static_cast<int128>(size) * at, nanos_per_unit, direction);
}

/// A future's notional rounded both ways.
struct rounded_notional {
    int128 down, up;
};
LOCKSTEP_HD constexpr rounded_notional future_notional(listing_row const& l, std::int64_t size,
                                                       std::int64_t at) {
    int128 const up = notional(l, size, at, rounding::up);
    bool const inverse = l.contract.settle == settlement::inverse;
    bool const exact = inverse ? up * at == static_cast<int128>(size) * nanos_per_unit || at <= 0
                               : up * nanos_per_unit == static_cast<int128>(size) * at;
    return {up - (exact ? 0 : 1), up};
}

/// Of a limit and the mark the one that makes a notional larger: a sale may be filled above its
/// limit and a purchase below.
LOCKSTEP_HD constexpr std::int64_t dearer(listing_row const& l, std::int64_t limit) {
    bool const inverse_future =
        l.contract.settle == settlement::inverse && l.contract.kind != instrument_kind::option;
    return (limit < l.mark.nanos) == inverse_future ? limit : l.mark.nanos;
}

/// What changes hands for `size` contracts at a price: the premium of an option, in settlement
/// units.
LOCKSTEP_HD constexpr int128 premium(std::int64_t size, std::int64_t at, rounding direction) {
    return divide(static_cast<int128>(size) * at, nanos_per_unit, direction);
}

/// The cost that a buyer of a future takes on and its seller sheds: size * price, or for an inverse
/// future -size / price (a long of USD owes coin). One rounding, one integer for both sides.
LOCKSTEP_HD constexpr int128 cost_of(listing_row const& l, std::int64_t size, std::int64_t at) {
    if (l.contract.settle == settlement::inverse) return -notional(l, size, at, rounding::down);
    return notional(l, size, at, rounding::down);
}

/// amount * parts / 10^6. Part by part, so that the divisor is a constant and an amount of 64 bits
/// needs no division at all: of whole millions nothing is left over.
LOCKSTEP_HD constexpr int128 share_ppm(int128 amount, std::uint32_t parts, rounding direction) {
    if (amount >> 64 != 0) return divide(amount * parts, ppm, direction);
    constexpr std::uint64_t million = ppm;
    auto const all = static_cast<std::uint64_t>(amount);
    std::uint64_t const of_rest = all % million * parts;
    int128 const down = static_cast<int128>(all / million) * parts + of_rest / million;
    return down + (direction == rounding::up && of_rest % million != 0 ? 1 : 0);
}

}  // namespace lockstep

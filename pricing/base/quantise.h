// The one door from double to integer. Everything that a price decides (a margin, a verdict, a
// payment) passes through here, with the rounding direction in view; a value that is not finite
// or does not fit comes back flagged, never wrapped.
#pragma once

#include "pricing/base/checked.h"
#include "pricing/base/platform.h"

namespace lockstep {

/// The largest magnitude the door lets through: 2^62, so that a sum of two never overflows.
inline constexpr double quantised_max = 4611686018427387904.0;

/// amount * scale rounded to the nearest integer, ties to even. `scale` is integer units per 1.0;
/// the one rounding of the product is part of the definition. NaN, infinities and magnitudes above
/// 2^62 give {0, true}.
LOCKSTEP_HD checked_int64 quantise_nearest(double amount, double scale) {
    double scaled = amount * scale;
    bool fits = scaled >= -quantised_max && scaled <= quantised_max;
    double safe = fits ? scaled : 0.0;
    // Adding 2^52 (with the sign of the value) leaves no room for a fraction: the sum is rounded to
    // an integer, ties to even. From 2^52 on every double is an integer already.
    double const two_52 = 4503599627370496.0;
    double const shift = safe < 0 ? -two_52 : two_52;
    double const rounded = safe > -two_52 && safe < two_52 ? (safe + shift) - shift : safe;
    auto whole = static_cast<std::int64_t>(rounded);
    return {whole, !fits};
}

/// amount * scale rounded down (toward -inf) or up (toward +inf).
LOCKSTEP_HD checked_int64 quantise(double amount, double scale, rounding direction) {
    double scaled = amount * scale;
    bool fits = scaled >= -quantised_max && scaled <= quantised_max;
    double safe = fits ? scaled : 0.0;
    auto whole = static_cast<std::int64_t>(safe);  // toward zero
    auto back = static_cast<double>(whole);
    if (direction == rounding::down && back > safe) whole -= 1;
    if (direction == rounding::up && back < safe) whole += 1;
    return {whole, !fits};
}

}  // namespace lockstep

// Polynomials in fused multiply-adds, coefficients in rising order of the power.
//
// The order of the operations is written down here and nowhere else, so every compiler and device
// rounds in the same places. The even and the odd powers run as two Horner chains in x squared,
// which halves the wait for a result; the constant term joins last, so that close to x = 0, where
// most results are wanted to the last bit, one rounding is all there is.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

namespace detail {

/// c0 + c2 y + c4 y^2 + ... : the first, third, fifth ... of the coefficients given.
LOCKSTEP_HD double every_other_power(double /*y*/, double c0) { return c0; }
LOCKSTEP_HD double every_other_power(double /*y*/, double c0, double /*c1*/) { return c0; }
template <class... RestT>
LOCKSTEP_HD double every_other_power(double y, double c0, double /*c1*/, RestT... rest) {
    return fused(every_other_power(y, rest...), y, c0);
}

}  // namespace detail

/// c0 + c1 x + c2 x^2 + ...
template <class... RestT>
LOCKSTEP_HD double polynomial(double x, double c0, double c1, double c2, RestT... rest) {
    double y = x * x;
    double odd = detail::every_other_power(y, c1, c2, rest...);
    double even = detail::every_other_power(y, c2, rest...);
    return fused(fused(even, x, odd), x, c0);
}

}  // namespace lockstep

// Polynomials in fused multiply-adds, coefficients in rising order of the power.
//
// The order of the operations is written down here and nowhere else: the even and the odd powers
// run as two Horner chains in x squared and meet at the end, which halves the wait for a result
// and costs one multiplication. Every compiler and device therefore rounds in the same places.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

/// c0 + c2 y + c4 y^2 + ... : the first, third, fifth ... of the coefficients given.
LOCKSTEP_HD double every_other_power(double /*y*/, double c0) { return c0; }
LOCKSTEP_HD double every_other_power(double /*y*/, double c0, double /*c1*/) { return c0; }
template <class... RestT>
LOCKSTEP_HD double every_other_power(double y, double c0, double /*c1*/, RestT... rest) {
    return fused(every_other_power(y, rest...), y, c0);
}

/// c0 + c1 x + c2 x^2 + ...
template <class... RestT>
LOCKSTEP_HD double polynomial(double x, double c0, double c1, RestT... rest) {
    double y = x * x;
    return fused(every_other_power(y, c1, rest...), x, every_other_power(y, c0, c1, rest...));
}

}  // namespace lockstep

// Huber's loss: a square near zero, a straight line beyond, so that a stale quote pulls no harder
// than one that is a little off. Sizes are residuals in spreads.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

inline constexpr double huber_bend = 1.5;

/// What the square of the residual is to be weighted with.
LOCKSTEP_HD double huber_weight(double size) { return size > huber_bend ? huber_bend / size : 1.0; }

/// The loss less half the weighted square, which normal_equations adds.
LOCKSTEP_HD double huber_rest(double size) {
    return size > huber_bend ? 0.5 * huber_bend * (size - huber_bend) : 0.0;
}

}  // namespace lockstep

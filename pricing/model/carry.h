// Rate and yield, as forward and discount of one expiry tell them.
#pragma once

#include "pricing/base/exp_log.h"

namespace lockstep {

struct carry {
    double rate, yield;  // continuously compounded
};

/// With F = S exp((r - q) T) and D = exp(-r T). Both zero where the numbers say nothing: no time,
/// or one of them not above zero.
LOCKSTEP_HD carry carry_of(double spot, double forward, double discount, double time) {
    bool const told = time > 0.0 && discount > 0.0 && forward > 0.0 && spot > 0.0;
    double const rate = told ? -logarithm(discount) / time : 0.0;
    return {rate, told ? rate - logarithm(forward / spot) / time : 0.0};
}

}  // namespace lockstep

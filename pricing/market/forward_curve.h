// Forwards of any date from those of a few: dated futures, or forwards that put-call parity gave.
#pragma once

#include "pricing/base/exp_log.h"
#include "pricing/base/platform.h"
#include "pricing/base/view.h"

namespace lockstep {

struct dated_forward {
    double time;  // years, above zero
    double forward;
};

/// The forward at a time in years, zero or more: ln(forward) is linear in time between what is
/// known, and today's forward is the spot. After the last one the growth from spot to it goes on.
/// `known` is sorted by time and may be empty, which makes every forward the spot.
LOCKSTEP_HD double forward_at(view<dated_forward const> known, double spot, double time) {
    dated_forward before{0.0, spot};
    for (dated_forward const& next : known) {
        if (time < next.time) {
            double const share = (time - before.time) / (next.time - before.time);
            double const growth = logarithm(next.forward / before.forward);
            return before.forward * exponential(share * growth);
        }
        before = next;
    }
    if (before.time == 0.0 || time == before.time) return before.forward;
    double const growth = logarithm(before.forward / spot) / before.time;
    return before.forward * exponential(growth * (time - before.time));
}

/// The yearly growth that leads from one to the other: a carry, an interest rate or a dividend.
LOCKSTEP_HD double yearly_growth(double from, double to, double time) {
    return logarithm(to / from) / time;
}

}  // namespace lockstep

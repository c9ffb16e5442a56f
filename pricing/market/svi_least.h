// Where something that is looked for over all strikes is least.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep {

/// The least of something and the log-moneyness where it is, infinite where it is a limit.
struct svi_least {
    double value, at;

    /// Takes a lower value in; a value that is no number is the lowest.
    LOCKSTEP_HD void see(double seen, double place) {
        if (seen < value || !(seen == seen)) value = seen, at = place;
    }
};

}  // namespace lockstep

// Which expiries and strikes a synthetic exchange lists.
#pragma once

#include <cstdint>
#include <vector>

#include "pricing/base/time.h"

namespace lockstep {

/// How an expiry came to be listed; the forward of some is a listed future.
struct listed_expiry {
    utc_ns at;
    bool has_future = false;
    bool is_daily = false;  // its forward is the index
};

/// The next three days, three Fridays, three month ends and four quarter ends, in order. Quarter
/// ends, the first month end and the first Friday have futures.
std::vector<listed_expiry> expiries_after(utc_ns time);

/// Names give a year by two digits, of this century.
bool names_tell_expiries_after(utc_ns time);

/// Strikes in nanos, rising: `count` multiples of `step` around the forward, spread over
/// `width` in log-moneyness to each side where the step allows it.
std::vector<std::int64_t> strikes_around(double forward, double width, std::int64_t step,
                                         std::uint32_t count);

}  // namespace lockstep

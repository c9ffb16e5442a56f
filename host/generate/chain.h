// A synthetic option chain with the columns of the Deribit snapshot: daily, weekly, monthly and
// quarterly expiries, strikes that a desk would list, a smile without arbitrage, marks that are
// Black-76 of the written forward, strike and volatility, and quotes that are sometimes absent.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "pricing/base/time.h"

namespace lockstep {

struct chain_plan {
    std::uint64_t seed = 1;
    std::uint32_t options_per_underlying = 1000;
    utc_ns time;
};

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

/// Writes the table line by line through `write`.
void write_chain(chain_plan const& plan, std::function<void(std::string_view)> const& write);

}  // namespace lockstep

// Standard margin of a linear perpetual, by formula and without scenarios:
//   IM = (base + slope size) size price,  MM likewise with its own base.
// Source: the exchange's support article "Linear Perpetual"; rates per instrument are data.
#pragma once

#include <cstdint>

#include "pricing/base/decimal.h"
#include "pricing/base/money.h"

namespace lockstep {

/// Rates of one instrument in trillionths; the slope is per unit of the underlying.
struct standard_rates {
    std::int64_t initial_base_1e12;
    std::int64_t maintenance_base_1e12;
    std::int64_t slope_1e12;
};

/// (base + slope |size|) |size| price in nanos of quote currency, rounded up at each step: a
/// requirement.
LOCKSTEP_HD checked_money standard_margin(quantity size, price at, std::int64_t base_1e12,
                                          std::int64_t slope_1e12) {
    int128 const units = size.nanos < 0 ? -static_cast<int128>(size.nanos) : int128{size.nanos};
    int128 const rate = base_1e12 + divide_by_power_of_ten(units * slope_1e12, 9, rounding::up);
    checked_int64 const notional =
        narrow(divide_by_power_of_ten(units * at.nanos, 9, rounding::up));
    checked_int64 const fitted = narrow(rate);
    checked_int64 const charge = narrow(divide_by_power_of_ten(
        static_cast<int128>(notional.value) * fitted.value, 12, rounding::up));
    return {{charge.value}, notional.overflowed || fitted.overflowed || charge.overflowed};
}

struct standard_requirement {
    checked_money initial, maintenance;
};

LOCKSTEP_HD standard_requirement standard_margin(quantity size, price at,
                                                 standard_rates const& rates) {
    return {standard_margin(size, at, rates.initial_base_1e12, rates.slope_1e12),
            standard_margin(size, at, rates.maintenance_base_1e12, rates.slope_1e12)};
}

}  // namespace lockstep

// Why a payoff beyond the plain option could or could not be valued. Shared by the models and the
// kernels.
#pragma once

#include <cstdint>

namespace lockstep {

/// In the order in which they are looked for; the first that applies is reported.
enum class payoff_status : std::uint8_t {
    computed = 0,
    kind_is_unknown,
    underlying_is_not_positive,  // or not finite
    strike_is_not_positive,
    time_is_not_finite_or_negative,
    vol_is_not_finite_or_negative,
    rate_is_not_finite,
    dividend_is_not_finite,
    amount_is_not_finite,  // cash, rebate, second strike
    barrier_is_not_positive,
    barriers_are_not_in_order,
    monitoring_is_not_a_count,
    extreme_is_on_the_wrong_side,  // a running minimum above the spot, a maximum below it
    fixings_are_not_usable,        // no count, or too many; a window without length
    first_fixing_is_not_usable,    // past the end, or where a single or a first date cannot be
    past_fixings_are_not_a_count,
    first_vol_is_not_finite_or_negative,
    average_is_not_positive,
    second_underlying_is_not_positive,
    second_vol_is_not_finite_or_negative,
    second_dividend_is_not_finite,
    second_strike_is_not_positive,
    quantity_is_not_positive,  // of a quanto: the fixed exchange rate
    second_quantity_is_not_positive,
    second_rate_is_not_finite,
    correlation_is_not_in_range,
    rate_is_too_negative,  // what a touch pays at once is then worth no real power of the spot
    value_is_not_finite,   // inputs in range, but the result leaves the range of a double
};

}  // namespace lockstep

// The words of implied volatility: what a row's flags say, and what became of it. Shared by the
// formula, the kernels and the readers.
#pragma once

#include <cstdint>

#include "pricing/model/option.h"

namespace lockstep {

namespace implied_vol_flag {
inline constexpr std::uint8_t put = option_flag::put;
inline constexpr std::uint8_t bachelier = 16;  // normal vol in price units; else Black's vol
}  // namespace implied_vol_flag

/// When several apply, the first in this order counts.
enum class implied_vol_status : std::uint8_t {
    computed = 0,
    forward_is_not_usable,   // not finite; under Black also not above zero
    strike_is_not_usable,    // the same
    time_is_not_finite_or_negative,
    price_is_not_finite_or_negative,
    discount_is_not_finite_or_not_positive,
    no_time,          // less than 2^-1000 years: every vol gives the intrinsic value
    below_intrinsic,  // by more than the rounding of the price
    above_maximum,    // no finite vol gives the whole leg or more, or more than doubles hold
    underflow,        // the time value is lost in rounding: every small enough vol gives this price
};
inline constexpr unsigned implied_vol_status_count = 10;

inline constexpr char const* implied_vol_status_names[implied_vol_status_count] = {
    "computed",
    "forward_is_not_usable",
    "strike_is_not_usable",
    "time_is_not_finite_or_negative",
    "price_is_not_finite_or_negative",
    "discount_is_not_finite_or_not_positive",
    "no_time",
    "below_intrinsic",
    "above_maximum",
    "underflow",
};

}  // namespace lockstep

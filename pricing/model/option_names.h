// The names under which values and statuses of options leave the house: columns of files, fields of
// reports. They follow the enums in pricing/model/option.h.
#pragma once

#include "pricing/model/option.h"

namespace lockstep {

inline constexpr char const* option_value_names[option_value_count] = {
    "price", "delta", "gamma", "vega",  "theta", "rho",    "vanna",     "volga",
    "charm", "speed", "zomma", "color", "veta",  "ultima", "delta_usd", "delta_net",
};

inline constexpr char const* option_status_names[] = {
    "computed",
    "underlying_is_not_finite_or_negative",
    "strike_is_not_finite_or_negative",
    "time_is_not_finite_or_negative",
    "vol_is_not_finite_or_negative",
    "rate_is_not_finite",
    "dividend_is_not_finite",
    "value_is_not_finite",
};

}  // namespace lockstep

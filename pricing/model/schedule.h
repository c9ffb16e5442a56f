// The words of options with a schedule of dividends and dates of exercise.
#pragma once

#include <cstdint>

namespace lockstep {

enum class exercise_style : std::uint8_t { european = 0, bermudan, american };

/// What happens at a time in (0, expiry]. Exercise comes before the dividend: whoever exercises a
/// call then has the dividend too, at expiry as well.
struct schedule_event {
    double time;             // years from now
    double dividend;         // cash a unit of the asset, not negative; 0: none
    std::uint64_t exercise;  // 1: a Bermudan option may be exercised
};

enum class schedule_status : std::uint8_t {
    computed = 0,
    option_is_not_usable,      // a fault of option_inputs, or a forward: the spot is asked for
    event_time_is_not_usable,  // not rising, or outside (0, expiry]
    dividend_is_not_finite_or_negative,
    outside_the_grid,  // total vol below 1/256 or above 2, or less than a quarter of the drift
    value_is_not_finite,
};
inline constexpr unsigned schedule_status_count = 6;

inline constexpr char const* schedule_status_names[schedule_status_count] = {
    "computed",
    "option_is_not_usable",
    "event_time_is_not_usable",
    "dividend_is_not_finite_or_negative",
    "outside_the_grid",
    "value_is_not_finite",
};

}  // namespace lockstep

// Which options are exercised when they expire: by exception, every one that is in the money by a
// stated amount, unless its holder has said otherwise.
//
// Source: OCC Rule 805 (exercise by exception; in the money by 0.01 a share for every account).
#pragma once

#include <cstdint>

#include "pricing/base/platform.h"
#include "pricing/instrument.h"

namespace lockstep {

enum class exercise_advice : std::uint8_t { none = 0, exercise, do_not_exercise };

/// What one contract is in the money by, in nanos of its strike's currency; below zero: out of it.
LOCKSTEP_HD constexpr std::int64_t in_the_money(instrument_row const& option,
                                                std::int64_t delivery) {
    return option.type == option_type::call ? delivery - option.strike.nanos
                                            : option.strike.nanos - delivery;
}

/// Advice decides where there is any; else what is in the money by `exception` or more. Nothing is
/// ever exercised at the money or out of it: it would pay nothing.
LOCKSTEP_HD constexpr bool is_exercised(std::int64_t distance, std::int64_t exception,
                                        exercise_advice advice) {
    if (distance <= 0 || advice == exercise_advice::do_not_exercise) return false;
    return advice == exercise_advice::exercise || distance >= exception;
}

}  // namespace lockstep

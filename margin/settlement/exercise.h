// Which options are exercised: those that their holders have given notice for, and at expiry, by
// exception, every one that is in the money by a stated amount, unless its holder has said
// otherwise.
//
// Source: OCC Rule 805 (exercise by exception; in the money by 0.01 a share for every account). By
// OCC's "Characteristics and Risks of Standardized Options" whoever exercises a cash-settled option
// that is out of the money at the settlement price pays the difference; here such a notice lapses.
#pragma once

#include <cstdint>

#include "margin/state/position.h"
#include "pricing/base/platform.h"
#include "pricing/instrument.h"

namespace lockstep {

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

/// How much of a long position is exercised for the notice that was given: it counts as advice to
/// exercise.
LOCKSTEP_HD constexpr std::int64_t exercised_by_notice(position_row const& p,
                                                       std::int64_t distance) {
    return is_exercised(distance, 0, exercise_advice::exercise) ? p.exercise.noticed() : 0;
}

/// How much of a position is exercised when its option expires.
LOCKSTEP_HD constexpr std::int64_t exercised_at_expiry(position_row const& p, std::int64_t distance,
                                                       std::int64_t exception) {
    if (p.size.nanos <= 0) return 0;
    return is_exercised(distance, exception, p.exercise.advice())
               ? p.size.nanos
               : exercised_by_notice(p, distance);
}

}  // namespace lockstep

// Whether rows that were read from a store name rows that are there: whatever runs on them takes
// that for granted. Both throw input_error, which begins with `where`.
#pragma once

#include <string>

#include "host/state/engine_state.h"

namespace lockstep {

/// Of every table.
void check_references(engine_state const& s, std::string const& where);

/// What a command is said to have made: no root speaks of it.
void check_outcomes(engine_state const& s, std::string const& where);

}  // namespace lockstep

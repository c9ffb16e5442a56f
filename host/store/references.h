// Whether rows that were read from a store name rows that are there, and fit each other: whatever
// runs on them takes that for granted. All throw input_error, which begins with `where`.
#pragma once

#include <string>
#include <vector>

#include "host/book/order_row.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// Of every table.
void check_references(engine_state const& s, std::string const& where);

/// What a command is said to have made: no root speaks of it.
void check_outcomes(engine_state const& s, std::string const& where);

/// One book's orders, each with its slot as `tag`, in the order of their ranks, which no root
/// speaks of: who stands first at one price, and of stops that wait to enter, is under the root,
/// and must be the same. Of stops that wait for a price it is not said there.
void check_queues(engine_state const& s, std::vector<order_row> const& orders,
                  std::string const& where);

}  // namespace lockstep

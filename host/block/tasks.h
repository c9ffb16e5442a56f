// Which commands of a block stand together: combos and chains become tasks of the admit step, and
// each task may declare the rows that it could touch.
#pragma once

#include <span>

#include "host/block/prepare.h"

namespace lockstep {

/// Refuses combos that are not whole: a header that says how many legs follow, each on its own
/// instrument, all linked.
void check_combos(std::span<transaction_row const> commands, prepared_block& out);

/// Groups commands into tasks: a chain is one task, any other command one of its own. A chain with
/// a member that is refused already is refused as a whole and makes no task.
void group(std::span<transaction_row const> commands, prepared_block& out);

}  // namespace lockstep

#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::value_rows over the threads of the arena.
void value_rows(lane_table const& lanes, tbb::task_arena& arena, row_model model,
                row_batch const& batch, row_values const& values);

}  // namespace lockstep::cpu

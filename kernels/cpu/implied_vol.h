#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::implied_vol over the threads of an arena.
void implied_vol(lane_table const& lanes, tbb::task_arena& arena, implied_vol_batch const& batch,
                 implied_vol_values const& values);

}  // namespace lockstep::cpu

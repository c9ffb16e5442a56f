#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::american over the threads of an arena.
void american(lane_table const& lanes, tbb::task_arena& arena, option_batch const& batch,
              option_values const& values);

/// backend::american_implied_vol over the threads of an arena.
void american_implied_vol(lane_table const& lanes, tbb::task_arena& arena,
                          american_vol_batch const& batch, implied_vol_values const& values);

}  // namespace lockstep::cpu

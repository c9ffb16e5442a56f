#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::scheduled over the threads of an arena.
void scheduled(lane_table const& lanes, tbb::task_arena& arena, schedule_batch const& batch,
               schedule_values const& values);

}  // namespace lockstep::cpu

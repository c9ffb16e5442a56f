#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::value_paths over the threads of an arena.
void value_paths(lane_table const& lanes, tbb::task_arena& arena, path_batch const& batch);

}  // namespace lockstep::cpu

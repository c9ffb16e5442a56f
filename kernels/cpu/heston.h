#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::heston over the threads of an arena.
void heston(lane_table const& lanes, tbb::task_arena& arena, heston_batch const& batch,
            heston_values const& values);

}  // namespace lockstep::cpu

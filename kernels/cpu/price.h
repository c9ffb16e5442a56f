#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::price and backend::price_core over the threads of an arena.
void price(lane_table const& lanes, tbb::task_arena& arena, option_batch const& batch,
           option_values const& values);
void price_core(lane_table const& lanes, tbb::task_arena& arena, black76_batch const& batch,
                black76_values const& values);

}  // namespace lockstep::cpu

// Cuts risk work into slices for the threads of an arena.
#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

void run_risk_arrays(lane_table const& lanes, tbb::task_arena& arena, risk_array_batch const& batch,
                     risk_matrix const& matrix);

void run_margin(lane_table const& lanes, tbb::task_arena& arena, margin_batch const& batch,
                sum_lanes sums);

void run_check(lane_table const& lanes, tbb::task_arena& arena, check_batch const& batch,
               sum_lanes sums);

}  // namespace lockstep::cpu

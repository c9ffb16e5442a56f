#include "kernels/cpu/scheduled.h"

#include <vector>

#include "kernels/cpu/slices.h"
#include "pricing/model/scheduled_option.h"

namespace lockstep::cpu {

namespace {
constexpr std::size_t slice_rows = 8;  // about 20 milliseconds of work
}

void scheduled(lane_table const& lanes, tbb::task_arena& arena, schedule_batch const& batch,
               schedule_values const& values) {
    each_slice(arena, batch.size(), slice_rows, [&](std::size_t begin, std::size_t length) {
        std::vector<double> scratch(schedule_scratch::columns * schedule_nodes);
        lanes.scheduled(slice(batch, begin, length), slice(values, begin, length), scratch.data());
    });
}

}  // namespace lockstep::cpu

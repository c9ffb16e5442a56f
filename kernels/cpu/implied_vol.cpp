#include "kernels/cpu/implied_vol.h"

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

namespace {
constexpr std::size_t slice_rows = 512;  // about 30 microseconds of work
}

void implied_vol(lane_table const& lanes, tbb::task_arena& arena, implied_vol_batch const& batch,
                 implied_vol_values const& values) {
    each_slice(arena, batch.size(), slice_rows, [&](std::size_t begin, std::size_t length) {
        lanes.implied_vol(slice(batch, begin, length), slice(values, begin, length));
    });
}

}  // namespace lockstep::cpu

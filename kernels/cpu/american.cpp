#include "kernels/cpu/american.h"

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

namespace {
constexpr std::size_t slice_rows = 32;  // 80 microseconds of work, 400 with Greeks
}

void american(lane_table const& lanes, tbb::task_arena& arena, option_batch const& batch,
              option_values const& values) {
    each_slice(arena, batch.size(), slice_rows, [&](std::size_t begin, std::size_t length) {
        lanes.american(slice(batch, begin, length), slice(values, begin, length));
    });
}

void american_implied_vol(lane_table const& lanes, tbb::task_arena& arena,
                          american_vol_batch const& batch, implied_vol_values const& values) {
    each_slice(arena, batch.size(), slice_rows, [&](std::size_t begin, std::size_t length) {
        lanes.american_implied_vol(slice(batch, begin, length), slice(values, begin, length));
    });
}

}  // namespace lockstep::cpu

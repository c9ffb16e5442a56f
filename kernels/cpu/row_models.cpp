#include "kernels/cpu/row_models.h"

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

namespace {
constexpr std::size_t slice_rows = 512;  // from ten microseconds (closed forms) to milliseconds
}

void value_rows(lane_table const& lanes, tbb::task_arena& arena, row_model model,
                row_batch const& batch, row_values const& values) {
    each_slice(arena, batch.count, slice_rows, [&](std::size_t begin, std::size_t length) {
        lanes.value_rows(model, slice(batch, begin, length), slice(values, begin, length));
    });
}

}  // namespace lockstep::cpu

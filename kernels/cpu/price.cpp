#include "kernels/cpu/price.h"

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

namespace {

// Twelve thousand bytes a column: long enough to make a task worth its while, short enough that
// a few thousand options use every thread.
constexpr std::size_t slice_rows = 1536;

}  // namespace

void price(lane_table const& lanes, tbb::task_arena& arena, option_batch const& batch,
           option_values const& values) {
    each_slice(arena, batch.size(), slice_rows, [&](std::size_t begin, std::size_t length) {
        lanes.price(slice(batch, begin, length), slice(values, begin, length));
    });
}

void price_core(lane_table const& lanes, tbb::task_arena& arena, black76_batch const& batch,
                black76_values const& values) {
    each_slice(arena, batch.size(), slice_rows, [&](std::size_t begin, std::size_t length) {
        lanes.price_core(slice(batch, begin, length), slice(values, begin, length));
    });
}

}  // namespace lockstep::cpu

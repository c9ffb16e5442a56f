#include "kernels/cpu/paths.h"

#include <vector>

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

void value_paths(lane_table const& lanes, tbb::task_arena& arena, path_batch const& batch) {
    std::size_t constexpr slice_blocks = 4;  // about a millisecond
    each_slice(arena, batch.blocks, slice_blocks, [&](std::size_t begin, std::size_t length) {
        std::vector<double> scratch(path_scratch(batch));
        for (std::size_t block = begin; block < begin + length; ++block)
            lanes.path_block_sums(batch, block, scratch.data());
    });
}

}  // namespace lockstep::cpu

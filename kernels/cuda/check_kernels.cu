// Checks by the short road (kernels/group_check.h), which asks for half of the instructions and of
// the registers of the whole rule: half-warps add up what decides, then each thread makes a row,
// then the block writes its rows. The sets that it does not serve are listed for the kernels of
// margin_kernels.cu.
#include "kernels/cuda/margin_kernels.cuh"
#include "kernels/group_check.h"

namespace lockstep::cuda {

namespace {

/// Rows of a tile to where they belong, a word from each thread, so that neighbours write side by
/// side: whole sectors, which matters most where rows go over the bus.
__device__ void copy_rows(check_batch const& batch, std::size_t tile, std::size_t last,
                          check_row const* rows, std::uint16_t const* roads) {
    constexpr unsigned words = sizeof(check_row) / sizeof(std::uint64_t);
    auto const* from = reinterpret_cast<std::uint64_t const*>(rows);
    auto* to = reinterpret_cast<std::uint64_t*>(batch.rows.data);
    for (unsigned w = threadIdx.x; tile + w / words < last; w += threads_per_block)
        if ((roads[w / words] & (is_large | is_left)) == 0)
            to[batch.set(tile + w / words) * words + w % words] = from[w];
}

template <int N>
__global__ void __launch_bounds__(threads_per_block)
    sets_shortly(check_batch batch, sum_lanes mode, margin_scratch::counters* counted,
                 margin_scratch::large_set* large_sets, margin_scratch::chunk* chunks,
                 std::uint32_t* left) {
    __shared__ deciding_sums found[threads_per_block];
    __shared__ check_row rows[threads_per_block];
    __shared__ std::uint16_t roads[threads_per_block];  // flags of a refusal too
    half_warp const group;
    margin_batch const in{batch.positions, batch.matrix, batch.rules, {}};
    std::size_t const count = batch.size();
    unsigned const tile_sets = sets_per_tile(count);
    for (std::size_t tile = blockIdx.x * std::size_t{tile_sets}; tile < count;
         tile += gridDim.x * std::size_t{tile_sets}) {
        for (unsigned k = threadIdx.x / half_warp::lanes; k < tile_sets && tile + k < count;
             k += groups_per_block) {
            std::size_t const set = batch.set(tile + k);
            std::uint32_t const first = in.positions.begin[set], last = in.positions.begin[set + 1];
            std::uint16_t road = set_refusal(in, set);
            if (road == 0 && last - first > chunk_positions) {
                list_chunks(group, static_cast<std::uint32_t>(set), first, last, counted,
                            large_sets, chunks);
                road = is_large;
            }
            deciding_sums sums;
            if (road == 0 &&
                (mode != sum_lanes::automatic || !decide_shortly<N>(group, in, set, sums)))
                road = is_left;
            if (group.lane() == 0) {
                roads[k] = road;
                if (road == 0) found[k] = sums;
            }
        }
        __syncthreads();
        std::size_t const mine = tile + threadIdx.x;
        if (threadIdx.x < tile_sets && mine < count) {
            std::uint32_t const set = static_cast<std::uint32_t>(batch.set(mine));
            std::uint16_t& road = roads[threadIdx.x];
            check_row& row = rows[threadIdx.x];
            if (road != 0)
                row = {{0}, {0}, {0}, road, {}};  // of a refused set
            else if (!row_of_deciding(in, set, found[threadIdx.x], row))
                road = is_left;
            if (road == is_left) left[atomicAdd(&counted->left, 1u)] = set;
        }
        __syncthreads();
        copy_rows(batch, tile, tile + tile_sets < count ? tile + tile_sets : count, rows, roads);
        __syncthreads();  // the next tile overwrites this one
    }
}

template <int N>
void launch_shortly(check_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                    cudaStream_t stream) {
    launch(sets_shortly<N>, grid_for(batch.size(), sets_per_tile(batch.size())), threads_per_block,
           stream, batch, mode, scratch.counted.data(), scratch.large_sets.data(),
           scratch.chunks.data(), scratch.left.data());
}

}  // namespace

void short_road_async(check_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                      cudaStream_t stream) {
    if (columns_per_lane(batch.matrix.stride()) <= few_columns)
        launch_shortly<few_columns>(batch, mode, scratch, stream);
    else
        launch_shortly<most_columns>(batch, mode, scratch, stream);
}

}  // namespace lockstep::cuda

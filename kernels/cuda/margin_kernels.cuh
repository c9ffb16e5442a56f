// What the kernels of account sums have in common: how they are cut, and the lists of what a kernel
// leaves to another.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/cuda/half_warp.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/margin.cuh"
#include "kernels/group_margin.h"

namespace lockstep::cuda {

constexpr std::uint32_t chunk_positions = 512;
constexpr unsigned threads_per_block = 128;
constexpr unsigned groups_per_block = threads_per_block / half_warp::lanes;
/// Blocks of the kernels that take chunks: they step over a count that only the device knows.
constexpr unsigned chunk_blocks = 1056;

/// Columns that a lane holds for a matrix of this stride.
constexpr int columns_per_lane(std::size_t stride) {
    return static_cast<int>((stride + half_warp::lanes - 1) / half_warp::lanes);
}
/// Kernels are compiled for two: up to 40 scenarios, as nearly every rule has, and the most.
constexpr int few_columns = 3;
constexpr int most_columns = columns_per_lane(scenarios_max + sensitivity_count);

/// Sets that a block takes at a time: as many as it has threads, or fewer, so that a few sets keep
/// as many blocks busy as there may be.
__host__ __device__ constexpr unsigned sets_per_tile(std::size_t count) {
    std::size_t const share = (count + chunk_blocks - 1) / chunk_blocks;
    std::size_t const whole = (share + groups_per_block - 1) / groups_per_block * groups_per_block;
    return whole < threads_per_block ? static_cast<unsigned>(whole) : threads_per_block;
}

/// Lists a large set and its chunks. Where in the lists is a matter of chance; the sums are not.
__device__ inline void list_chunks(half_warp const& group, std::uint32_t set, std::uint32_t first,
                                   std::uint32_t last, margin_scratch::counters* counted,
                                   margin_scratch::large_set* large_sets,
                                   margin_scratch::chunk* chunks) {
    std::uint32_t const count = (last - first + chunk_positions - 1) / chunk_positions;
    std::uint32_t base = 0;
    if (group.lane() == 0) {
        base = atomicAdd(&counted->chunks, count);
        large_sets[atomicAdd(&counted->large_sets, 1u)] = {set, base, count};
    }
    base = group.shuffle(base, 0);
    for (std::uint32_t k = group.lane(); k < count; k += half_warp::lanes) {
        std::uint32_t const begin = first + k * chunk_positions;
        std::uint32_t const rest = last - begin;
        chunks[base + k] = {set, begin, begin + (rest < chunk_positions ? rest : chunk_positions)};
    }
}

/// Flags of a set whose row is made elsewhere: of its chunks, or by the whole rule.
constexpr std::uint16_t is_large = 0x8000, is_left = 0x4000;

/// Rows of the sets that the short road serves; it lists the others: large ones with their chunks,
/// and those that the whole rule must be asked about. Queued, not finished.
void short_road_async(check_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                      cudaStream_t stream);

}  // namespace lockstep::cuda

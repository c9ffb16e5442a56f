// Account sums on a device: a half-warp for each netting set, columns across its lanes, rows of the
// risk matrix read in whole lines out of the L2 cache. A set of more than chunk_positions is not
// summed by one half-warp: it is cut into chunks that any half-warp may take, and a last kernel
// adds their exact sums up. Accounts of one position and of ten thousand so keep the device equally
// busy.
#include <cstddef>

#include "kernels/cuda/half_warp.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/margin.cuh"
#include "kernels/group_margin.h"

namespace lockstep::cuda {

namespace {

constexpr std::uint32_t chunk_positions = 512;
constexpr unsigned threads_per_block = 128;
constexpr unsigned groups_per_block = threads_per_block / half_warp::lanes;
/// Blocks of the kernels that take chunks: they step over a count that only the device knows.
constexpr unsigned chunk_blocks = 1056;

/// Columns that a lane holds for a matrix of this stride.
constexpr int columns_per_lane(std::size_t stride) {
    return static_cast<int>((stride + half_warp::lanes - 1) / half_warp::lanes);
}
constexpr int columns_per_lane_max = columns_per_lane(scenarios_max + sensitivity_count);

__device__ std::size_t first_group() { return first_element() / half_warp::lanes; }
__device__ std::size_t group_stride() { return element_stride() / half_warp::lanes; }

__device__ void write_row(half_warp const& group, margin_row const& row, margin_row& to) {
    if (group.lane() == 0) to = row;
}

/// Lists a large set and its chunks. Where in the lists is a matter of chance; the sums are not.
__device__ void list_chunks(half_warp const& group, std::uint32_t set, std::uint32_t first,
                            std::uint32_t last, margin_scratch::counters* counted,
                            margin_scratch::large_set* large_sets, margin_scratch::chunk* chunks) {
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

template <int N>
__global__ void __launch_bounds__(threads_per_block)
    check_sets(margin_batch batch, sum_lanes mode, margin_scratch::counters* counted,
               margin_scratch::large_set* large_sets, margin_scratch::chunk* chunks) {
    half_warp const group;
    for (std::size_t set = first_group(); set < batch.positions.sets(); set += group_stride()) {
        std::uint32_t const first = batch.positions.begin[set];
        std::uint32_t const last = batch.positions.begin[set + 1];
        std::uint16_t const refused = set_refusal(batch, set);
        if (refused != 0) {
            write_row(group, refused_row(refused, last - first), batch.rows[set]);
        } else if (last - first > chunk_positions) {
            list_chunks(group, static_cast<std::uint32_t>(set), first, last, counted, large_sets,
                        chunks);
        } else {
            group_sums<half_warp, N> sums;
            clear(sums);
            add_positions(group, batch, first, last, mode, sums);
            write_row(group, margin_of_sums(group, batch, set, sums), batch.rows[set]);
        }
    }
}

template <int N>
__global__ void __launch_bounds__(threads_per_block)
    sum_chunks(margin_batch batch, sum_lanes mode, margin_scratch::counters const* counted,
               margin_scratch::chunk const* chunks, chunk_sums<half_warp, N>* sums_of_chunks) {
    half_warp const group;
    for (std::size_t k = first_group(); k < counted->chunks; k += group_stride()) {
        group_sums<half_warp, N> sums;
        clear(sums);
        add_positions(group, batch, chunks[k].first, chunks[k].last, mode, sums);
        store(group, sums, sums_of_chunks[k]);
    }
}

template <int N>
__global__ void __launch_bounds__(threads_per_block)
    check_large_sets(margin_batch batch, margin_scratch::counters const* counted,
                     margin_scratch::large_set const* large_sets,
                     chunk_sums<half_warp, N> const* sums_of_chunks) {
    half_warp const group;
    for (std::size_t k = first_group(); k < counted->large_sets; k += group_stride()) {
        margin_scratch::large_set const large = large_sets[k];
        group_sums<half_warp, N> sums;
        clear(sums);
        for (std::uint32_t c = 0; c < large.chunks; ++c)
            add_stored(group, sums_of_chunks[large.first_chunk + c], sums);
        write_row(group, margin_of_sums(group, batch, large.set, sums), batch.rows[large.set]);
    }
}

template <int N>
void launch(margin_batch const& batch, sum_lanes mode, margin_scratch& scratch,
            cudaStream_t stream) {
    auto* counted = scratch.counted.data();
    auto* large_sets = scratch.large_sets.data();
    auto* chunks = scratch.chunks.data();
    auto* sums = reinterpret_cast<chunk_sums<half_warp, N>*>(scratch.sums.data());
    std::size_t const sets = batch.positions.sets();
    LOCKSTEP_CUDA_TRY(cudaMemsetAsync(counted, 0, sizeof *counted, stream));
    check_sets<N><<<grid_for(sets, groups_per_block), threads_per_block, 0, stream>>>(
        batch, mode, counted, large_sets, chunks);
    LOCKSTEP_CUDA_CHECK_LAUNCH();
    if (batch.positions.instrument.size() <= chunk_positions) return;
    sum_chunks<N>
        <<<chunk_blocks, threads_per_block, 0, stream>>>(batch, mode, counted, chunks, sums);
    LOCKSTEP_CUDA_CHECK_LAUNCH();
    check_large_sets<N>
        <<<chunk_blocks, threads_per_block, 0, stream>>>(batch, counted, large_sets, sums);
    LOCKSTEP_CUDA_CHECK_LAUNCH();
}

template <int N>
constexpr std::size_t chunk_bytes = sizeof(chunk_sums<half_warp, N>);

std::size_t chunk_bytes_for(std::uint32_t stride) {
    constexpr std::size_t bytes[] = {
        0, chunk_bytes<1>, chunk_bytes<2>, chunk_bytes<3>, chunk_bytes<4>, chunk_bytes<5>};
    static_assert(columns_per_lane_max == 5);
    return bytes[columns_per_lane(stride)];
}

}  // namespace

void margin_scratch::reserve(std::size_t positions, std::uint32_t stride, cudaStream_t stream) {
    // A set of more than chunk_positions has fewer than twice as many chunks as whole ones fit.
    std::size_t const large = positions / chunk_positions;
    counted.reserve(1, stream);
    large_sets.reserve(large + 1, stream);
    chunks.reserve(2 * large + 1, stream);
    sums.reserve((2 * large + 1) * chunk_bytes_for(stride), stream);
}

void margin_async(margin_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                  cudaStream_t stream) {
    if (batch.positions.sets() == 0) return;
    auto const stride = static_cast<std::uint32_t>(batch.matrix.stride());
    scratch.reserve(batch.positions.instrument.size(), stride, stream);
    switch (columns_per_lane(stride)) {
        case 1:
            return launch<1>(batch, mode, scratch, stream);
        case 2:
            return launch<2>(batch, mode, scratch, stream);
        case 3:
            return launch<3>(batch, mode, scratch, stream);
        case 4:
            return launch<4>(batch, mode, scratch, stream);
        case 5:
            return launch<5>(batch, mode, scratch, stream);
        default:
            return;
    }
}

}  // namespace lockstep::cuda

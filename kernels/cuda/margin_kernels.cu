// Account sums on a device: a half-warp for each netting set, columns across its lanes, rows of the
// risk matrix read in whole lines out of the L2 cache. What the half-warps of a block have found
// out lies in its shared memory, and then every thread applies the rest of the rule to a set of its
// own: it is a dozen divisions, which sixteen lanes would only repeat.
//
// A check takes the short road (kernels/group_check.h), which asks for half of the instructions and
// of the registers; the sets that it does not serve are listed, and a second kernel asks the whole
// rule about them.
//
// A set of more than chunk_positions is not summed by one half-warp: it is cut into chunks that any
// half-warp may take, and a last kernel adds their exact sums up. Accounts of one position and of
// ten thousand so keep the device equally busy.
#include <cstddef>

#include "kernels/cuda/half_warp.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/margin.cuh"
#include "kernels/group_check.h"
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

__device__ std::size_t first_group() { return first_element() / half_warp::lanes; }
__device__ std::size_t group_stride() { return element_stride() / half_warp::lanes; }

// ---- what is asked for --------------------------------------------------------------------------

/// Sets that the short road has left to the whole rule; how many only the device knows.
struct left_batch {
    check_batch of;
    std::uint32_t const* sets;
    std::uint32_t const* count;
};

/// Sets in the order in which they are asked for; a verb's own batch says which, and what of a row.
__device__ std::size_t asked(margin_batch const& batch) { return batch.positions.sets(); }
__device__ std::size_t asked(left_batch const& batch) { return *batch.count; }
__device__ std::size_t set_at(margin_batch const&, std::size_t i) { return i; }
__device__ std::size_t set_at(left_batch const& batch, std::size_t i) { return batch.sets[i]; }
__device__ margin_batch inputs_of(margin_batch const& batch) { return batch; }
__device__ margin_batch inputs_of(check_batch const& batch) {
    return {batch.positions, batch.matrix, batch.rules, {}};
}
__device__ margin_batch inputs_of(left_batch const& batch) { return inputs_of(batch.of); }
__device__ void write(margin_batch const& batch, std::size_t set, margin_row const& row) {
    batch.rows[set] = row;
}
__device__ void write(check_batch const& batch, std::size_t set, margin_row const& row) {
    batch.rows[set] = check_of(row);
}
__device__ void write(left_batch const& batch, std::size_t set, margin_row const& row) {
    write(batch.of, set, row);
}

// ---- sets of a few positions --------------------------------------------------------------------

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

/// Flags of a set whose row is made elsewhere: of its chunks, or by the whole rule.
constexpr std::uint16_t is_large = 0x8000, is_left = 0x4000;

/// Half-warps find out, one set after the other; then each thread finishes one.
template <int N, class Batch>
__global__ void __launch_bounds__(threads_per_block)
    sets_by_rule(Batch batch, sum_lanes mode, margin_scratch::counters* counted,
                 margin_scratch::large_set* large_sets, margin_scratch::chunk* chunks) {
    __shared__ set_parts parts[threads_per_block];
    __shared__ std::uint16_t refusals[threads_per_block];
    half_warp const group;
    margin_batch const in = inputs_of(batch);
    std::size_t const count = asked(batch);
    unsigned const tile_sets = sets_per_tile(count);
    for (std::size_t tile = blockIdx.x * std::size_t{tile_sets}; tile < count;
         tile += gridDim.x * std::size_t{tile_sets}) {
        for (unsigned k = threadIdx.x / half_warp::lanes; k < tile_sets && tile + k < count;
             k += groups_per_block) {
            std::size_t const set = set_at(batch, tile + k);
            std::uint32_t const first = in.positions.begin[set], last = in.positions.begin[set + 1];
            std::uint16_t refused = set_refusal(in, set);
            if (refused == 0 && last - first > chunk_positions) {
                list_chunks(group, static_cast<std::uint32_t>(set), first, last, counted,
                            large_sets, chunks);
                refused = is_large;
            }
            if (refused == 0) {
                group_sums<half_warp, N> sums;
                clear(sums);
                add_positions(group, in, first, last, mode, sums);
                set_parts const found = parts_of_sums(group, in, set, sums);
                if (group.lane() == 0) parts[k] = found;
            }
            if (group.lane() == 0) refusals[k] = refused;
        }
        __syncthreads();
        std::size_t const mine = tile + threadIdx.x;
        if (threadIdx.x < tile_sets && mine < count && refusals[threadIdx.x] != is_large) {
            std::size_t const set = set_at(batch, mine);
            std::uint16_t const refused = refusals[threadIdx.x];
            std::uint32_t const held = in.positions.begin[set + 1] - in.positions.begin[set];
            write(batch, set,
                  refused != 0 ? refused_row(refused, held)
                               : row_of_parts(in, set, parts[threadIdx.x]));
        }
        __syncthreads();  // the next tile overwrites this one
    }
}

// ---- the short road -----------------------------------------------------------------------------

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
    margin_batch const in = inputs_of(batch);
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

// ---- large sets ---------------------------------------------------------------------------------

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

template <int N, class Batch>
__global__ void __launch_bounds__(threads_per_block)
    check_large_sets(Batch batch, margin_scratch::counters const* counted,
                     margin_scratch::large_set const* large_sets,
                     chunk_sums<half_warp, N> const* sums_of_chunks) {
    half_warp const group;
    margin_batch const in = inputs_of(batch);
    for (std::size_t k = first_group(); k < counted->large_sets; k += group_stride()) {
        margin_scratch::large_set const large = large_sets[k];
        group_sums<half_warp, N> sums;
        clear(sums);
        for (std::uint32_t c = 0; c < large.chunks; ++c)
            add_stored(group, sums_of_chunks[large.first_chunk + c], sums);
        set_parts const found = parts_of_sums(group, in, large.set, sums);
        if (group.lane() == 0) write(batch, large.set, row_of_parts(in, large.set, found));
    }
}

template <int N>
void launch_sets(margin_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                 cudaStream_t stream) {
    std::size_t const sets = batch.positions.sets();
    launch(sets_by_rule<N, margin_batch>, grid_for(sets, sets_per_tile(sets)), threads_per_block,
           stream, batch, mode, scratch.counted.data(), scratch.large_sets.data(),
           scratch.chunks.data());
}
template <int N>
void launch_sets(check_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                 cudaStream_t stream) {
    auto* counted = scratch.counted.data();
    auto* left = scratch.left.data();
    launch(sets_shortly<N>, grid_for(batch.size(), sets_per_tile(batch.size())), threads_per_block,
           stream, batch, mode, counted, scratch.large_sets.data(), scratch.chunks.data(), left);
    launch(sets_by_rule<N, left_batch>, chunk_blocks, threads_per_block, stream,
           left_batch{batch, left, &counted->left}, mode, counted, scratch.large_sets.data(),
           scratch.chunks.data());
}

template <int N, class Batch>
void launch_all(Batch const& batch, sum_lanes mode, margin_scratch& scratch, cudaStream_t stream) {
    auto* counted = scratch.counted.data();
    auto* sums = reinterpret_cast<chunk_sums<half_warp, N>*>(scratch.sums.data());
    LOCKSTEP_CUDA_TRY(cudaMemsetAsync(counted, 0, sizeof *counted, stream));
    launch_sets<N>(batch, mode, scratch, stream);
    if (batch.positions.instrument.size() <= chunk_positions) return;
    margin_batch const in{batch.positions, batch.matrix, batch.rules, {}};
    launch(sum_chunks<N>, chunk_blocks, threads_per_block, stream, in, mode, counted,
           scratch.chunks.data(), sums);
    launch(check_large_sets<N, Batch>, chunk_blocks, threads_per_block, stream, batch, counted,
           scratch.large_sets.data(), sums);
}

template <class Batch>
void launch_for_stride(Batch const& batch, std::size_t count, sum_lanes mode,
                       margin_scratch& scratch, cudaStream_t stream) {
    if (count == 0) return;
    auto const stride = static_cast<std::uint32_t>(batch.matrix.stride());
    scratch.reserve(batch.positions, stride, stream);
    if (columns_per_lane(stride) <= few_columns)
        launch_all<few_columns>(batch, mode, scratch, stream);
    else
        launch_all<most_columns>(batch, mode, scratch, stream);
}

template <int N>
constexpr std::size_t chunk_bytes = sizeof(chunk_sums<half_warp, N>);

std::size_t chunk_bytes_for(std::uint32_t stride) {
    return columns_per_lane(stride) <= few_columns ? chunk_bytes<few_columns>
                                                   : chunk_bytes<most_columns>;
}

}  // namespace

void margin_scratch::reserve(position_batch const& positions, std::uint32_t stride,
                             cudaStream_t stream) {
    // A set of more than chunk_positions has fewer than twice as many chunks as whole ones fit.
    std::size_t const large = positions.instrument.size() / chunk_positions;
    std::size_t const sets = positions.sets();
    if (sets > left.size()) left.reserve(sets + sets / 8, stream);
    counted.reserve(1, stream);
    large_sets.reserve(large + 1, stream);
    chunks.reserve(2 * large + 1, stream);
    sums.reserve((2 * large + 1) * chunk_bytes_for(stride), stream);
}

void margin_async(margin_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                  cudaStream_t stream) {
    launch_for_stride(batch, batch.positions.sets(), mode, scratch, stream);
}

void check_async(check_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                 cudaStream_t stream) {
    launch_for_stride(batch, batch.size(), mode, scratch, stream);
}

}  // namespace lockstep::cuda

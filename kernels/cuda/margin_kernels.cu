// Account sums on a device: a half-warp for each netting set, columns across its lanes, rows of the
// risk matrix read in whole lines out of the L2 cache. What the half-warps of a block have found
// out lies in its shared memory, and then every thread applies the rest of the rule to a set of its
// own: it is a dozen divisions, which sixteen lanes would only repeat.
//
// A check takes the short road first (check_kernels.cu); here the whole rule is asked about the
// sets that it has left.
//
// A set of more than chunk_positions is not summed by one half-warp: it is cut into chunks that any
// half-warp may take, and a last kernel adds their exact sums up. Accounts of one position and of
// ten thousand so keep the device equally busy.
#include "kernels/cuda/margin_kernels.cuh"

namespace lockstep::cuda {

namespace {

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
    short_road_async(batch, mode, scratch, stream);
    auto* counted = scratch.counted.data();
    launch(sets_by_rule<N, left_batch>, chunk_blocks, threads_per_block, stream,
           left_batch{batch, scratch.left.data(), &counted->left}, mode, counted,
           scratch.large_sets.data(), scratch.chunks.data());
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

#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/paths.cuh"
#include "pricing/model/monte_carlo.h"

namespace lockstep::cuda {

namespace {

/// The block's sum by halves, as sum_of_block() adds; the result is in x[0] for every thread.
__device__ void add_by_halves(double* x) {
    unsigned const lane = threadIdx.x;
    for (unsigned width = path_block / 2; width > 0; width /= 2) {
        __syncthreads();
        if (lane < width) x[lane] += x[lane + width];
    }
    __syncthreads();
}

/// A thread for each path, a block of threads for each block of paths.
__global__ void __launch_bounds__(path_block) path_kernel(path_batch batch) {
    __shared__ double tree[path_block];
    double w[path_numbers_max];
    double values[path_contracts_max];
    path_source const& source = *batch.source;
    for (std::size_t block = blockIdx.x; block < batch.blocks; block += gridDim.x) {
        detail::draw_path(batch.contracts[0], source,
                          detail::drawn_normals{source, block * path_block + threadIdx.x}, w);
        values_on_path(batch.contracts.data, batch.contracts.count, batch.policy, w, values);
        for (std::size_t e = 0; e < batch.width(); ++e) {
            bool const squares = e >= batch.estimates.count;
            std::size_t const of = squares ? e - batch.estimates.count : e;
            double const x = estimate_of(batch.estimates[of], values);
            tree[threadIdx.x] = squares ? x * x : x;
            add_by_halves(tree);
            if (threadIdx.x == 0) batch.sums[block * batch.width() + e] = tree[0];
            __syncthreads();
        }
    }
}

}  // namespace

void value_paths_async(path_batch const& batch, cudaStream_t stream) {
    if (batch.blocks == 0) return;
    launch(path_kernel, grid_for(batch.blocks, 1), path_block, stream, batch);
}

void host_paths::value_paths(path_batch const& batch) {
    if (batch.blocks == 0) return;
    cudaStream_t const s = queue_.get();
    contracts_.reserve(batch.contracts.count, s);
    estimates_.reserve(batch.estimates.count, s);
    source_.reserve(1, s);
    policy_.reserve(1, s);
    std::size_t const sums = batch.blocks * batch.width();
    sums_.reserve(sums, s);
    copy_async(batch.contracts.data, contracts_.data(), batch.contracts.count, s);
    copy_async(batch.estimates.data, estimates_.data(), batch.estimates.count, s);
    copy_async(batch.source, source_.data(), 1, s);
    if (batch.policy != nullptr) copy_async(batch.policy, policy_.data(), 1, s);
    path_batch on_device = batch;
    on_device.contracts = {contracts_.data(), batch.contracts.count};
    on_device.estimates = {estimates_.data(), batch.estimates.count};
    on_device.source = source_.data();
    on_device.policy = batch.policy != nullptr ? policy_.data() : nullptr;
    on_device.sums = sums_.data();
    value_paths_async(on_device, s);
    copy_async(sums_.data(), batch.sums, sums, s);
    queue_.wait();
}

}  // namespace lockstep::cuda

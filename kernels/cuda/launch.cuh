// The one shape of a launch: a grid from the count, a named stream, a check, no wait. An empty
// batch is not launched: a grid of zero blocks is an error.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>
#include <utility>

#include "kernels/cuda/error.cuh"

namespace lockstep::cuda {

/// Queues a kernel. By the function of the runtime, not by nvcc's three brackets, so that any
/// compiler of C++ reads whoever launches.
template <class... Parameters, class... Arguments>
void launch(void (*kernel)(Parameters...), unsigned blocks, unsigned threads_per_block,
            cudaStream_t stream, Arguments&&... arguments) {
    cudaLaunchConfig_t shape{};
    shape.gridDim = dim3(blocks);
    shape.blockDim = dim3(threads_per_block);
    shape.stream = stream;
    LOCKSTEP_CUDA_TRY(cudaLaunchKernelEx(&shape, kernel, std::forward<Arguments>(arguments)...));
}

/// Blocks for one thread an element. Kernels step by the whole grid, so that a count beyond the
/// largest grid is covered all the same.
constexpr unsigned grid_for(std::size_t count, unsigned threads_per_block) {
    std::size_t const blocks = (count + threads_per_block - 1) / threads_per_block;
    std::size_t const blocks_max = 0x7fffffff;
    return static_cast<unsigned>(blocks < blocks_max ? blocks : blocks_max);
}

/// A thread's first element and its stride, over the whole grid.
__device__ inline std::size_t first_element() {
    return static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline std::size_t element_stride() {
    return static_cast<std::size_t>(gridDim.x) * blockDim.x;
}

template <class F>
__global__ void each_kernel(std::size_t count, F f) {
    for (std::size_t i = first_element(); i < count; i += element_stride()) f(i);
}

/// Queues f(i) for every i below count. F is a trivially copyable functor with a device operator.
template <class F>
void each_async(std::size_t count, F const& f, cudaStream_t stream,
                unsigned threads_per_block = 256) {
    if (count == 0) return;
    launch(each_kernel<F>, grid_for(count, threads_per_block), threads_per_block, stream, count, f);
}

}  // namespace lockstep::cuda

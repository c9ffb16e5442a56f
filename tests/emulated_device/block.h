// A block of threads on one thread of the host: each is a fiber that runs until it has to wait for
// others.
#pragma once

#include <cstdint>
#include <functional>

#include "tests/emulated_device/cuda_runtime_api.h"

// Who the running thread is.
extern constinit thread_local uint3 threadIdx, blockIdx;
extern constinit thread_local dim3 blockDim, gridDim;

namespace emulated {

inline constexpr unsigned warp_size = 32;
inline constexpr unsigned block_threads_max = 1024;

/// Waits until every thread of the block that has not ended is here.
void meet_block();

/// Gives x and gets what the lane `from` of the warp gives, once all members are here.
std::uint64_t exchange(unsigned members, std::uint64_t x, unsigned from);
bool all_of(unsigned members, bool condition);

/// Queues a kernel: every thread of every block calls it.
cudaError_t launch(cudaLaunchConfig_t const& shape, std::function<void()> kernel);

/// Runs it. Ends the process, with a word on standard error, when threads wait for each other in
/// vain or use what the emulation does not have.
void run_grid(dim3 grid, dim3 block, std::function<void()> const& kernel);

}  // namespace emulated

// The part of CUDA that kernels are written in: words, who a thread is, what threads tell each
// other, and the launch.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "tests/emulated_device/block.h"
#include "tests/emulated_device/cuda_runtime_api.h"

#define __global__
#define __device__
#define __host__
#define __launch_bounds__(threads)
// One block runs at a time on a thread of the host, and finds there what the block before left.
#define __shared__ static thread_local

inline constexpr int warpSize = emulated::warp_size;

// ---- between threads
// -----------------------------------------------------------------------------

inline void __syncthreads() { emulated::meet_block(); }

/// What the lane `from` of the thread's group of `width` lanes gives.
template <class T>
T __shfl_sync(unsigned members, T x, int from, int width) {
    unsigned const lane = threadIdx.x % emulated::warp_size;
    unsigned const group = lane / static_cast<unsigned>(width) * static_cast<unsigned>(width);
    return static_cast<T>(emulated::exchange(members, static_cast<std::uint64_t>(x),
                                             group + static_cast<unsigned>(from % width)));
}
template <class T>
T __shfl_xor_sync(unsigned members, T x, int mask, int) {
    unsigned const lane = threadIdx.x % emulated::warp_size;
    return static_cast<T>(emulated::exchange(members, static_cast<std::uint64_t>(x),
                                             lane ^ static_cast<unsigned>(mask)));
}
inline int __all_sync(unsigned members, int condition) {
    return emulated::all_of(members, condition != 0) ? 1 : 0;
}

// A thread runs until it meets others, and so nothing comes between.
template <class T>
T atomicAdd(T* to, T x) {
    return std::exchange(*to, *to + x);
}
template <class T>
T atomicMax(T* to, T x) {
    return std::exchange(*to, *to < x ? x : *to);
}
template <class T>
T atomicOr(T* to, T x) {
    return std::exchange(*to, *to | x);
}

/// Four of the eight bytes of (y, x), as the four lowest digits of `selector` name them.
inline unsigned __byte_perm(unsigned x, unsigned y, unsigned selector) {
    std::uint64_t const bytes = std::uint64_t{y} << 32 | x;
    unsigned result = 0;
    for (unsigned k = 0; k < 4; ++k) {
        unsigned const byte = selector >> 4 * k & 7;
        result |= static_cast<unsigned>(bytes >> 8 * byte & 0xff) << 8 * k;
    }
    return result;
}

// ---- the launch
// ----------------------------------------------------------------------------------

template <class... Parameters, class... Arguments>
cudaError_t cudaLaunchKernelEx(cudaLaunchConfig_t const* shape, void (*kernel)(Parameters...),
                               Arguments&&... arguments) {
    static_assert((std::is_trivially_copyable_v<Parameters> && ...));
    return emulated::launch(
        *shape, [kernel, given = std::tuple<Parameters...>(std::forward<Arguments>(arguments)...)] {
            std::apply(kernel, given);
        });
}

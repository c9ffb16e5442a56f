// The device's copy bandwidth, by its own clock.
#include <algorithm>
#include <chrono>

#include "bench/device_clock.cuh"
#include "bench/machine.h"
#include "kernels/cuda/backend.h"
#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"

namespace lockstep::bench {

device_limits measure_device(double seconds) {
    if (!cuda::device_present()) return {};
    device_limits limits;
    limits.name = cuda::describe_device();
    std::size_t const bytes = std::size_t{1} << 30;  // each way: far beyond the device's caches
    cuda::stream const work;
    cuda::device_buffer<char> const from(bytes, work.get());
    cuda::device_buffer<char> const to(bytes, work.get());
    LOCKSTEP_CUDA_TRY(cudaMemsetAsync(from.data(), 1, bytes, work.get()));
    device_clock timer;
    auto const until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    do {
        timer.start(work.get());
        cuda::copy_async(from.data(), to.data(), bytes, work.get());
        double const taken = timer.stop(work.get());
        limits.copy_bytes = std::max(limits.copy_bytes, 2.0 * static_cast<double>(bytes) / taken);
    } while (std::chrono::steady_clock::now() < until);
    return limits;
}

}  // namespace lockstep::bench

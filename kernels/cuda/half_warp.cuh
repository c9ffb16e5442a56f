// Sixteen lanes of a warp as a group (kernels/lane_group.h). The two halves of a warp go through
// sets of different lengths, so each names only its own lanes when it exchanges values.
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

namespace lockstep::cuda {

class half_warp {
  public:
    static constexpr unsigned lanes = 16;

    __device__ unsigned lane() const { return threadIdx.x % lanes; }

    __device__ std::uint32_t shuffle(std::uint32_t x, unsigned from) const {
        return __shfl_sync(members(), x, static_cast<int>(from), lanes);
    }
    __device__ std::int64_t shuffle(std::int64_t x, unsigned from) const {
        return __shfl_sync(members(), static_cast<long long>(x), static_cast<int>(from), lanes);
    }
    __device__ std::uint32_t exchange(std::uint32_t x, unsigned mask) const {
        return __shfl_xor_sync(members(), x, static_cast<int>(mask), lanes);
    }
    __device__ std::uint64_t exchange(std::uint64_t x, unsigned mask) const {
        return __shfl_xor_sync(members(), static_cast<unsigned long long>(x),
                               static_cast<int>(mask), lanes);
    }
    __device__ bool all(bool condition) const {
        return __all_sync(members(), condition ? 1 : 0) != 0;
    }

  private:
    __device__ static unsigned members() {
        return (threadIdx.x & lanes) == 0 ? 0x0000ffffu : 0xffff0000u;
    }
};

}  // namespace lockstep::cuda

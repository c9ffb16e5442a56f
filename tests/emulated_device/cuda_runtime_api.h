// A device that is not there: what kernels/cuda asks of CUDA's runtime, done by the processor, so
// that the sources that nvcc compiles for a device are run and compared on any machine, under
// sanitizers too. It stands in the include path where CUDA's own headers would (LOCKSTEP_CUDA is
// EMULATED) and declares what they declare, as far as it is asked for.
//
// It is as unhelpful as a device may be. Work that is queued is done only when somebody waits for
// it, a stream at a time: whoever forgets to wait reads what is not there yet. Memory starts out as
// rubbish. Blocks, and threads between two barriers, come in an order that no kernel may rely on.
// Under the address sanitizer the host may not touch device memory.
//
// What it does not show: races between threads that no order of whole stretches brings out, reading
// the host's memory from a kernel, anything about time.
#pragma once

#include <cstddef>

enum cudaError_t {
    cudaSuccess = 0,
    cudaErrorInvalidValue = 1,
    cudaErrorMemoryAllocation = 2,
    cudaErrorInvalidConfiguration = 9,
};

struct uint3 {
    unsigned x, y, z;
};
struct dim3 {
    unsigned x = 1, y = 1, z = 1;
    dim3() = default;
    explicit dim3(unsigned along_x) : x(along_x) {}
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};

namespace emulated {
class stream;
struct mark;
}  // namespace emulated
using cudaStream_t = emulated::stream*;
using cudaEvent_t = emulated::mark*;

enum cudaMemcpyKind { cudaMemcpyDefault };
inline constexpr unsigned cudaStreamNonBlocking = 1;
inline constexpr unsigned cudaEventDisableTiming = 2;
inline constexpr unsigned cudaHostAllocDefault = 0;

struct cudaDeviceProp {
    char name[256];
};
struct cudaLaunchConfig_t {
    dim3 gridDim, blockDim;
    std::size_t dynamicSmemBytes = 0;
    cudaStream_t stream = nullptr;
};

// ---- the device
// ----------------------------------------------------------------------------------

/// One, where the environment's LOCKSTEP_EMULATED_DEVICE is 1; else none, as on most machines.
cudaError_t cudaGetDeviceCount(int* count);
cudaError_t cudaDriverGetVersion(int* version);
cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device);
cudaError_t cudaGetLastError();
char const* cudaGetErrorString(cudaError_t error);

// ---- memory
// --------------------------------------------------------------------------------------

cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t stream);
cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream);
cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned flags);
cudaError_t cudaFreeHost(void* memory);
cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind kind,
                            cudaStream_t stream);
cudaError_t cudaMemsetAsync(void* memory, int byte, std::size_t bytes, cudaStream_t stream);

// ---- order
// ---------------------------------------------------------------------------------------

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
cudaError_t cudaStreamDestroy(cudaStream_t stream);
cudaError_t cudaStreamSynchronize(cudaStream_t stream);
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned flags);
cudaError_t cudaEventCreate(cudaEvent_t* event);
cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags);
cudaError_t cudaEventDestroy(cudaEvent_t event);
cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream);
cudaError_t cudaEventSynchronize(cudaEvent_t event);
cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end);

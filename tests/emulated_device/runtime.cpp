#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string_view>
#include <utility>

#include "tests/emulated_device/block.h"
#include "tests/emulated_device/cuda_runtime_api.h"
#include "tests/emulated_device/memory.h"
#include "tests/emulated_device/stream.h"

using emulated::memory_kind;

namespace {

/// One call at a time; what a call makes the device do is done under the same lock.
std::unique_lock<std::recursive_mutex> locked() {
    static std::recursive_mutex one;
    return std::unique_lock(one);
}

thread_local cudaError_t last_error = cudaSuccess;

cudaError_t told(cudaError_t error) {
    if (error != cudaSuccess) last_error = error;
    return error;
}

std::map<cudaStream_t, std::shared_ptr<emulated::stream>>& streams() {
    static std::map<cudaStream_t, std::shared_ptr<emulated::stream>> all;
    return all;
}

/// Queues work; false when there is no such stream.
bool queue_on(cudaStream_t stream, std::function<void()> work) {
    if (streams().count(stream) == 0) return false;
    stream->queue(std::move(work));
    return true;
}

/// Work on memory of these kinds: the host's own pages are done with when the call returns.
cudaError_t queue_access(cudaStream_t stream, memory_kind a, memory_kind b,
                         std::function<void()> work) {
    if (!queue_on(stream, std::move(work))) return told(cudaErrorInvalidValue);
    if (a == memory_kind::pageable || b == memory_kind::pageable) stream->run_all();
    return cudaSuccess;
}

double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

cudaError_t allocate_to(void** memory, memory_kind kind, std::size_t bytes) {
    *memory = emulated::allocate(kind, bytes);
    return told(*memory == nullptr ? cudaErrorMemoryAllocation : cudaSuccess);
}

}  // namespace

// ---- the device
// ----------------------------------------------------------------------------------

cudaError_t cudaGetDeviceCount(int* count) {
    char const* const wanted = std::getenv("LOCKSTEP_EMULATED_DEVICE");
    *count = wanted != nullptr && std::string_view(wanted) == "1" ? 1 : 0;
    return cudaSuccess;
}

cudaError_t cudaDriverGetVersion(int* version) {
    *version = 1;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
    std::snprintf(properties->name, sizeof properties->name, "emulated by the processor");
    return cudaSuccess;
}

cudaError_t cudaGetLastError() { return std::exchange(last_error, cudaSuccess); }

char const* cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaSuccess: return "no error";
        case cudaErrorMemoryAllocation: return "out of memory";
        case cudaErrorInvalidConfiguration: return "invalid configuration of a launch";
        case cudaErrorInvalidValue: break;
    }
    return "invalid argument";
}

// ---- memory
// --------------------------------------------------------------------------------------

cudaError_t cudaMallocAsync(void** memory, std::size_t bytes, cudaStream_t stream) {
    auto const lock = locked();
    if (streams().count(stream) == 0) return told(cudaErrorInvalidValue);
    return allocate_to(memory, memory_kind::device, bytes);
}

cudaError_t cudaFreeAsync(void* memory, cudaStream_t stream) {
    auto const lock = locked();
    memory_kind kind;
    if (!emulated::classify(memory, 1, &kind) || kind != memory_kind::device)
        return told(cudaErrorInvalidValue);
    bool const queued =
        queue_on(stream, [memory] { emulated::release(memory_kind::device, memory); });
    return told(queued ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaHostAlloc(void** memory, std::size_t bytes, unsigned) {
    auto const lock = locked();
    return allocate_to(memory, memory_kind::page_locked, bytes);
}

cudaError_t cudaFreeHost(void* memory) {
    auto const lock = locked();
    bool const ours = emulated::release(memory_kind::page_locked, memory);
    return told(ours ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaMemcpyAsync(void* to, void const* from, std::size_t bytes, cudaMemcpyKind,
                            cudaStream_t stream) {
    auto const lock = locked();
    memory_kind target, source;
    if (!emulated::classify(to, bytes, &target) || !emulated::classify(from, bytes, &source))
        return told(cudaErrorInvalidValue);
    return queue_access(stream, target, source, [=] { std::memcpy(to, from, bytes); });
}

cudaError_t cudaMemsetAsync(void* memory, int byte, std::size_t bytes, cudaStream_t stream) {
    auto const lock = locked();
    memory_kind kind;
    if (!emulated::classify(memory, bytes, &kind) || kind != memory_kind::device)
        return told(cudaErrorInvalidValue);
    return queue_access(stream, kind, kind, [=] { std::memset(memory, byte, bytes); });
}

// ---- order
// ---------------------------------------------------------------------------------------

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
    auto const lock = locked();
    auto made = std::make_shared<emulated::stream>();
    *stream = made.get();
    streams()[*stream] = std::move(made);
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    auto const lock = locked();
    if (streams().count(stream) == 0) return told(cudaErrorInvalidValue);
    stream->run_all();
    streams().erase(stream);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    auto const lock = locked();
    if (streams().count(stream) == 0) return told(cudaErrorInvalidValue);
    stream->run_all();
    return cudaSuccess;
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    auto const lock = locked();
    // As it stands now: the event may be recorded again before the stream comes here.
    bool const queued = queue_on(stream, [then = *event] { then.reach(); });
    return told(queued ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, 0); }

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned) {
    *event = new emulated::mark;
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    auto const lock = locked();
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    auto const lock = locked();
    auto const seconds = event->seconds;
    if (!queue_on(stream, [seconds] { *seconds = seconds_now(); }))
        return told(cudaErrorInvalidValue);
    event->of = stream->shared_from_this();
    event->position = stream->queued();
    return cudaSuccess;
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    auto const lock = locked();
    event->reach();
    return cudaSuccess;
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
    auto const lock = locked();
    *milliseconds = static_cast<float>(1e3 * (*end->seconds - *start->seconds));
    return cudaSuccess;
}

// ---- the launch
// ----------------------------------------------------------------------------------

cudaError_t emulated::launch(cudaLaunchConfig_t const& shape, std::function<void()> kernel) {
    auto const lock = locked();
    if (shape.gridDim.x == 0 || shape.blockDim.x == 0 || shape.blockDim.x > block_threads_max ||
        shape.dynamicSmemBytes != 0)
        return told(cudaErrorInvalidConfiguration);
    bool const queued =
        queue_on(shape.stream, [grid = shape.gridDim, block = shape.blockDim,
                                kernel = std::move(kernel)] { run_grid(grid, block, kernel); });
    return told(queued ? cudaSuccess : cudaErrorInvalidValue);
}

// Owner of device memory. It is uninitialised and stream-ordered: it may be used by work queued on
// its stream after the constructor, and is given back in the order of that stream. There is no
// copy constructor, because a copy needs a stream: say copy_async.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <type_traits>
#include <utility>

#include "kernels/cuda/error.cuh"
#include "pricing/base/view.h"

namespace lockstep::cuda {

template <class T>
class device_buffer {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    device_buffer() = default;
    device_buffer(std::size_t count, cudaStream_t stream) : count_(count), stream_(stream) {
        if (count == 0) return;
        void* memory = nullptr;
        LOCKSTEP_CUDA_TRY(cudaMallocAsync(&memory, count * sizeof(T), stream));
        data_ = static_cast<T*>(memory);
    }
    ~device_buffer() {
        if (data_ != nullptr) cudaFreeAsync(data_, stream_);
    }
    device_buffer(device_buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          count_(std::exchange(other.count_, 0)),
          stream_(other.stream_) {}
    device_buffer& operator=(device_buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        std::swap(stream_, other.stream_);
        return *this;
    }
    device_buffer(device_buffer const&) = delete;
    device_buffer& operator=(device_buffer const&) = delete;

    /// Makes room for at least count elements, so that scratch can be asked for each time and is
    /// allocated once. The contents are lost when it grows.
    void reserve(std::size_t count, cudaStream_t stream) {
        if (count > count_) *this = device_buffer(count, stream);
    }

    T* data() const { return data_; }
    std::size_t size() const { return count_; }
    view<T> all() const { return {data_, count_}; }
    view<T> first(std::size_t count) const { return {data_, count}; }

  private:
    T* data_ = nullptr;
    std::size_t count_ = 0;
    cudaStream_t stream_ = nullptr;
};

/// Copies as many elements as the source has, whichever side of the bus either lies on. Truly
/// asynchronous only where the host side is pinned; both sides must outlive the work.
template <class T>
void copy_async(T const* source, T* target, std::size_t count, cudaStream_t stream) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (count == 0) return;
    LOCKSTEP_CUDA_TRY(
        cudaMemcpyAsync(target, source, count * sizeof(T), cudaMemcpyDefault, stream));
}

}  // namespace lockstep::cuda

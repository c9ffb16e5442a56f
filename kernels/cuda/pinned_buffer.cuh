// Owner of page-locked host memory, which a device can copy from and to while the host goes on.
// It is expensive to make (it locks pages), so it is made once and reused.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <type_traits>
#include <utility>

#include "kernels/cuda/error.cuh"
#include "pricing/base/view.h"

namespace lockstep::cuda {

template <class T>
class pinned_buffer {
    static_assert(std::is_trivially_copyable_v<T>);

  public:
    pinned_buffer() = default;
    explicit pinned_buffer(std::size_t count) : count_(count) {
        if (count == 0) return;
        void* memory = nullptr;
        LOCKSTEP_CUDA_TRY(cudaHostAlloc(&memory, count * sizeof(T), cudaHostAllocDefault));
        data_ = static_cast<T*>(memory);
    }
    ~pinned_buffer() {
        if (data_ != nullptr) cudaFreeHost(data_);
    }
    pinned_buffer(pinned_buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), count_(std::exchange(other.count_, 0)) {}
    pinned_buffer& operator=(pinned_buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(count_, other.count_);
        return *this;
    }
    pinned_buffer(pinned_buffer const&) = delete;
    pinned_buffer& operator=(pinned_buffer const&) = delete;

    /// Makes room for at least count elements; the contents are lost when it grows. No queued work
    /// may still use it.
    void reserve(std::size_t count) {
        if (count > count_) *this = pinned_buffer(count);
    }

    T* data() const { return data_; }
    std::size_t size() const { return count_; }
    view<T> all() const { return {data_, count_}; }

  private:
    T* data_ = nullptr;
    std::size_t count_ = 0;
};

}  // namespace lockstep::cuda

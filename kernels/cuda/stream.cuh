// Owners of streams and events. Work is always given to a named stream, the last argument of
// whatever queues it; nothing here synchronises unless its name says wait.
#pragma once

#include <cuda_runtime_api.h>

#include <utility>

#include "kernels/cuda/error.cuh"

namespace lockstep::cuda {

/// A queue of work that does not wait for the legacy default stream.
class stream {
  public:
    stream() { LOCKSTEP_CUDA_TRY(cudaStreamCreateWithFlags(&handle_, cudaStreamNonBlocking)); }
    ~stream() {
        if (handle_ != nullptr) cudaStreamDestroy(handle_);
    }
    stream(stream&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    stream& operator=(stream&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    stream(stream const&) = delete;
    stream& operator=(stream const&) = delete;

    cudaStream_t get() const { return handle_; }

    /// Returns when everything queued so far is done; throws what went wrong in it.
    void wait() const { LOCKSTEP_CUDA_TRY(cudaStreamSynchronize(handle_)); }

  private:
    cudaStream_t handle_ = nullptr;
};

/// A mark in a stream that another stream, or the host, can wait for.
class event {
  public:
    event() { LOCKSTEP_CUDA_TRY(cudaEventCreateWithFlags(&handle_, cudaEventDisableTiming)); }
    ~event() {
        if (handle_ != nullptr) cudaEventDestroy(handle_);
    }
    event(event&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    event& operator=(event&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }
    event(event const&) = delete;
    event& operator=(event const&) = delete;

    cudaEvent_t get() const { return handle_; }

    void record(cudaStream_t stream) { LOCKSTEP_CUDA_TRY(cudaEventRecord(handle_, stream)); }

    /// Makes the stream wait for the mark; the host goes on.
    void hold_async(cudaStream_t stream) const {
        LOCKSTEP_CUDA_TRY(cudaStreamWaitEvent(stream, handle_, 0));
    }

    /// Makes the host wait for the mark; returns at once when it was never recorded.
    void wait() const { LOCKSTEP_CUDA_TRY(cudaEventSynchronize(handle_)); }

  private:
    cudaEvent_t handle_ = nullptr;
};

}  // namespace lockstep::cuda

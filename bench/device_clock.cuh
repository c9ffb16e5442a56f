// Times queued work by the device's own clock, so that neither the launch nor the host's wait is
// counted. The kernels' own events cannot time: they are made to be cheap.
#pragma once

#include <cuda_runtime_api.h>

#include "kernels/cuda/error.cuh"

namespace lockstep::bench {

class device_clock {
  public:
    device_clock() {
        LOCKSTEP_CUDA_TRY(cudaEventCreate(&begin_));
        LOCKSTEP_CUDA_TRY(cudaEventCreate(&end_));
    }
    ~device_clock() {
        cudaEventDestroy(begin_);
        cudaEventDestroy(end_);
    }
    device_clock(device_clock const&) = delete;
    device_clock& operator=(device_clock const&) = delete;

    void start(cudaStream_t stream) { LOCKSTEP_CUDA_TRY(cudaEventRecord(begin_, stream)); }

    /// Waits for the work queued since start() and returns the seconds it took.
    double stop(cudaStream_t stream) {
        LOCKSTEP_CUDA_TRY(cudaEventRecord(end_, stream));
        LOCKSTEP_CUDA_TRY(cudaEventSynchronize(end_));
        float milliseconds = 0;
        LOCKSTEP_CUDA_TRY(cudaEventElapsedTime(&milliseconds, begin_, end_));
        return static_cast<double>(milliseconds) * 1e-3;
    }

  private:
    cudaEvent_t begin_ = nullptr;
    cudaEvent_t end_ = nullptr;
};

}  // namespace lockstep::bench

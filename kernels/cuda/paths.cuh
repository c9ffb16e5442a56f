// backend::value_paths on a device.
#pragma once

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Values the paths of a batch whose every pointer is to device memory. Queued, not finished.
void value_paths_async(path_batch const& batch, cudaStream_t stream);

/// Values paths of contracts that lie in host memory, where the sums go as well.
class host_paths {
  public:
    void value_paths(path_batch const& batch);

  private:
    stream queue_;
    device_buffer<path_contract> contracts_;
    device_buffer<path_estimate> estimates_;
    device_buffer<path_source> source_;
    device_buffer<exercise_policy> policy_;
    device_buffer<double> sums_;
};

}  // namespace lockstep::cuda

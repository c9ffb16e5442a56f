// backend::risk_arrays on a device.
#pragma once

#include <memory>

#include "kernels/cuda/stream.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Fills a matrix in device memory from inputs in device memory. Queued, not finished.
void risk_arrays_async(risk_array_batch const& batch, risk_matrix const& matrix,
                       cudaStream_t stream);

/// The same for host memory, through pinned staging in slices.
class host_risk_arrays {
  public:
    host_risk_arrays();
    ~host_risk_arrays();
    void risk_arrays(risk_array_batch const& batch, risk_matrix const& matrix);

  private:
    class staging;
    std::unique_ptr<staging> staging_;
};

}  // namespace lockstep::cuda

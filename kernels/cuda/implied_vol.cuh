// backend::implied_vol on a device.
#pragma once

#include <memory>

#include "kernels/cuda/column_staging.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Inverts a batch whose columns, inputs and results, lie in device memory. Queued, not finished.
void implied_vol_async(implied_vol_batch const& batch, implied_vol_values const& values,
                       cudaStream_t stream);

/// Inverts batches that lie in host memory. Staging is made at the first call and kept.
class host_implied_vol {
  public:
    void implied_vol(implied_vol_batch const& batch, implied_vol_values const& values);

  private:
    std::unique_ptr<column_staging> staging_;
};

}  // namespace lockstep::cuda

// backend::american and backend::american_implied_vol on a device.
#pragma once

#include <memory>

#include "kernels/cuda/column_staging.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Values a batch whose columns, inputs and results, lie in device memory. Queued, not finished.
void american_async(option_batch const& batch, option_values const& values, cudaStream_t stream);

/// Values batches that lie in host memory. Staging is made at the first call and kept.
class host_american {
  public:
    void american(option_batch const& batch, option_values const& values);
    void american_implied_vol(american_vol_batch const& batch, implied_vol_values const& values);

  private:
    std::unique_ptr<column_staging> staging_;
};

}  // namespace lockstep::cuda

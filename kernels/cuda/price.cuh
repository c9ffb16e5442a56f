// backend::price and backend::price_core on a device.
#pragma once

#include <memory>

#include "kernels/cuda/column_staging.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Values a batch whose columns, inputs and results, lie in device memory. Queued, not finished.
void price_async(option_batch const& batch, option_values const& values, cudaStream_t stream);
void price_core_async(black76_batch const& batch, black76_values const& values,
                      cudaStream_t stream);

/// Values batches that lie in host memory: slice after slice through pinned staging, so that a
/// batch may be larger than the device and copies overlap with computing. Staging is made at the
/// first call and kept.
class host_pricer {
  public:
    void price(option_batch const& batch, option_values const& values);
    void price_core(black76_batch const& batch, black76_values const& values);

  private:
    std::unique_ptr<column_staging> staging_;
};

}  // namespace lockstep::cuda

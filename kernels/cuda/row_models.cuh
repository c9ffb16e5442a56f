// backend::value_rows on a device.
#pragma once

#include <memory>

#include "kernels/cuda/column_staging.cuh"
#include "kernels/views.h"
#include "pricing/model/row_models.h"

namespace lockstep::cuda {

/// Values a batch whose columns, inputs and outputs, lie in device memory. Queued, not finished.
void value_rows_async(row_model model, row_batch const& batch, row_values const& values,
                      cudaStream_t stream);

/// Values batches that lie in host memory. Staging is made at the first call and kept.
class host_row_models {
  public:
    void value_rows(row_model model, row_batch const& batch, row_values const& values);

  private:
    std::unique_ptr<column_staging> staging_;
};

}  // namespace lockstep::cuda

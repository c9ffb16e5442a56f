// backend::heston on a device.
#pragma once

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "kernels/heston_batch.h"

namespace lockstep::cuda {

/// Values a batch whose columns lie in device memory. Queued, not finished.
void heston_async(heston_batch const& batch, heston_values const& values, cudaStream_t stream);

/// Values batches that lie in host memory. Device memory is kept from call to call.
class host_heston {
  public:
    void heston(heston_batch const& batch, heston_values const& values);

  private:
    stream stream_;
    device_buffer<heston_expiry> expiries_;
    device_buffer<std::uint32_t> begin_;
    device_buffer<double> strikes_, columns_;
    device_buffer<std::uint8_t> flags_, status_;
};

}  // namespace lockstep::cuda

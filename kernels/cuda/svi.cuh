// backend::fit_svi on a device: one thread an expiry.
#pragma once

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "kernels/svi_batch.h"

namespace lockstep::cuda {

/// Fits to quotes that lie in host memory. Scratch is made at the first call and kept.
class host_svi {
  public:
    void fit_svi(svi_batch const& batch, view<svi_fit_result> fits);

  private:
    stream queue_;
    device_buffer<variance_quote> quotes_;
    device_buffer<std::uint32_t> begin_;
    device_buffer<svi_fit_result> fits_;
};

}  // namespace lockstep::cuda

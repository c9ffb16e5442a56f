// backend::tails on a device: one thread an account, its sums in global memory, neighbours' sums
// side by side.
#pragma once

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "kernels/tail_batch.h"

namespace lockstep::cuda {

/// Judges accounts whose columns lie in host memory. Scratch is made at the first call and kept.
class host_tails {
  public:
    void tails(tail_batch const& batch, tail_outputs const& out);

  private:
    tail_batch on_device(tail_batch const& batch);

    stream queue_;
    device_buffer<std::int64_t> gains_, lots_;
    device_buffer<std::uint32_t> tails_ppm_, first_set_, begin_, instrument_, orders_;
    device_buffer<std::uint8_t> lot_exponent_;
    device_buffer<int128> sums_;
    device_buffer<tail_extreme> worst_;
    device_buffer<tail_loss> losses_;
    device_buffer<component_loss> components_;
};

}  // namespace lockstep::cuda

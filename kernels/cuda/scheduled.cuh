// backend::scheduled on a device: one thread an option, its grid in global memory, neighbours'
// grids side by side.
#pragma once

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Values batches that lie in host memory. Scratch is made at the first call and kept.
class host_scheduled {
  public:
    void scheduled(schedule_batch const& batch, schedule_values const& values);

  private:
    stream queue_;
    device_buffer<double> scratch_, inputs_, results_;
    device_buffer<std::uint8_t> bytes_;
    device_buffer<std::uint64_t> first_event_;
    device_buffer<schedule_event> events_;
};

}  // namespace lockstep::cuda

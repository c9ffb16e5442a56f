// backend::margin on a device.
#pragma once

#include <memory>
#include <vector>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// What a device needs beside the batch: a list of large sets, of their chunks, and room for the
/// chunks' sums; and of sets that a check leaves to the whole rule. Asked for once and kept.
class margin_scratch {
  public:
    /// Makes room for such books.
    void reserve(position_batch const& positions, std::uint32_t stride, cudaStream_t stream);

    struct counters {
        std::uint32_t chunks, large_sets, left;
    };
    struct large_set {
        std::uint32_t set, first_chunk, chunks;
    };
    struct chunk {
        std::uint32_t set, first, last;
    };

    device_buffer<counters> counted;
    device_buffer<large_set> large_sets;
    device_buffer<chunk> chunks;
    device_buffer<std::uint32_t> left;
    device_buffer<std::byte> sums;
};

/// Checks a book whose positions, matrix, rules and rows all lie in device memory: the way of a
/// resident book that is marked again and again. Queued, not finished; the scratch belongs to the
/// call until the stream has done it.
void margin_async(margin_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                  cudaStream_t stream);

/// The same for the sets that a batch names, and what decides of each row. The rows may also lie in
/// page-locked host memory: they then travel while others are computed.
void check_async(check_batch const& batch, sum_lanes mode, margin_scratch& scratch,
                 cudaStream_t stream);

/// Checks books that lie in host memory, slice after slice through pinned staging: positions travel
/// while others are summed, and a book may be larger than the device. The matrix and the rules are
/// sent once a call.
class host_margin {
  public:
    /// slice_positions: how many go at once; 0 chooses.
    explicit host_margin(sum_lanes mode, std::size_t slice_positions);
    ~host_margin();
    void margin(margin_batch const& batch);
    /// Margins every set and hands out what was asked for.
    void check(check_batch const& batch);

  private:
    class staging;
    sum_lanes mode_;
    std::size_t slice_positions_;
    std::unique_ptr<staging> staging_;
    std::vector<margin_row> rows_;  // of the last check
};

}  // namespace lockstep::cuda

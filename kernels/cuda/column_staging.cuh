// Batches of columns that lie in host memory, brought to the device slice after slice, so that a
// batch may be larger than the device and copies overlap with computing.
#pragma once

#include <vector>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/host_copies.h"
#include "kernels/cuda/pinned_buffer.cuh"
#include "kernels/cuda/stream.cuh"
#include "pricing/base/view.h"

namespace lockstep::cuda {

/// A batch as bare columns, for the staging that does not care what they mean.
struct column_batch {
    std::vector<double const*> inputs;
    std::uint8_t const* flags;
    std::vector<double*> results;  // the wanted ones
    std::uint8_t* status;
    std::size_t count;
};

/// One slice of a batch, on the device.
struct device_slice {
    double* columns;  // inputs, and results behind them, `stride` apart
    std::size_t inputs, stride;
    view<std::uint8_t const> flags;
    std::uint8_t* status;
    std::size_t rows;
    cudaStream_t stream;

    view<double const> input(std::size_t c) const { return {columns + c * stride, rows}; }
    double* result(std::size_t c) const { return columns + (inputs + c) * stride; }
};

/// Three slots, each with its own stream, pinned memory and device memory. While one slice is
/// computed, another travels and the host fills or empties a third.
class column_staging {
  public:
    /// columns_max: inputs and results of doubles together.
    explicit column_staging(std::size_t columns_max)
        : slots_{slot(columns_max), slot(columns_max), slot(columns_max)} {}

    /// Launch: (device_slice).
    template <class LaunchT>
    void run(column_batch const& batch, LaunchT const& launch) {
        for (slot& s : slots_) {  // whatever an earlier call that threw left behind
            s.queue.wait();
            s.rows = 0;
        }
        for (std::size_t begin = 0, k = 0; begin < batch.count; begin += slice_rows, ++k) {
            slot& s = slots_[k % slot_count];
            collect(s, batch);
            s.begin = begin;
            s.rows = batch.count - begin < slice_rows ? batch.count - begin : slice_rows;
            send_async(s, batch);
            std::uint8_t* const bytes = s.device_bytes.data();
            launch(device_slice{s.device.data(),
                                batch.inputs.size(),
                                slice_rows,
                                {bytes, s.rows},
                                bytes + slice_rows,
                                s.rows,
                                s.queue.get()});
            fetch_async(s, batch);
        }
        for (slot& s : slots_) collect(s, batch);
    }

  private:
    static constexpr std::size_t slice_rows = std::size_t{1} << 17;
    static constexpr std::size_t slot_count = 3;

    struct slot {
        explicit slot(std::size_t columns)
            : pinned(columns * slice_rows), device(columns * slice_rows, queue.get()) {}

        stream queue;
        pinned_buffer<double> pinned;
        pinned_buffer<std::uint8_t> pinned_bytes{2 * slice_rows};  // flags, statuses
        device_buffer<double> device;
        device_buffer<std::uint8_t> device_bytes{2 * slice_rows, queue.get()};
        std::size_t begin = 0;
        std::size_t rows = 0;  // under way; zero when the slot is free
    };

    static void send_async(slot& s, column_batch const& batch) {
        std::size_t const columns = batch.inputs.size();
        std::vector<host_copy> copies{{batch.flags + s.begin, s.pinned_bytes.data(), s.rows}};
        for (std::size_t c = 0; c < columns; ++c)
            copies.push_back({batch.inputs[c] + s.begin, s.pinned.data() + c * slice_rows,
                              s.rows * sizeof(double)});
        copy_all(copies);
        for (std::size_t c = 0; c < columns; ++c)
            copy_async(s.pinned.data() + c * slice_rows, s.device.data() + c * slice_rows, s.rows,
                       s.queue.get());
        copy_async(s.pinned_bytes.data(), s.device_bytes.data(), s.rows, s.queue.get());
    }

    static void fetch_async(slot& s, column_batch const& batch) {
        std::size_t const first = batch.inputs.size();
        for (std::size_t c = first; c < first + batch.results.size(); ++c)
            copy_async(s.device.data() + c * slice_rows, s.pinned.data() + c * slice_rows, s.rows,
                       s.queue.get());
        copy_async(s.device_bytes.data() + slice_rows, s.pinned_bytes.data() + slice_rows, s.rows,
                   s.queue.get());
    }

    /// Waits for the slot's slice and hands its results out.
    static void collect(slot& s, column_batch const& batch) {
        if (s.rows == 0) return;
        s.queue.wait();
        std::size_t const first = batch.inputs.size();
        std::vector<host_copy> copies{
            {s.pinned_bytes.data() + slice_rows, batch.status + s.begin, s.rows}};
        for (std::size_t c = 0; c < batch.results.size(); ++c)
            copies.push_back({s.pinned.data() + (first + c) * slice_rows,
                              batch.results[c] + s.begin, s.rows * sizeof(double)});
        copy_all(copies);
        s.rows = 0;
    }

    slot slots_[slot_count];
};

}  // namespace lockstep::cuda

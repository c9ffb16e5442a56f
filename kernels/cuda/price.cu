#include "kernels/cuda/price.cuh"

#include <cstring>
#include <vector>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/pinned_buffer.cuh"
#include "pricing/model/black.h"

namespace lockstep::cuda {

namespace {

__device__ void keep(double* column, std::size_t i, double value) {
    if (column != nullptr) column[i] = value;
}

template <option_depth Depth>
struct price_row {
    option_batch batch;
    option_values values;

    __device__ void operator()(std::size_t i) const {
        option_inputs const in{batch.underlying[i], batch.strike[i], batch.time[i], batch.rate[i],
                               batch.dividend[i],   batch.vol[i],    batch.flags[i]};
        option_valuation const v = value_option(in, Depth);
        double* const* out = values.columns;
        values.status[i] = static_cast<std::uint8_t>(first_fault(v.faults));
        keep(out[0], i, v.price);
        if constexpr (Depth >= option_depth::first_greeks) {
            keep(out[1], i, v.delta), keep(out[2], i, v.gamma), keep(out[3], i, v.vega);
            keep(out[4], i, v.theta), keep(out[5], i, v.rho), keep(out[6], i, v.vanna);
        }
        if constexpr (Depth == option_depth::all) {
            keep(out[7], i, v.volga), keep(out[8], i, v.charm), keep(out[9], i, v.speed);
            keep(out[10], i, v.zomma), keep(out[11], i, v.color), keep(out[12], i, v.veta);
            keep(out[13], i, v.ultima), keep(out[14], i, v.delta_usd);
            keep(out[15], i, v.delta_net);
        }
    }
};

struct price_core_row {
    black76_batch batch;
    black76_values values;

    __device__ void operator()(std::size_t i) const {
        std::uint64_t const put = batch.flags[i] & option_flag::put;
        option_inputs const in{batch.forward[i],
                               batch.strike[i],
                               batch.time[i],
                               batch.rate[i],
                               0.0,
                               batch.vol[i],
                               put};
        option_valuation const v = value_option(in, option_depth::first_greeks);
        double* const* out = values.columns;
        values.status[i] = static_cast<std::uint8_t>(first_fault(v.faults));
        out[0][i] = v.price, out[1][i] = v.delta, out[2][i] = v.gamma, out[3][i] = v.vega;
        out[4][i] = v.theta, out[5][i] = v.rho, out[6][i] = v.vanna;
    }
};

/// Either batch as bare columns, for the staging that does not care what they mean.
struct column_batch {
    std::vector<double const*> inputs;
    std::uint8_t const* flags;
    std::vector<double*> results;  // the wanted ones
    std::uint8_t* status;
    std::size_t count;
};

}  // namespace

void price_async(option_batch const& batch, option_values const& values, cudaStream_t stream) {
    switch (depth_of(values)) {
        case option_depth::price:
            return each_async(batch.size(), price_row<option_depth::price>{batch, values}, stream);
        case option_depth::first_greeks:
            return each_async(batch.size(), price_row<option_depth::first_greeks>{batch, values},
                              stream);
        case option_depth::all:
            return each_async(batch.size(), price_row<option_depth::all>{batch, values}, stream);
    }
}

void price_core_async(black76_batch const& batch, black76_values const& values,
                      cudaStream_t stream) {
    each_async(batch.size(), price_core_row{batch, values}, stream);
}

/// Three slots, each with its own stream, pinned memory and device memory. While one slice is
/// computed, another travels and the host fills or empties a third.
class host_pricer::staging {
  public:
    /// Launch: (device inputs, device flags, device results, device status, rows, stream).
    template <class LaunchT>
    void run(column_batch const& batch, LaunchT const& launch) {
        for (slot& s : slots_) s.rows = 0;  // whatever an earlier call that threw left behind
        for (std::size_t begin = 0, k = 0; begin < batch.count; begin += slice_rows, ++k) {
            slot& s = slots_[k % slot_count];
            collect(s, batch);
            s.begin = begin;
            s.rows = batch.count - begin < slice_rows ? batch.count - begin : slice_rows;
            send_async(s, batch);
            double* in = s.device.data();
            double* out = in + batch.inputs.size() * slice_rows;
            std::uint8_t* bytes = s.device_bytes.data();
            launch(in, bytes, out, bytes + slice_rows, s.rows, s.queue.get());
            fetch_async(s, batch);
        }
        for (slot& s : slots_) collect(s, batch);
    }

    static constexpr std::size_t slice_rows = std::size_t{1} << 17;

  private:
    static constexpr std::size_t slot_count = 3;
    static constexpr std::size_t columns_max = 6 + option_value_count;

    struct slot {
        stream queue;
        pinned_buffer<double> pinned{columns_max * slice_rows};
        pinned_buffer<std::uint8_t> pinned_bytes{2 * slice_rows};  // flags, statuses
        device_buffer<double> device{columns_max * slice_rows, queue.get()};
        device_buffer<std::uint8_t> device_bytes{2 * slice_rows, queue.get()};
        std::size_t begin = 0;
        std::size_t rows = 0;  // under way; zero when the slot is free
    };

    static void send_async(slot& s, column_batch const& batch) {
        std::size_t const columns = batch.inputs.size();
        for (std::size_t c = 0; c < columns; ++c)
            std::memcpy(s.pinned.data() + c * slice_rows, batch.inputs[c] + s.begin,
                        s.rows * sizeof(double));
        std::memcpy(s.pinned_bytes.data(), batch.flags + s.begin, s.rows);
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
        for (std::size_t c = 0; c < batch.results.size(); ++c)
            std::memcpy(batch.results[c] + s.begin, s.pinned.data() + (first + c) * slice_rows,
                        s.rows * sizeof(double));
        std::memcpy(batch.status + s.begin, s.pinned_bytes.data() + slice_rows, s.rows);
        s.rows = 0;
    }

    slot slots_[slot_count];
};

host_pricer::host_pricer() = default;
host_pricer::~host_pricer() = default;

void host_pricer::price(option_batch const& batch, option_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<staging>();
    column_batch columns{{batch.underlying.data, batch.strike.data, batch.time.data,
                          batch.rate.data, batch.dividend.data, batch.vol.data},
                         batch.flags.data,
                         {},
                         values.status,
                         batch.size()};
    for (double* column : values.columns)
        if (column != nullptr) columns.results.push_back(column);
    std::size_t constexpr step = staging::slice_rows;
    staging_->run(columns, [&](double* in, std::uint8_t* flags, double* out, std::uint8_t* status,
                               std::size_t rows, cudaStream_t stream) {
        auto const input = [&](std::size_t c) { return view<double const>{in + c * step, rows}; };
        option_batch const device{input(0), input(1), input(2),     input(3),
                                  input(4), input(5), {flags, rows}};
        option_values results{};
        std::size_t next = 0;
        for (std::size_t k = 0; k < option_value_count; ++k)
            if (values.columns[k] != nullptr) results.columns[k] = out + next++ * step;
        results.status = status;
        results.count = rows;
        price_async(device, results, stream);
    });
}

void host_pricer::price_core(black76_batch const& batch, black76_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<staging>();
    column_batch columns{
        {batch.forward.data, batch.strike.data, batch.time.data, batch.vol.data, batch.rate.data},
        batch.flags.data,
        {values.columns, values.columns + black76_value_count},
        values.status,
        batch.size()};
    std::size_t constexpr step = staging::slice_rows;
    staging_->run(columns, [&](double* in, std::uint8_t* flags, double* out, std::uint8_t* status,
                               std::size_t rows, cudaStream_t stream) {
        auto const input = [&](std::size_t c) { return view<double const>{in + c * step, rows}; };
        black76_batch const device{input(0), input(1), input(2), input(3), input(4), {flags, rows}};
        black76_values results{};
        for (std::size_t k = 0; k < black76_value_count; ++k) results.columns[k] = out + k * step;
        results.status = status;
        results.count = rows;
        price_core_async(device, results, stream);
    });
}

}  // namespace lockstep::cuda

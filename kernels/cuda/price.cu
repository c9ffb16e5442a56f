#include "kernels/cuda/price.cuh"

#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/option_staging.cuh"
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

void host_pricer::price(option_batch const& batch, option_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<column_staging>(6 + option_value_count);
    run_options(*staging_, batch, values, price_async);
}

void host_pricer::price_core(black76_batch const& batch, black76_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<column_staging>(6 + option_value_count);
    column_batch columns{
        {batch.forward.data, batch.strike.data, batch.time.data, batch.vol.data, batch.rate.data},
        batch.flags.data,
        {values.columns, values.columns + black76_value_count},
        values.status,
        batch.size()};
    staging_->run(columns, [](device_slice const& s) {
        black76_batch const device{s.input(0), s.input(1), s.input(2),
                                   s.input(3), s.input(4), s.flags};
        black76_values results{};
        for (std::size_t k = 0; k < black76_value_count; ++k) results.columns[k] = s.result(k);
        results.status = s.status;
        results.count = s.rows;
        price_core_async(device, results, s.stream);
    });
}

}  // namespace lockstep::cuda

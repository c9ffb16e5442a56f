#include "kernels/cuda/american.cuh"

#include "kernels/cuda/launch.cuh"
#include "kernels/cuda/option_staging.cuh"
#include "pricing/model/american_implied_vol.h"

namespace lockstep::cuda {

namespace {

constexpr unsigned threads_per_block = 128;  // each keeps a boundary in its registers

template <option_depth Depth>
struct american_row {
    option_batch batch;
    option_values values;

    __device__ void operator()(std::size_t i) const {
        american_inputs<1> const in{{batch.underlying[i]}, {batch.strike[i]},   {batch.time[i]},
                                    {batch.rate[i]},       {batch.dividend[i]}, {batch.vol[i]},
                                    {batch.flags[i]}};
        american_values<1> v;
        value_american<Depth>(in, v);
        double const row[] = {v.price[0], v.delta[0], v.gamma[0], v.vega[0], v.theta[0], v.rho[0]};
        values.status[i] = static_cast<std::uint8_t>(first_fault(v.faults[0]));
        for (std::size_t k = 0; k < american_value_count; ++k)
            if (values.columns[k] != nullptr) values.columns[k][i] = row[k];
    }
};

struct american_vol_row {
    american_vol_batch batch;
    implied_vol_values values;

    __device__ void operator()(std::size_t i) const {
        american_quotes<1> const in{{batch.underlying[i]}, {batch.strike[i]},   {batch.time[i]},
                                    {batch.rate[i]},       {batch.dividend[i]}, {batch.price[i]},
                                    {batch.flags[i]}};
        american_vols<1> v;
        lockstep::american_implied_vol(in, v);
        values.vol[i] = v.vol[0];
        values.error[i] = v.error[0];
        values.status[i] = static_cast<std::uint8_t>(first_implied_vol_fault(v.faults[0]));
    }
};

}  // namespace

void american_async(option_batch const& batch, option_values const& values, cudaStream_t stream) {
    if (depth_of(values) == option_depth::price)
        each_async(batch.size(), american_row<option_depth::price>{batch, values}, stream,
                   threads_per_block);
    else
        each_async(batch.size(), american_row<option_depth::first_greeks>{batch, values}, stream,
                   threads_per_block);
}

void host_american::american(option_batch const& batch, option_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<column_staging>(6 + american_value_count);
    run_options(*staging_, batch, values, american_async);
}

void host_american::american_implied_vol(american_vol_batch const& batch,
                                         implied_vol_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<column_staging>(6 + american_value_count);
    column_batch const columns{{batch.underlying.data, batch.strike.data, batch.time.data,
                                batch.rate.data, batch.dividend.data, batch.price.data},
                               batch.flags.data,
                               {values.vol, values.error},
                               values.status,
                               batch.size()};
    staging_->run(columns, [](device_slice const& s) {
        american_vol_batch const device{s.input(0), s.input(1), s.input(2), s.input(3),
                                        s.input(4), s.input(5), s.flags};
        each_async(s.rows, american_vol_row{device, {s.result(0), s.result(1), s.status, s.rows}},
                   s.stream, threads_per_block);
    });
}

}  // namespace lockstep::cuda

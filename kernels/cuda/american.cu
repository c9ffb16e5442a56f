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
    std::size_t constexpr step = column_staging::slice_rows;
    staging_->run(columns, [&](double* in, std::uint8_t* flags, double* out, std::uint8_t* status,
                               std::size_t rows, cudaStream_t stream) {
        auto const input = [&](std::size_t c) { return view<double const>{in + c * step, rows}; };
        american_vol_batch const device{input(0), input(1), input(2),     input(3),
                                        input(4), input(5), {flags, rows}};
        each_async(rows, american_vol_row{device, {out, out + step, status, rows}}, stream,
                   threads_per_block);
    });
}

}  // namespace lockstep::cuda

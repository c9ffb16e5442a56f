#include "kernels/cuda/implied_vol.cuh"

#include "kernels/cuda/launch.cuh"
#include "pricing/model/implied_vol.h"

namespace lockstep::cuda {

namespace {

struct implied_vol_row {
    implied_vol_batch batch;
    implied_vol_values values;

    __device__ void operator()(std::size_t i) const {
        implied_vol_value const v =
            lockstep::implied_vol({batch.forward[i], batch.strike[i], batch.time[i], batch.price[i],
                                   batch.discount[i], batch.flags[i]});
        values.vol[i] = v.vol;
        values.error[i] = v.error;
        values.status[i] = static_cast<std::uint8_t>(first_implied_vol_fault(v.faults));
    }
};

}  // namespace

void implied_vol_async(implied_vol_batch const& batch, implied_vol_values const& values,
                       cudaStream_t stream) {
    each_async(batch.size(), implied_vol_row{batch, values}, stream);
}

void host_implied_vol::implied_vol(implied_vol_batch const& batch,
                                   implied_vol_values const& values) {
    if (batch.size() == 0) return;
    if (!staging_) staging_ = std::make_unique<column_staging>(7);
    column_batch const columns{{batch.forward.data, batch.strike.data, batch.time.data,
                                batch.price.data, batch.discount.data},
                               batch.flags.data,
                               {values.vol, values.error},
                               values.status,
                               batch.size()};
    staging_->run(columns, [](device_slice const& s) {
        implied_vol_async({s.input(0), s.input(1), s.input(2), s.input(3), s.input(4), s.flags},
                          {s.result(0), s.result(1), s.status, s.rows}, s.stream);
    });
}

}  // namespace lockstep::cuda

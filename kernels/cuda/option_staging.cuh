// A batch of options in host memory through the staging, for every verb that values them.
#pragma once

#include "kernels/cuda/column_staging.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

/// Calls launch(options, values, stream) with device columns, slice after slice; columns that are
/// not wanted stay null and do not travel.
template <class Launch>
void run_options(column_staging& staging, option_batch const& batch, option_values const& values,
                 Launch const& launch) {
    column_batch columns{{batch.underlying.data, batch.strike.data, batch.time.data,
                          batch.rate.data, batch.dividend.data, batch.vol.data},
                         batch.flags.data,
                         {},
                         values.status,
                         batch.size()};
    for (double* column : values.columns)
        if (column != nullptr) columns.results.push_back(column);
    std::size_t constexpr step = column_staging::slice_rows;
    staging.run(columns, [&](double* in, std::uint8_t* flags, double* out, std::uint8_t* status,
                             std::size_t rows, cudaStream_t stream) {
        auto const input = [&](std::size_t c) { return view<double const>{in + c * step, rows}; };
        option_batch const device{input(0), input(1), input(2),     input(3),
                                  input(4), input(5), {flags, rows}};
        option_values results{{}, status, rows};
        std::size_t next = 0;
        for (std::size_t k = 0; k < option_value_count; ++k)
            if (values.columns[k] != nullptr) results.columns[k] = out + next++ * step;
        launch(device, results, stream);
    });
}

}  // namespace lockstep::cuda

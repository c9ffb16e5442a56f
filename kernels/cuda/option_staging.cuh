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
    staging.run(columns, [&](device_slice const& s) {
        option_batch const device{s.input(0), s.input(1), s.input(2), s.input(3),
                                  s.input(4), s.input(5), s.flags};
        option_values results{{}, s.status, s.rows};
        std::size_t next = 0;
        for (std::size_t k = 0; k < option_value_count; ++k)
            if (values.columns[k] != nullptr) results.columns[k] = s.result(next++);
        launch(device, results, s.stream);
    });
}

}  // namespace lockstep::cuda

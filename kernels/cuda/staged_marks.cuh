// The risk matrix and the rules on their way to a device: what every check of a book needs anew.
#pragma once

#include "kernels/cuda/staged_column.cuh"
#include "kernels/views.h"

namespace lockstep::cuda {

class staged_marks {
  public:
    /// Queues both and names the device's copies in `batch`, a margin_batch or check_batch that
    /// names the host's. The marks before must have arrived.
    template <class Batch>
    void send(Batch& batch, cudaStream_t stream) {
        risk_matrix& m = batch.matrix;
        cells_.send(m.cells, m.instruments * m.stride(), stream);
        row_max_.send(m.row_max, m.instruments, stream);
        bucket_.send(m.expiry_bucket, m.instruments, stream);
        m.cells = cells_.device.data();
        m.row_max = row_max_.device.data();
        m.expiry_bucket = bucket_.device.data();
        m.status = nullptr;
        batch.rules = rules_.send(batch.rules.data, batch.rules.size(), stream);
    }

  private:
    staged_column<std::int64_t> cells_, row_max_;
    staged_column<std::uint8_t> bucket_;
    staged_column<margin_rules> rules_;
};

}  // namespace lockstep::cuda

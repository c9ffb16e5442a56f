// Risk arrays and margin on the device, inputs and results resident.
#include "bench/device.h"
#include "bench/device_clock.cuh"
#include "bench/device_column.cuh"
#include "kernels/cuda/backend.h"
#include "kernels/cuda/margin.cuh"
#include "kernels/cuda/risk_arrays.cuh"
#include "kernels/cuda/stream.cuh"

namespace lockstep::bench {

namespace {

/// A risk matrix in device memory, of the same shape as one in host memory.
class device_matrix {
  public:
    device_matrix(risk_matrix const& shape, cudaStream_t stream)
        : cells_(shape.instruments * shape.stride(), stream),
          row_max_(shape.instruments, stream),
          buckets_(shape.instruments, stream),
          status_(shape.instruments, stream),
          matrix_(shape) {
        matrix_.cells = cells_.data();
        matrix_.row_max = row_max_.data();
        matrix_.expiry_bucket = buckets_.data();
        matrix_.status = status_.data();
    }
    risk_matrix const& all() const { return matrix_; }
    void spoil_all(cudaStream_t stream) const {
        spoil(cells_, stream), spoil(row_max_, stream);
        spoil(buckets_, stream), spoil(status_, stream);
    }
    void copy_all(risk_matrix const& from, risk_matrix const& to, cudaStream_t stream) const {
        cuda::copy_async(from.cells, to.cells, cells_.size(), stream);
        cuda::copy_async(from.row_max, to.row_max, row_max_.size(), stream);
        cuda::copy_async(from.expiry_bucket, to.expiry_bucket, buckets_.size(), stream);
        cuda::copy_async(from.status, to.status, status_.size(), stream);
    }

  private:
    cuda::device_buffer<std::int64_t> cells_, row_max_;
    cuda::device_buffer<std::uint8_t> buckets_, status_;
    risk_matrix matrix_;
};

class array_work final : public resident_work {
  public:
    array_work(risk_array_batch const& batch, risk_matrix const& results)
        : instruments_(sent(batch.instruments, stream_.get())),
          sets_(sent(batch.sets, stream_.get())),
          matrix_(results, stream_.get()),
          results_(results) {
        matrix_.spoil_all(stream_.get());
        stream_.wait();
    }
    double run() override {
        timer_.start(stream_.get());
        cuda::risk_arrays_async({readable(instruments_), readable(sets_)}, matrix_.all(),
                                stream_.get());
        return timer_.stop(stream_.get());
    }
    void fetch() override {
        matrix_.copy_all(matrix_.all(), results_, stream_.get());
        stream_.wait();
    }

  private:
    cuda::stream stream_;
    device_clock timer_;
    cuda::device_buffer<risk_inputs> instruments_;
    cuda::device_buffer<scenario_set> sets_;
    device_matrix matrix_;
    risk_matrix results_;
};

class margin_work final : public resident_work {
  public:
    explicit margin_work(margin_batch const& batch)
        : begin_(sent(batch.positions.begin, stream_.get())),
          instrument_(sent(batch.positions.instrument, stream_.get())),
          rule_(sent(batch.positions.rule, stream_.get())),
          lots_(sent(batch.positions.lots, stream_.get())),
          lot_exponent_(sent(batch.positions.lot_exponent, stream_.get())),
          addons_(sent(batch.positions.addons, stream_.get())),
          rules_(sent(batch.rules, stream_.get())),
          rows_(batch.rows.size(), stream_.get()),
          matrix_(batch.matrix, stream_.get()),
          results_(batch.rows) {
        matrix_.copy_all(batch.matrix, matrix_.all(), stream_.get());
        spoil(rows_, stream_.get());
        scratch_.reserve(batch.positions, static_cast<std::uint32_t>(batch.matrix.stride()),
                         stream_.get());
        there_ = {{readable(begin_), readable(instrument_), readable(lots_),
                   readable(lot_exponent_), readable(rule_), readable(addons_)},
                  matrix_.all(),
                  readable(rules_),
                  rows_.all()};
        stream_.wait();
    }
    double run() override {
        timer_.start(stream_.get());
        cuda::margin_async(there_, sum_lanes::automatic, scratch_, stream_.get());
        return timer_.stop(stream_.get());
    }
    void fetch() override {
        cuda::copy_async(rows_.data(), results_.data, results_.size(), stream_.get());
        stream_.wait();
    }

  private:
    cuda::stream stream_;
    device_clock timer_;
    cuda::device_buffer<std::uint32_t> begin_, instrument_, rule_;
    cuda::device_buffer<std::int64_t> lots_;
    cuda::device_buffer<std::uint8_t> lot_exponent_;
    cuda::device_buffer<margin_addons> addons_;
    cuda::device_buffer<margin_rules> rules_;
    cuda::device_buffer<margin_row> rows_;
    device_matrix matrix_;
    cuda::margin_scratch scratch_;
    view<margin_row> results_;
    margin_batch there_;
};

}  // namespace

std::unique_ptr<resident_work> resident_risk_arrays(risk_array_batch const& batch,
                                                    risk_matrix const& matrix) {
    if (!cuda::device_present()) return nullptr;
    return std::make_unique<array_work>(batch, matrix);
}

std::unique_ptr<resident_work> resident_margin(margin_batch const& batch) {
    if (!cuda::device_present()) return nullptr;
    return std::make_unique<margin_work>(batch);
}

}  // namespace lockstep::bench

// Prices on the device, inputs and results resident.
#include <algorithm>

#include "bench/device.h"
#include "bench/device_clock.cuh"
#include "bench/device_column.cuh"
#include "kernels/cuda/backend.h"
#include "kernels/cuda/price.cuh"
#include "kernels/cuda/stream.cuh"

namespace lockstep::bench {

namespace {

class price_work final : public resident_work {
  public:
    price_work(option_batch const& o, option_values const& results, bool narrow)
        : narrow_(narrow),
          results_(results),
          underlying_(sent(o.underlying, stream_.get())),
          strike_(sent(o.strike, stream_.get())),
          time_(sent(o.time, stream_.get())),
          rate_(sent(o.rate, stream_.get())),
          dividend_(sent(o.dividend, stream_.get())),
          vol_(sent(o.vol, stream_.get())),
          flags_(sent(o.flags, stream_.get())),
          values_(option_value_count * o.size(), stream_.get()),
          status_(o.size(), stream_.get()) {
        out_ = {{}, status_.data(), o.size()};
        for (std::size_t k = 0; k < option_value_count; ++k)
            if (results.columns[k] != nullptr) out_.columns[k] = values_.data() + k * o.size();
        // Not a number anywhere until a run has written it.
        LOCKSTEP_CUDA_TRY(
            cudaMemsetAsync(values_.data(), 0xff, values_.size() * sizeof(double), stream_.get()));
        stream_.wait();
    }

    double run() override {
        timer_.start(stream_.get());
        if (narrow_)
            cuda::price_core_async({underlying_.all(), strike_.all(), time_.all(), vol_.all(),
                                    rate_.all(), flags_.all()},
                                   narrow_values(), stream_.get());
        else
            cuda::price_async({underlying_.all(), strike_.all(), time_.all(), rate_.all(),
                               dividend_.all(), vol_.all(), flags_.all()},
                              out_, stream_.get());
        return timer_.stop(stream_.get());
    }

    void fetch() override {
        for (std::size_t k = 0; k < option_value_count; ++k)
            if (results_.columns[k] != nullptr)
                cuda::copy_async(out_.columns[k], results_.columns[k], out_.count, stream_.get());
        cuda::copy_async(status_.data(), results_.status, out_.count, stream_.get());
        stream_.wait();
    }

  private:
    black76_values narrow_values() const {
        black76_values values{{}, out_.status, out_.count};
        std::copy_n(out_.columns, black76_value_count, values.columns);
        return values;
    }

    bool narrow_;
    option_values results_, out_;
    cuda::stream stream_;
    device_clock timer_;
    cuda::device_buffer<double> underlying_, strike_, time_, rate_, dividend_, vol_;
    cuda::device_buffer<std::uint8_t> flags_;
    cuda::device_buffer<double> values_;
    cuda::device_buffer<std::uint8_t> status_;
};

}  // namespace

std::unique_ptr<resident_work> resident_price(option_batch const& options,
                                              option_values const& results, bool narrow) {
    if (!cuda::device_present()) return nullptr;
    return std::make_unique<price_work>(options, results, narrow);
}

}  // namespace lockstep::bench

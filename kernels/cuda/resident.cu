// Positions travel once; at every tick the risk matrix, the rules and the list of sets go there,
// and the threads write what decides of each set straight into page-locked host memory, so that
// rows travel back while others are computed.
#include "kernels/cuda/resident.cuh"

#include <algorithm>
#include <vector>

#include "kernels/cuda/margin.cuh"
#include "kernels/cuda/staged_column.cuh"
#include "kernels/cuda/staged_marks.cuh"

namespace lockstep::cuda {

namespace {

class device_portfolio final : public resident_portfolio {
  public:
    device_portfolio(position_batch const& p, std::size_t answers, sum_lanes mode)
        : mode_(mode),
          begin_(p.begin.size(), queue_.get()),
          instrument_(p.instrument.size(), queue_.get()),
          rule_(p.rule.size(), queue_.get()),
          lots_(p.lots.size(), queue_.get()),
          lot_exponent_(p.lot_exponent.size(), queue_.get()),
          addons_(p.addons.size(), queue_.get()) {
        here_.begin = moved(p.begin, begin_);
        here_.instrument = moved(p.instrument, instrument_);
        here_.rule = moved(p.rule, rule_);
        here_.lots = moved(p.lots, lots_);
        here_.lot_exponent = moved(p.lot_exponent, lot_exponent_);
        here_.addons = moved(p.addons, addons_);
        for (std::size_t a = 0; a < answers; ++a) {
            answers_.emplace_back(p.sets());
            std::fill_n(answers_[a].data(), p.sets(), check_row{});
        }
        queue_.wait();
    }

    void check(std::size_t answer, risk_matrix const& matrix, view<margin_rules const> rules,
               view<std::uint32_t const> which) override {
        if (which.data != nullptr && which.empty()) return;
        queue_.wait();  // for whatever an earlier call that threw left behind
        check_batch batch{here_, matrix, rules, which, answers_[answer].all()};
        marks_.send(batch, queue_.get());
        if (which.data != nullptr)
            batch.which = which_.send(which.data, which.size(), queue_.get());
        check_async(batch, mode_, scratch_, queue_.get());
        queue_.wait();
    }

    void change_lots(std::uint64_t position, std::int64_t lots) override {
        queue_.wait();
        copy_async(&lots, lots_.data() + position, 1, queue_.get());
        queue_.wait();
    }

    view<check_row const> answer(std::size_t a) const override {
        return {answers_[a].data(), answers_[a].size()};
    }

  private:
    template <class T>
    view<T const> moved(view<T const> column, device_buffer<T> const& there) {
        copy_async(column.data, there.data(), column.size(), queue_.get());
        return {there.data(), column.size()};
    }

    sum_lanes mode_;
    stream queue_;
    device_buffer<std::uint32_t> begin_, instrument_, rule_;
    device_buffer<std::int64_t> lots_;
    device_buffer<std::uint8_t> lot_exponent_;
    device_buffer<margin_addons> addons_;
    position_batch here_{};
    std::vector<pinned_buffer<check_row>> answers_;
    staged_marks marks_;
    staged_column<std::uint32_t> which_;
    margin_scratch scratch_;
};

}  // namespace

std::unique_ptr<resident_portfolio> make_resident(position_batch const& positions,
                                                  std::size_t answers, sum_lanes mode) {
    return std::make_unique<device_portfolio>(positions, answers, mode);
}

}  // namespace lockstep::cuda

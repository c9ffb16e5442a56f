// Positions travel once; at every tick the risk matrix, the rules and the list of sets go there,
// and the threads write what decides of each set straight into page-locked host memory, so that
// rows travel back while others are computed.
#include "kernels/cuda/resident.cuh"

#include <algorithm>
#include <utility>
#include <vector>

#include "kernels/cuda/margin.cuh"
#include "kernels/cuda/staged_column.cuh"
#include "kernels/cuda/staged_marks.cuh"

namespace lockstep::cuda {

namespace {

class device_portfolio final : public resident_portfolio {
  public:
    device_portfolio(position_batch const& p, std::size_t answers, sum_lanes mode) : mode_(mode) {
        std::size_t const sets = p.sets(), positions = p.lots.size();
        send(p.begin, begin_, here_.begin, 0, p.begin.size());
        send_sets(p, 0, sets);
        send_positions(p, 0, positions);
        which_.prepare(sets, queue_.get());  // as many as may ever be asked for
        for (std::size_t a = 0; a < answers; ++a) {
            answers_.emplace_back(sets);
            std::fill_n(answers_[a].data(), sets, check_row{});
        }
        queue_.wait();
    }

    void check(view<resident_market const> markets, view<std::uint32_t const> which) override {
        if (which.data != nullptr && which.empty()) return;
        queue_.wait();  // for whatever an earlier call that threw left behind
        if (which.data != nullptr) which = which_.send(which.data, which.size(), queue_.get());
        if (marks_.size() < markets.size()) marks_.resize(markets.size());
        for (std::size_t k = 0; k < markets.size(); ++k) {
            auto const& [answer, matrix, rules] = markets[k];
            check_batch batch{here_, matrix, rules, which, {answers_[answer].data(), here_.sets()}};
            marks_[k].send(batch, queue_.get());  // while the market before is being checked
            check_async(batch, mode_, scratch_, queue_.get());
        }
        queue_.wait();
    }

    void change(position_batch const& now, std::size_t first, std::size_t last) override {
        queue_.wait();
        bool const is_new = now.sets() > here_.sets();
        bool const stay = now.lots.size() == here_.lots.size();
        if (is_new)
            for (auto& rows : answers_) open_row(rows, here_.sets(), first);
        send(now.begin, begin_, here_.begin, first, stay && !is_new ? last : now.begin.size());
        send_sets(now, first, is_new ? now.sets() : last);
        send_positions(now, now.begin[first], stay ? now.begin[last] : now.lots.size());
        queue_.wait();
    }

    view<check_row const> answer(std::size_t a) const override {
        return {answers_[a].data(), here_.sets()};
    }

  private:
    /// Rows from first to last of a column; all of it, with room for more, where it has outgrown
    /// its place.
    template <class T>
    void send(view<T const> column, device_buffer<T>& there, view<T const>& here, std::size_t first,
              std::size_t last) {
        if (column.size() > there.size()) {
            there.reserve(column.size() + column.size() / 8, queue_.get());
            first = 0;
            last = column.size();
        }
        copy_async(column.data + first, there.data() + first, last - first, queue_.get());
        here = {there.data(), column.size()};
    }
    void send_sets(position_batch const& p, std::size_t first, std::size_t last) {
        send(p.rule, rule_, here_.rule, first, last);
        send(p.lot_exponent, lot_exponent_, here_.lot_exponent, first, last);
        if (!p.addons.empty()) send(p.addons, addons_, here_.addons, first, last);
    }
    void send_positions(position_batch const& p, std::size_t first, std::size_t last) {
        send(p.instrument, instrument_, here_.instrument, first, last);
        send(p.lots, lots_, here_.lots, first, last);
    }
    /// Zeros in between `rows` of `count`.
    static void open_row(pinned_buffer<check_row>& rows, std::size_t count, std::size_t at) {
        if (count + 1 > rows.size()) {
            pinned_buffer<check_row> larger(count + 1 + count / 8);
            std::copy_n(rows.data(), count, larger.data());
            rows = std::move(larger);
        }
        std::copy_backward(rows.data() + at, rows.data() + count, rows.data() + count + 1);
        rows.data()[at] = check_row{};
    }

    sum_lanes mode_;
    stream queue_;
    device_buffer<std::uint32_t> begin_, instrument_, rule_;
    device_buffer<std::int64_t> lots_;
    device_buffer<std::uint8_t> lot_exponent_;
    device_buffer<margin_addons> addons_;
    position_batch here_{};                          // where the device has it
    std::vector<pinned_buffer<check_row>> answers_;  // with room for more than there are sets
    std::vector<staged_marks> marks_;  // of as many markets as were asked about at once
    staged_column<std::uint32_t> which_;
    margin_scratch scratch_;
};

}  // namespace

std::unique_ptr<resident_portfolio> make_resident(position_batch const& positions,
                                                  std::size_t answers, sum_lanes mode) {
    return std::make_unique<device_portfolio>(positions, answers, mode);
}

}  // namespace lockstep::cuda

#include "kernels/cuda/margin.cuh"

#include <algorithm>
#include <cstring>

#include "kernels/cuda/pinned_buffer.cuh"
#include "kernels/cuda/staged_column.cuh"
#include "kernels/cuda/staged_marks.cuh"

namespace lockstep::cuda {

namespace {

constexpr std::size_t slice_positions_usual = std::size_t{1} << 22;

/// Sets [first, last) of a book, small enough to travel at once.
struct set_range {
    std::size_t first, last;
};

/// As many sets as hold `most` positions, and no more sets than that; one at least.
set_range next_range(position_batch const& positions, std::size_t first, std::size_t most) {
    auto const* begin = positions.begin.begin();
    std::size_t const sets = positions.sets();
    std::size_t const last_set = std::min(sets, first + most);
    auto const* end = std::upper_bound(begin + first, begin + last_set + 1, begin[first] + most);
    auto const last = static_cast<std::size_t>(end - begin) - 1;
    return {first, std::max(last, first + 1)};
}

}  // namespace

class host_margin::staging {
  public:
    void run(margin_batch const& batch, sum_lanes mode, std::size_t slice_positions) {
        for (slot& s : slots_) {  // whatever an earlier call that threw left behind
            s.queue.wait();
            s.sets = {0, 0};
        }
        shared_.wait();
        margin_batch common = batch;
        marks_.send(common, shared_.get());
        marks_sent_.record(shared_.get());
        std::size_t const sets = batch.positions.sets();
        for (std::size_t first = 0, k = 0; first < sets; ++k) {
            slot& s = slots_[k % slot_count];
            collect(s, batch);
            s.sets = next_range(batch.positions, first, slice_positions);
            check_async(s, batch, common, mode);
            first = s.sets.last;
        }
        for (slot& s : slots_) collect(s, batch);
    }

  private:
    static constexpr std::size_t slot_count = 2;

    struct slot {
        stream queue;
        staged_column<std::uint32_t> begin, instrument, rule;
        staged_column<std::int64_t> lots;
        staged_column<std::uint8_t> lot_exponent;
        staged_column<margin_addons> addons;
        pinned_buffer<margin_row> rows;
        device_buffer<margin_row> device_rows;
        margin_scratch scratch;
        set_range sets{0, 0};  // under way; empty when the slot is free
    };

    void check_async(slot& s, margin_batch const& batch, margin_batch const& common,
                     sum_lanes mode) {
        cudaStream_t const queue = s.queue.get();
        position_batch const& p = batch.positions;
        std::size_t const first = s.sets.first, count = s.sets.last - s.sets.first;
        std::uint32_t const from = p.begin[first], to = p.begin[s.sets.last];
        std::uint32_t* begin = s.begin.prepare(count + 1, queue);
        for (std::size_t i = 0; i <= count; ++i) begin[i] = p.begin[first + i] - from;
        margin_batch slice = common;
        slice.positions.begin = s.begin.sent(count + 1, queue);
        slice.positions.instrument = s.instrument.send(p.instrument.data + from, to - from, queue);
        slice.positions.lots = s.lots.send(p.lots.data + from, to - from, queue);
        slice.positions.lot_exponent =
            s.lot_exponent.send(p.lot_exponent.data + first, count, queue);
        slice.positions.rule = s.rule.send(p.rule.data + first, count, queue);
        if (!p.addons.empty())
            slice.positions.addons = s.addons.send(p.addons.data + first, count, queue);
        s.device_rows.reserve(count, queue);
        s.rows.reserve(count);
        slice.rows = s.device_rows.first(count);
        marks_sent_.hold_async(queue);
        margin_async(slice, mode, s.scratch, queue);
        copy_async<margin_row>(s.device_rows.data(), s.rows.data(), count, queue);
    }

    /// Waits for the slot's slice and hands its rows out.
    static void collect(slot& s, margin_batch const& batch) {
        std::size_t const count = s.sets.last - s.sets.first;
        if (count == 0) return;
        s.queue.wait();
        std::memcpy(batch.rows.data + s.sets.first, s.rows.data(), count * sizeof(margin_row));
        s.sets = {0, 0};
    }

    stream shared_;
    event marks_sent_;
    staged_marks marks_;
    slot slots_[slot_count];
};

host_margin::host_margin(sum_lanes mode, std::size_t slice_positions)
    : mode_(mode),
      slice_positions_(slice_positions == 0 ? slice_positions_usual : slice_positions) {}
host_margin::~host_margin() = default;

void host_margin::margin(margin_batch const& batch) {
    if (batch.positions.sets() == 0) return;
    if (!staging_) staging_ = std::make_unique<staging>();
    staging_->run(batch, mode_, slice_positions_);
}

void host_margin::check(check_batch const& batch) {
    rows_.resize(batch.positions.sets());
    margin({batch.positions, batch.matrix, batch.rules, view_of(rows_)});
    for (std::size_t i = 0; i < batch.size(); ++i)
        batch.rows[batch.set(i)] = check_of(rows_[batch.set(i)]);
}

}  // namespace lockstep::cuda

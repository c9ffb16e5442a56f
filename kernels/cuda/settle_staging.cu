#include <algorithm>
#include <vector>

#include "kernels/cuda/device_buffer.cuh"
#include "kernels/cuda/pinned_buffer.cuh"
#include "kernels/cuda/settle.cuh"

namespace lockstep::cuda {

namespace {

/// The same rows on both sides of the bus.
template <class Row>
struct twin {
    pinned_buffer<Row> pinned;
    device_buffer<Row> device;

    void reserve(std::size_t count, cudaStream_t queue) {
        pinned.reserve(count);
        device.reserve(count, queue);
    }
    void send(std::size_t count, cudaStream_t queue) {
        copy_async(pinned.data(), device.data(), count, queue);
    }
    void fetch(std::size_t count, cudaStream_t queue) {
        copy_async(device.data(), pinned.data(), count, queue);
    }
};

/// Rows that entries name, numbered in the order of their first mention.
template <class Row>
class gathered_rows {
  public:
    void begin(view<Row> table) {
        table_ = table;
        if (number_.size() < table.size()) number_.resize(table.size(), unnamed);
    }
    std::uint32_t number(std::uint32_t row) {
        if (number_[row] == unnamed) {
            number_[row] = static_cast<std::uint32_t>(rows_.size());
            rows_.push_back(row);
        }
        return number_[row];
    }
    void send(cudaStream_t queue) {
        both_.reserve(rows_.size(), queue);
        for (std::size_t i = 0; i < rows_.size(); ++i) both_.pinned.data()[i] = table_[rows_[i]];
        both_.send(rows_.size(), queue);
    }
    void fetch(cudaStream_t queue) { both_.fetch(rows_.size(), queue); }
    view<Row> on_device() const { return both_.device.first(rows_.size()); }
    void put_back() {
        for (std::size_t i = 0; i < rows_.size(); ++i) table_[rows_[i]] = both_.pinned.data()[i];
        forget();
    }
    void forget() {
        for (std::uint32_t const row : rows_) number_[row] = unnamed;
        rows_.clear();
    }

  private:
    static constexpr std::uint32_t unnamed = UINT32_MAX;
    view<Row> table_;
    std::vector<std::uint32_t> number_;  // by row
    std::vector<std::uint32_t> rows_;    // by number
    twin<Row> both_;
};

}  // namespace

class host_settler::staging {
  public:
    void run(settle_batch const& batch) {
        queue_.wait();
        accounts_.begin(batch.accounts);
        positions_.begin(batch.positions);
        try {
            queue(batch);
            queue_.wait();
        } catch (...) {
            accounts_.forget();
            positions_.forget();
            throw;
        }
        accounts_.put_back();
        positions_.put_back();
        std::copy_n(deltas_.pinned.data(), batch.entries.size(), batch.open_interest.data);
    }

  private:
    void queue(settle_batch const& batch) {
        std::size_t const count = batch.entries.size();
        cudaStream_t const q = queue_.get();
        entries_.reserve(count, q);
        deltas_.reserve(count, q);
        for (std::size_t i = 0; i < count; ++i) {
            settle_entry& e = entries_.pinned.data()[i] = batch.entries[i];
            e.account.value = accounts_.number(e.account.value);
            if (e.position != no_position) e.position = positions_.number(e.position);
        }
        entries_.send(count, q);
        accounts_.send(q);
        positions_.send(q);
        settle_batch const there{entries_.device.first(count), accounts_.on_device(),
                                 positions_.on_device(), deltas_.device.first(count)};
        numbers_.reserve(4 * count, q);
        sort_.reserve(settle_sort_bytes(count, there.accounts.size()), q);
        view<std::uint32_t> const four = numbers_.all();
        settle_async(there,
                     {four.slice(0, count), four.slice(count, count), four.slice(2 * count, count),
                      four.slice(3 * count, count), sort_.all()},
                     q);
        accounts_.fetch(q);
        positions_.fetch(q);
        deltas_.fetch(count, q);
    }

    stream queue_;
    twin<settle_entry> entries_;
    twin<std::int64_t> deltas_;
    gathered_rows<account_row> accounts_;
    gathered_rows<position_row> positions_;
    device_buffer<std::uint32_t> numbers_;
    device_buffer<std::uint8_t> sort_;
};

host_settler::host_settler() = default;
host_settler::~host_settler() = default;

void host_settler::settle(settle_batch const& batch) {
    if (batch.entries.empty()) return;
    if (!staging_) staging_ = std::make_unique<staging>();
    staging_->run(batch);
}

}  // namespace lockstep::cuda

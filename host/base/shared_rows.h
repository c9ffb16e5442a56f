// Rows that several hold at once. The commands of a block are read from a log, carried out, kept in
// the history and written down by the store's thread: all of them look at the same memory.
#pragma once

#include <atomic>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>

#include "host/base/big_memory.h"

namespace lockstep {

template <class Row>
class shared_rows {
  public:
    shared_rows() = default;
    shared_rows(big_vector<Row> rows) : rows_(made(std::move(rows))) {}
    shared_rows(std::initializer_list<Row> rows) : shared_rows(big_vector<Row>(rows)) {}

    std::size_t size() const { return rows_ == nullptr ? 0 : rows_->size(); }
    bool empty() const { return size() == 0; }
    Row const* data() const { return rows_ == nullptr ? nullptr : rows_->data(); }
    Row const* begin() const { return data(); }
    Row const* end() const { return data() + size(); }
    Row const& operator[](std::size_t i) const { return (*rows_)[i]; }
    Row const& front() const { return rows_->front(); }
    Row const& back() const { return rows_->back(); }

    /// The rows to be changed: whoever else holds them keeps them as they were. A reference is good
    /// until they are shared again.
    big_vector<Row>& edit() {
        if (!are_held_here_alone()) rows_ = made(big_vector<Row>(begin(), end()));
        return *rows_;
    }
    /// No rows; memory that nobody else holds is kept for the next ones.
    void clear() {
        if (are_held_here_alone())
            rows_->clear();
        else
            rows_.reset();
    }

    /// The same rows to be kept for long: shared, unless that kept much unused memory with them.
    shared_rows kept() const {
        if (rows_ == nullptr || rows_->capacity() <= size() + size() / 4) return *this;
        return big_vector<Row>(begin(), end());
    }

  private:
    bool are_held_here_alone() const {
        if (rows_.use_count() != 1) return false;
        // What another thread read of them before it let go has been read.
        std::atomic_thread_fence(std::memory_order_acquire);
        return true;
    }
    static std::shared_ptr<big_vector<Row>> made(big_vector<Row> rows) {
        return std::make_shared<big_vector<Row>>(std::move(rows));
    }
    std::shared_ptr<big_vector<Row>> rows_;
};

}  // namespace lockstep

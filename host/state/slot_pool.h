// Open orders by slot. A slot is taken by the writer that prepares a block and given back by the
// one that ends it, so that its number depends on the log alone.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

#include "host/base/big_memory.h"
#include "margin/state/open_order.h"

namespace lockstep {

class slot_pool {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    open_order_row& operator[](std::uint32_t slot) { return rows_[slot]; }
    open_order_row const& operator[](std::uint32_t slot) const { return rows_[slot]; }
    big_vector<open_order_row> const& rows() const { return rows_; }

    /// Takes over rows that were written down. False when their free slots do not form one chain,
    /// or hold anything beside it: such rows are no pool's.
    bool adopt(big_vector<open_order_row> rows) {
        rows_ = std::move(rows);
        free_.clear();
        std::vector<char> pointed_at(rows_.size(), 0);
        std::size_t unused = 0;
        for (open_order_row const& row : rows_) {
            if (row.sequence != 0) continue;
            open_order_row bare{};
            bare.next_free = row.next_free;
            if (std::memcmp(&bare, &row, sizeof row) != 0) return false;
            ++unused;
            if (row.next_free == none) continue;
            if (row.next_free >= rows_.size() || pointed_at[row.next_free]) return false;
            pointed_at[row.next_free] = 1;
        }
        std::uint32_t last = none;  // freed
        for (std::uint32_t slot = 0; slot < rows_.size() && last == none; ++slot)
            if (rows_[slot].sequence == 0 && !pointed_at[slot]) last = slot;
        for (std::uint32_t slot = last; slot != none; slot = rows_[slot].next_free) {
            if (rows_[slot].sequence != 0 || free_.size() == unused) return false;
            free_.push_back(slot);
        }
        std::reverse(free_.begin(), free_.end());
        return free_.size() == unused;
    }

    std::uint32_t take() {
        if (free_.empty()) {
            rows_.emplace_back();
            return static_cast<std::uint32_t>(rows_.size()) - 1;
        }
        std::uint32_t const slot = free_.back();
        free_.pop_back();
        rows_[slot] = open_order_row{};
        return slot;
    }
    void give_back(std::uint32_t slot) {
        rows_[slot] = open_order_row{};
        rows_[slot].next_free = free_.empty() ? none : free_.back();
        free_.push_back(slot);
    }

  private:
    big_vector<open_order_row> rows_;
    std::vector<std::uint32_t> free_;  // last freed last, as the rows are chained
};

}  // namespace lockstep

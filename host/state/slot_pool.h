// Open orders by slot. A slot is taken by the writer that prepares a block and given back by the
// one that ends it, so that its number depends on the log alone.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "host/state/big_memory.h"
#include "margin/state/open_order.h"

namespace lockstep {

class slot_pool {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    open_order_row& operator[](std::uint32_t slot) { return rows_[slot]; }
    open_order_row const& operator[](std::uint32_t slot) const { return rows_[slot]; }
    big_vector<open_order_row> const& rows() const { return rows_; }

    /// Takes over rows that were written down. False when their free slots do not form one chain:
    /// such rows are no pool's.
    bool adopt(big_vector<open_order_row> rows) {
        rows_ = std::move(rows);
        free_ = none;
        std::vector<char> pointed_at(rows_.size(), 0);
        std::size_t unused = 0;
        for (open_order_row const& row : rows_) {
            if (row.sequence != 0) continue;
            ++unused;
            if (row.next_free == none) continue;
            if (row.next_free >= rows_.size() || pointed_at[row.next_free]) return false;
            pointed_at[row.next_free] = 1;
        }
        for (std::uint32_t slot = 0; slot < rows_.size() && free_ == none; ++slot)
            if (rows_[slot].sequence == 0 && !pointed_at[slot]) free_ = slot;
        std::size_t chained = 0;
        for (std::uint32_t slot = free_; slot != none; slot = rows_[slot].next_free) {
            if (rows_[slot].sequence != 0 || chained++ == unused) return false;
        }
        return chained == unused;
    }

    std::uint32_t take() {
        std::uint32_t slot = free_;
        if (slot == none) {
            slot = static_cast<std::uint32_t>(rows_.size());
            rows_.emplace_back();
        } else {
            free_ = rows_[slot].next_free;
        }
        rows_[slot] = open_order_row{};
        return slot;
    }
    void give_back(std::uint32_t slot) {
        rows_[slot] = open_order_row{};
        rows_[slot].next_free = free_;
        free_ = slot;
    }

  private:
    big_vector<open_order_row> rows_;
    std::uint32_t free_ = none;
};

}  // namespace lockstep

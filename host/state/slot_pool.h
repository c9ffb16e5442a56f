// Open orders by slot. A slot is taken by the writer that prepares a block and given back by the
// one that ends it, so that its number depends on the log alone.
#pragma once

#include <cstdint>
#include <vector>

#include "margin/state/open_order.h"

namespace lockstep {

class slot_pool {
  public:
    static constexpr std::uint32_t none = UINT32_MAX;

    open_order_row& operator[](std::uint32_t slot) { return rows_[slot]; }
    open_order_row const& operator[](std::uint32_t slot) const { return rows_[slot]; }
    std::vector<open_order_row> const& rows() const { return rows_; }

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
    std::vector<open_order_row> rows_;
    std::uint32_t free_ = none;
};

}  // namespace lockstep

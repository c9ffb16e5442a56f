// What a block changed: each row once, by table.
#pragma once

#include <cstdint>
#include <vector>

#include "host/book/order_row.h"

namespace lockstep {

/// In order of their first change; what the root has to hash again.
class dirty_rows {
  public:
    void begin_block() {
        for (std::uint32_t const row : rows_) marked_[row] = false;
        rows_.clear();
    }
    [[gnu::always_inline]] void add(std::uint32_t row) {
        if (row >= marked_.size() || !marked_[row]) add_first(row);
    }
    std::vector<std::uint32_t> const& rows() const { return rows_; }

  private:
    void add_first(std::uint32_t row) {
        if (row >= marked_.size()) marked_.resize(row + row / 2 + 64, false);
        marked_[row] = true;
        rows_.push_back(row);
    }

    std::vector<char> marked_;
    std::vector<std::uint32_t> rows_;
};

/// What of a block's changes stands in books of other ranks: their rows as they are now.
struct far_books {
    struct named_header {
        std::uint32_t book;
        book_header_row row;
    };
    std::vector<named_header> headers;
    std::vector<order_row> orders;  // tagged with their slots
};

struct dirty_tables {
    dirty_rows assets, accounts, listings, positions, pendings, open_orders, books, exchange, keys,
        tiers;
    far_books far;  // on the first rank of a job
    void begin_block() {
        for (dirty_rows* rows : {&assets, &accounts, &listings, &positions, &pendings, &open_orders,
                                 &books, &exchange, &keys, &tiers})
            rows->begin_block();
        far.headers.clear();
        far.orders.clear();
    }
};

}  // namespace lockstep

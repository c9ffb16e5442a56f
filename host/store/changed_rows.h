// Which rows a block changed, as bytes: those of the root's tables, and what the books know of
// their orders. One list serves the store, which writes them, and a replay, which compares them.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "host/block/dirty_rows.h"
#include "host/book/order_row.h"
#include "host/state/engine_state.h"
#include "host/store/format.h"

namespace lockstep {

/// An open order as its book has it. Orders of one level stand in the order of their ranks.
struct book_order_row {
    order_row order;
    std::uint64_t rank;
};
static_assert(sizeof(book_order_row) == 136);
static_assert(std::has_unique_object_representations_v<book_order_row>);

/// What has been seen of the state so far; a block's changes are told against it.
class changed_rows {
  public:
    /// A row as it is now; empty bytes: it is gone.
    using see_row =
        std::function<void(std::uint32_t table, std::uint32_t row, std::string_view bytes)>;

    /// Tells every row that differs from what was seen before, by table and row, and remembers.
    void update(engine_state const& state, dirty_tables const& dirty, see_row const& see);

    /// Takes what a store holds as seen: the state restored from it, its book orders by slot (rank
    /// 0: no order) and the rank given out last.
    void remember(engine_state const& state, std::vector<book_order_row> const& orders,
                  std::uint64_t last_rank);
    std::uint64_t last_rank() const { return last_rank_; }
    /// Of the order in this slot; 0: there is none.
    std::uint64_t rank_of(std::uint32_t slot) const { return orders_[slot].rank; }

  private:
    struct order_mark {
        std::uint64_t digest = 0;
        std::uint64_t rank = 0;  // 0: no order in a book
    };
    void update_books(engine_state const& state, dirty_tables const& dirty, see_row const& see);

    std::vector<std::uint64_t> known_;  // rows, by table
    std::size_t known_books_ = 0;
    std::vector<order_mark> orders_;  // by slot
    std::uint64_t last_rank_ = 0;
};

}  // namespace lockstep

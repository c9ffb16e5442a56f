// The end of a block: what is said of instruments takes effect (marks, fees, suspensions),
// positions pay and are paid, losses that an account cannot carry go to the insurance fund, and
// every account that anything happened to is checked again at the new marks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "host/block/prepare.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// Rows that the block changed, each once; what the root has to hash again.
class dirty_rows {
  public:
    void begin_block() {
        for (std::uint32_t const row : rows_) marked_[row] = false;
        rows_.clear();
    }
    void add(std::uint32_t row) {
        if (row >= marked_.size()) marked_.resize(row + row / 2 + 64, false);
        if (marked_[row]) return;
        marked_[row] = true;
        rows_.push_back(row);
    }
    std::vector<std::uint32_t> const& rows() const { return rows_; }
    /// Puts the rows in ascending order, by what is marked where that is many.
    void sort() {
        if (rows_.size() < marked_.size() / 64) {
            std::sort(rows_.begin(), rows_.end());
            return;
        }
        rows_.clear();
        for (std::uint32_t row = 0; row < marked_.size(); ++row)
            if (marked_[row]) rows_.push_back(row);
    }

  private:
    std::vector<char> marked_;
    std::vector<std::uint32_t> rows_;
};

struct dirty_tables {
    dirty_rows assets, accounts, listings, positions, pendings, open_orders, books, exchange, keys;
    void begin_block() {
        for (dirty_rows* rows : {&assets, &accounts, &listings, &positions, &pendings, &open_orders,
                                 &books, &exchange, &keys})
            rows->begin_block();
    }
};

/// Carries out the block's commands on instruments, in log order.
void apply_to_instruments(engine_state& state, prepared_block& prepared, dirty_tables& dirty);

/// A loss is borne by the account's own promises first: pending transfers out of an account that no
/// longer has the cash for them are voided, the newest first. What its cash then lacks to zero its
/// owner's other accounts of the asset pay from what they have not promised, then the insurance
/// fund, in account order; the rest is booked as deficit. Only payments on positions
/// can take cash below zero, so nobody else is paid. Orders must have been cancelled before.
void cover_losses(engine_state& state, dirty_tables& dirty);

/// Brings requirement, maintenance and gains of the dirty accounts up to date, and says which may
/// only reduce (equity below initial margin) and which are to be liquidated (below maintenance).
void check_accounts(engine_state& state, dirty_tables& dirty);

}  // namespace lockstep

// Accounts and their positions as the books of a block found them. Where postings reach accounts
// while books are still at work, rows are kept as they were before the first one, so that what a
// book asks of an account does not depend on how far the postings are.
#pragma once

#include <cstdint>
#include <unordered_map>

#include "host/state/engine_state.h"
#include "margin/ledger/settle.h"
#include "margin/ledger/transfer.h"
#include "pricing/base/view.h"

namespace lockstep {

class found_accounts {
  public:
    void begin_block() {
        kept_.clear();
        positions_.clear();
    }

    /// Before these entries are posted. An account with free cash has some after every posting too,
    /// and nobody asks how much: only those without any are kept.
    void keep(engine_state const& state, view<settle_entry const> entries) {
        for (settle_entry const& e : entries) {
            std::uint32_t const number = e.account.value;
            account_row const& account = state.accounts[number];
            if (free_cash(account) < 0) kept_.try_emplace(number, account);
            if (e.position != no_position && !kept_.empty() && kept_.contains(number))
                positions_.try_emplace(e.position, state.positions[e.position]);
        }
    }

    account_row const& of(engine_state const& state, std::uint32_t account) const {
        if (kept_.empty()) return state.accounts[account];
        auto const at = kept_.find(account);
        return at == kept_.end() ? state.accounts[account] : at->second;
    }

    /// Of an account without free cash.
    position_row const& position(engine_state const& state, std::uint32_t row) const {
        auto const at = positions_.find(row);
        return at == positions_.end() ? state.positions[row] : at->second;
    }

  private:
    std::unordered_map<std::uint32_t, account_row> kept_;
    std::unordered_map<std::uint32_t, position_row> positions_;
};

}  // namespace lockstep

// Totals that many accounts add to at once, so that admission, which knows one or two of them,
// cannot bound them: the cash of an asset and the open interest of an instrument. Each must fit its
// row. Every command of a block is counted in log order as if it were admitted: that may refuse too
// much, by one block, and the same on every executor.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "host/state/engine_state.h"
#include "pricing/base/checked.h"

namespace lockstep {

class block_room {
  public:
    void begin_block() {
        cash_.clear();
        opening_.clear();
    }

    /// Whether accounts of the asset may together come to hold so much more; counted when so. What
    /// they hold beyond what came in, others owe: the deficit.
    bool take_cash(engine_state const& state, std::uint32_t asset, int128 nanos) {
        if (cash_.size() <= asset) cash_.resize(asset + 1u);
        asset_row const& a = state.assets[asset];
        int128 const total = static_cast<int128>(a.external.nanos) + a.deficit.nanos + cash_[asset];
        if (!fits_int64(total + nanos)) return false;
        cash_[asset] += nanos;
        return true;
    }

    /// Whether an order or a trade of so much may open positions; counted when so. Orders that rest
    /// may all be taken, so they count too. Far from the bound small orders are let through
    /// uncounted: even a block full of them, beside a book full of them, does not bridge the gap.
    bool take_interest(engine_state const& state, std::uint32_t instrument, std::int64_t size) {
        std::int64_t const open = state.listings[instrument].open_interest_nanos;
        if (size < small && open < most / 2) return true;
        auto const [at, first] = opening_.try_emplace(instrument, open);
        if (first)
            for (open_order_row const& order : state.open_orders.rows())
                if (order.instrument.value == instrument) at->second += order.left.size;
        if (at->second + size > most) return false;
        at->second += size;
        return true;
    }

  private:
    static constexpr std::int64_t most = std::int64_t{1} << 62;   // nanos of contracts
    static constexpr std::int64_t small = std::int64_t{1} << 38;  // 2^20 commands, 2^20 orders

    std::vector<int128> cash_;                 // by asset: what may have come in
    std::map<std::uint32_t, int128> opening_;  // by instrument: what may be open
};

}  // namespace lockstep

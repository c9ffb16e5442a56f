// Totals that many accounts add to at once, so that admission, which knows one or two of them,
// cannot bound them: the cash of an asset and the open interest of an instrument. Each must fit its
// row. Every command of a block is counted in log order as if it were admitted: that may refuse too
// much, by one block, and the same on every executor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "host/state/engine_state.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// For the blocks of one exchange, one after the other.
class block_room {
  public:
    void begin_block() {
        cash_.clear();
        ++block_;
    }

    /// Whether accounts of the asset may together come to hold so much more; counted when so. What
    /// they hold beyond what came in, others owe: the deficit.
    bool take_cash(engine_state const& state, std::uint32_t asset, int128 nanos) {
        if (cash_.size() <= asset) cash_.resize(asset + std::size_t{1});
        asset_row const& a = state.assets[asset];
        int128 const total = static_cast<int128>(a.external.nanos) + a.deficit.nanos + cash_[asset];
        if (!fits_int64(total + nanos)) return false;
        cash_[asset] += nanos;
        return true;
    }

    /// Whether an order or a trade of so much may be what opens positions; counted when so. Orders
    /// that are open may all be filled, so they count too. Who only reduces is counted and has
    /// room.
    bool take_interest(engine_state const& state, std::uint32_t instrument, std::int64_t size,
                       bool only_reduces) {
        opening& o = opening_of(state, instrument);
        if (!only_reduces && !fits_int64(o.most + size)) {
            count_again(state, instrument, o);
            if (!fits_int64(o.most + size)) return false;
        }
        o.most += size;
        o.in_block += size;
        return true;
    }

  private:
    /// What may be open of an instrument. It is never less than there is: what goes is found out
    /// only when room is short, once a block.
    struct opening {
        int128 most = 0;
        int128 in_block = 0;  // by the commands of `block`
        std::uint64_t block = 0, counted = 0;
    };

    opening& opening_of(engine_state const& state, std::uint32_t instrument) {
        if (opening_.empty()) learn(state);
        if (opening_.size() <= instrument) opening_.resize(state.listings.size());
        opening& o = opening_[instrument];
        if (o.block != block_) o.in_block = 0;
        o.block = block_;
        return o;
    }
    void learn(engine_state const& state) {
        opening_.resize(state.listings.size());
        for (std::size_t i = 0; i < opening_.size(); ++i)
            opening_[i].most = state.listings[i].open_interest_nanos;
        for (open_order_row const& order : state.open_orders.rows())
            if (order.left.size > 0) opening_[order.instrument.value].most += order.left.size;
    }
    void count_again(engine_state const& state, std::uint32_t instrument, opening& o) {
        if (o.counted == block_) return;
        o.counted = block_;
        o.most = o.in_block + state.listings[instrument].open_interest_nanos;
        for (open_order_row const& order : state.open_orders.rows())
            if (order.instrument.value == instrument) o.most += order.left.size;
    }

    std::uint64_t block_ = 0;
    std::vector<int128> cash_;      // by asset: what may have come in with this block
    std::vector<opening> opening_;  // by instrument
};

}  // namespace lockstep

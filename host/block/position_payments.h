// Payments on the positions of one instrument: everybody is paid, or nobody.
#pragma once

#include <cstdint>

#include "host/block/dirty_rows.h"
#include "host/block/room.h"
#include "host/state/engine_state.h"
#include "margin/ledger/status.h"
#include "pricing/base/checked.h"

namespace lockstep {

/// visit(position, row) for every position of the instrument; `state` may be const.
template <class State, class Visit>
void each_position(State& state, std::uint32_t instrument, Visit&& visit) {
    row_lists const& lists = state.positions_of_listing;
    for (std::uint32_t row = lists.first(instrument); row != row_lists::end; row = lists.after(row))
        visit(state.positions[row], row);
}

/// `each_payment(pay)` calls pay(position, received) for whoever is paid or pays, and says the same
/// when called again. The asset's remainder takes what the payments do not add up to. Nothing is
/// paid when any account would overflow, or all of the asset's together: `room`.
template <class EachPayment>
apply_status pay_positions(engine_state& state, block_room& room, dirty_tables& dirty,
                           std::uint32_t instrument, std::uint64_t sequence,
                           EachPayment&& each_payment) {
    bool overflows = false;
    int128 total = 0, gains = 0;
    each_payment([&](position_row const& p, int128 received) {
        total += received;
        gains += received > 0 ? received : 0;
        overflows = overflows || !fits_int64(received + state.accounts[p.account.value].cash.nanos);
    });
    listing_row& l = state.listings[instrument];
    asset_row& asset = state.assets[l.contract.settle_asset.value];
    checked_int64 const remainder = narrow(asset.remainder.nanos - total);
    if (overflows || remainder.overflowed ||
        !room.take_cash(state, l.contract.settle_asset.value, gains))
        return apply_status::amount_overflows;
    // From here on the payment must succeed.
    each_payment([&](position_row const& p, int128 received) {
        if (received == 0) return;
        account_row& account = state.accounts[p.account.value];
        account.cash.nanos += static_cast<std::int64_t>(received);
        account.sequence = sequence;
        dirty.accounts.add(p.account.value);
    });
    asset.remainder.nanos = remainder.value;
    asset.sequence = sequence;
    dirty.assets.add(l.contract.settle_asset.value);
    l.sequence = sequence;
    dirty.listings.add(instrument);
    return apply_status::applied;
}

}  // namespace lockstep

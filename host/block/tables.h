// The tables of the root that the engine keeps as rows, listed once: who hashes, stores or restores
// them walks this list, so that a table more is a line here.
#pragma once

#include "host/block/dirty_rows.h"
#include "host/block/ledger_root.h"
#include "host/state/engine_state.h"

namespace lockstep {

/// Calls visit(table, rows, rows that the last block changed) for each of them, in the order of
/// their numbers.
template <class Visit>
void visit_tables(engine_state const& state, dirty_tables const& dirty, Visit&& visit) {
    visit(root_table::assets, state.assets, dirty.assets);
    visit(root_table::accounts, state.accounts, dirty.accounts);
    visit(root_table::listings, state.listings, dirty.listings);
    visit(root_table::positions, state.positions, dirty.positions);
    visit(root_table::pendings, state.pendings, dirty.pendings);
    visit(root_table::open_orders, state.open_orders.rows(), dirty.open_orders);
    visit(root_table::exchange, state.exchange, dirty.exchange);
    visit(root_table::keys, state.keys, dirty.keys);
    visit(root_table::tiers, state.tiers, dirty.tiers);
}

/// The same for a state to be filled: calls fill(table, rows). False when the open orders are no
/// pool's.
template <class Fill>
bool fill_tables(engine_state& state, Fill&& fill) {
    fill(root_table::assets, state.assets);
    fill(root_table::accounts, state.accounts);
    fill(root_table::listings, state.listings);
    fill(root_table::positions, state.positions);
    fill(root_table::pendings, state.pendings);
    fill(root_table::exchange, state.exchange);
    fill(root_table::keys, state.keys);
    fill(root_table::tiers, state.tiers);
    big_vector<open_order_row> slots;
    fill(root_table::open_orders, slots);
    return state.open_orders.adopt(std::move(slots));
}

}  // namespace lockstep

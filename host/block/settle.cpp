#include "host/block/settle.h"

#include <algorithm>

namespace lockstep {

namespace {

std::int64_t long_side(position_row const& p) { return p.size.nanos > 0 ? p.size.nanos : 0; }

void post(engine_state& state, settle_entry const& e, dirty_tables& dirty) {
    account_row& account = state.accounts[e.account.value];
    post_to_account(account, e);
    dirty.accounts.add(e.account.value);
    if (e.position == no_position) return;
    position_row& position = state.positions[e.position];
    listing_row& listing = state.listings[position.instrument.value];
    std::int64_t const before = long_side(position);
    post_to_position(account, position, e);
    dirty.positions.add(e.position);
    std::int64_t const change = long_side(position) - before;
    if (change == 0) return;
    listing.open_interest_nanos += change;
    dirty.listings.add(position.instrument.value);
}

void give_back(engine_state& state, std::vector<std::uint32_t> closed) {
    std::sort(closed.begin(), closed.end());
    closed.erase(std::unique(closed.begin(), closed.end()), closed.end());
    for (std::uint32_t const slot : closed) state.open_orders.give_back(slot);
}

}  // namespace

void settle(engine_state& state, match_output const& output, dirty_tables& dirty) {
    for (settle_entry const& e : output.entries) post(state, e, dirty);
    for (std::uint32_t const slot : output.changed_slots) dirty.open_orders.add(slot);
    for (std::uint32_t const book : output.changed_books) dirty.books.add(book);
    for (auto const& [asset, nanos] : output.fees) {
        state.assets[asset].fee_pool.nanos += nanos;
        dirty.assets.add(asset);
    }
}

void free_slots(engine_state& state, prepared_block const& prepared,
                std::vector<match_output> const& outputs) {
    std::vector<std::uint32_t> closed;
    for (match_output const& out : outputs)
        closed.insert(closed.end(), out.closed_slots.begin(), out.closed_slots.end());
    for (prepared_command const& p : prepared.commands)  // taken, but never opened
        if (p.slot != no_row && p.target == no_row && state.open_orders[p.slot].left.size == 0)
            closed.push_back(p.slot);
    give_back(state, std::move(closed));
}

void free_slots(engine_state& state, match_output const& output) {
    give_back(state, output.closed_slots);
}

}  // namespace lockstep

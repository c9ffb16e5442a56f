#include "host/block/settle.h"

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

void give_back(engine_state& state, std::vector<std::uint32_t> closed) {
    std::sort(closed.begin(), closed.end());
    closed.erase(std::unique(closed.begin(), closed.end()), closed.end());
    for (std::uint32_t const slot : closed) state.open_orders.give_back(slot);
}

std::vector<std::uint32_t> closed_slots(std::vector<match_output> const& outputs) {
    std::vector<std::uint32_t> closed;
    for (match_output const& out : outputs)
        closed.insert(closed.end(), out.closed_slots.begin(), out.closed_slots.end());
    return closed;
}

}  // namespace

void settle_step::run(engine_state& state, std::vector<match_output> const& outputs,
                      dirty_tables& dirty) {
    match_output const* only = nullptr;
    std::size_t with_entries = 0;
    for (match_output const& out : outputs) {
        for (std::uint32_t const slot : out.changed_slots) dirty.open_orders.add(slot);
        for (std::uint32_t const book : out.changed_books) dirty.books.add(book);
        for (auto const& [asset, nanos] : out.fees) {
            state.assets[asset].fee_pool.nanos += nanos;
            dirty.assets.add(asset);
        }
        if (out.entries.empty()) continue;
        only = &out;
        ++with_entries;
    }
    if (with_entries == 1) return post(state, view_of(only->entries), dirty);
    entries_.clear();
    for (match_output const& out : outputs)
        entries_.insert(entries_.end(), out.entries.begin(), out.entries.end());
    post(state, view_of(std::as_const(entries_)), dirty);
}

void settle_step::post(engine_state& state, view<settle_entry const> entries, dirty_tables& dirty) {
    open_interest_.resize(entries.size());
    device_.settle(
        {entries, view_of(state.accounts), view_of(state.positions), view_of(open_interest_)});
    for (std::size_t i = 0; i < entries.size(); ++i) {
        settle_entry const& e = entries[i];
        dirty.accounts.add(e.account.value);
        if (e.position == no_position) continue;
        dirty.positions.add(e.position);
        if (open_interest_[i] == 0) continue;
        std::uint32_t const instrument = state.positions[e.position].instrument.value;
        state.listings[instrument].open_interest_nanos += open_interest_[i];
        dirty.listings.add(instrument);
    }
}

void free_slots(engine_state& state, prepared_block const& prepared,
                std::vector<match_output> const& outputs) {
    std::vector<std::uint32_t> closed = closed_slots(outputs);
    for (prepared_command const& p : prepared.commands)  // taken, but never opened
        if (p.slot != no_row && p.target == no_row && state.open_orders[p.slot].left.size == 0)
            closed.push_back(p.slot);
    give_back(state, std::move(closed));
}

void free_slots(engine_state& state, std::vector<match_output> const& outputs) {
    give_back(state, closed_slots(outputs));
}

}  // namespace lockstep

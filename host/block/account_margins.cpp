#include "host/block/account_margins.h"

#include "host/state/prefetch.h"
#include "margin/ledger/payments.h"

namespace lockstep {

void account_margins::update(engine_state const& state, dirty_tables const& dirty) {
    auto const known = static_cast<std::uint32_t>(of_position_.size());
    of_position_.resize(state.positions.size());
    for (std::uint32_t row = known; row < of_position_.size(); ++row) refresh(state, row);
    // Rows are fetched before they are needed: a position, then the account that it names.
    constexpr std::size_t far = 12, near = 5;
    std::vector<std::uint32_t> const& changed = dirty.positions.rows();
    for (std::size_t i = 0; i < changed.size(); ++i) {
        if (i + far < changed.size()) {
            prefetch(&state.positions[changed[i + far]]);
            prefetch(&of_position_[changed[i + far]]);
        }
        if (i + near < changed.size()) {
            std::uint32_t const account = state.positions[changed[i + near]].account.value;
            prefetch(&state.accounts[account]);
            if (account < of_account_.size()) prefetch(&of_account_[account]);
        }
        if (changed[i] < known) refresh(state, changed[i]);
    }
    marks_.resize(state.listings.size());
    std::vector<char> moved(state.listings.size());
    std::vector<std::uint32_t> listings;
    auto const move = [&](std::uint32_t listing) {
        if (moved[listing]) return;
        moved[listing] = true;
        listings.push_back(listing);
    };
    for (std::uint32_t const listing : dirty.listings.rows()) {
        std::int64_t const mark = state.listings[listing].mark.nanos;
        if (marks_[listing] == mark) continue;
        marks_[listing] = mark;
        move(listing);
    }
    for (std::uint32_t const row : dirty.tiers.rows()) move(state.tiers[row].instrument.value);
    // Where much has moved, rows in the order in which they lie cost less than lists of them.
    if (listings.size() * 2 > state.listings.size()) {
        for (std::uint32_t row = 0; row < state.positions.size(); ++row)
            if (moved[state.positions[row].instrument.value]) refresh(state, row);
        return;
    }
    row_lists const& lists = state.positions_of_listing;
    for (std::uint32_t const listing : listings)
        for (std::uint32_t row = lists.first(listing); row != row_lists::end;
             row = lists.after(row))
            refresh(state, row);
}

void account_margins::refresh(engine_state const& state, std::uint32_t row) {
    position_row const& position = state.positions[row];
    listing_row const& listing = state.listings[position.instrument.value];
    std::uint32_t const least = state.accounts[position.account.value].isolated_ppm;
    position_check const now = check_position(listing, state.tiers_of(listing), position, least);
    if (position.account.value >= of_account_.size())
        of_account_.resize(position.account.value + 1);
    account_margin& counted = of_position_[row];
    account_margin& sum = of_account_[position.account.value];
    sum.initial += now.initial - counted.initial;
    sum.maintenance += now.maintenance - counted.maintenance;
    sum.unrealised += now.unrealised - counted.unrealised;
    sum.owed += now.owed - counted.owed;
    counted = {now.initial, now.maintenance, now.unrealised, now.owed};
}

}  // namespace lockstep

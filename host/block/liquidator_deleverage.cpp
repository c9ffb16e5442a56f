// Whom the liquidator closes a position against, when neither the book nor the backstop takes it.
#include <algorithm>

#include "host/block/liquidator.h"
#include "margin/ledger/liquidate.h"

namespace lockstep {

liquidator::holders& liquidator::holders_of(engine_state const& state, std::uint32_t instrument,
                                            bool longs) {
    auto const [at, fresh] = sides_.try_emplace({instrument, longs});
    holders& side = at->second;
    if (!fresh) return side;
    listing_row const& l = state.listings[instrument];
    row_lists const& lists = state.positions_of_listing;
    for (std::uint32_t p = lists.first(instrument); p != row_lists::end; p = lists.after(p)) {
        position_row const& held = state.positions[p];
        if (held.size.nanos == 0 || (held.size.nanos > 0) != longs) continue;
        account_row const& a = state.accounts[held.account.value];
        side.by_rank.push_back(
            {a.owner, liquidation::deleverage_rank(a, l, held), held.account.value, p});
    }
    std::sort(side.by_rank.begin(), side.by_rank.end(), [](holder const& x, holder const& y) {
        return x.rank != y.rank ? x.rank > y.rank : x.account < y.account;
    });
    side.by_owner = side.by_rank;
    std::stable_sort(side.by_owner.begin(), side.by_owner.end(),
                     [](holder const& x, holder const& y) { return x.owner < y.owner; });
    return side;
}

/// The owner's own other leg first, then by rank, then by account.
void liquidator::word_deleveraging(engine_state const& state, std::uint32_t account,
                                   std::uint32_t row) {
    position_row const& position = state.positions[row];
    std::uint32_t const owner = state.accounts[account].owner;
    holders& side = holders_of(state, position.instrument.value, position.size.nanos < 0);
    std::int64_t left = liquidation::magnitude(position.size.nanos);
    std::size_t asked = 0;
    auto const ask = [&](holder const& other) {
        if (word_against(state, other, account, row, left)) ++asked;
        return left > 0 && asked < counterparties_max;
    };
    auto own = std::lower_bound(side.by_owner.begin(), side.by_owner.end(), owner,
                                [](holder const& h, std::uint32_t who) { return h.owner < who; });
    bool const shared = owner != no_owner;  // nobody's accounts have nothing in common
    for (; shared && own != side.by_owner.end() && own->owner == owner; ++own)
        if (!ask(*own)) return;
    auto const is_spent = [&](holder const& h) {
        return taken_[h.position] == liquidation::magnitude(state.positions[h.position].size.nanos);
    };
    while (side.next < side.by_rank.size() && is_spent(side.by_rank[side.next])) ++side.next;
    for (std::size_t i = side.next; i < side.by_rank.size(); ++i)
        if (!(shared && side.by_rank[i].owner == owner) && !ask(side.by_rank[i])) return;
}

/// Closes what is left of the position against a holder of the other side, as far as that one has
/// not been taken yet. False when nothing was.
bool liquidator::word_against(engine_state const& state, holder const& other, std::uint32_t account,
                              std::uint32_t row, std::int64_t& left) {
    position_row const& position = state.positions[row];
    listing_row const& l = state.listings[position.instrument.value];
    account_row const& a = state.accounts[account];
    std::uint32_t const p = other.position;
    std::int64_t const free = liquidation::magnitude(state.positions[p].size.nanos) - taken_[p];
    std::int64_t const size = std::min(left, free);
    if (size <= 0) return false;
    std::int64_t const price =
        takeover_price(a, l, state.tiers_of(l), position, size, fund_.covers(state, account));
    if (price <= 0) return false;
    transaction_row& t = word(transaction_kind::deleverage, account);
    t.counterparty = other.account;
    t.instrument = position.instrument.value;
    t.side = liquidation::closing_side(position);
    t.amount = size;
    t.price = price;
    if (taken_[p] == 0) taken_rows_.push_back(p);
    taken_[p] += size;
    left -= size;
    return true;
}

}  // namespace lockstep

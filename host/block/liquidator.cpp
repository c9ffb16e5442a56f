#include "host/block/liquidator.h"

#include <algorithm>

#include "margin/ledger/liquidate.h"

namespace lockstep {

namespace {

/// Ids of these commands: a half that no client would choose, the block, and a count.
constexpr std::uint64_t id_mark = 0x4c4951554944u;  // "LIQUID"

bool may_be_closed(listing_row const& l) {
    constexpr std::uint32_t stopped =
        listing_flag::suspended | listing_flag::expired | listing_flag::reduce_only;
    return (l.flags & stopped) == 0 && l.mark.nanos > 0;
}

order_side closing_side(position_row const& p) {
    return p.size.nanos > 0 ? order_side::sell : order_side::buy;
}

/// A holder of the other side.
struct opposite {
    bool same_owner;
    std::int64_t rank;
    std::uint32_t account;
    std::uint32_t position;
    /// The owner's own other leg first, then by rank, then by account.
    bool goes_before(opposite const& b) const {
        if (same_owner != b.same_owner) return same_owner;
        if (rank != b.rank) return rank > b.rank;
        return account < b.account;
    }
};

}  // namespace

bool liquidator::worded(transaction_row const& t) { return t.id.high == id_mark; }

void liquidator::consider(engine_state const& state, std::uint32_t account) {
    if (state.accounts[account].flags & account_flag::liquidating)
        under_water_.insert(account);
    else
        under_water_.erase(account);
}

void liquidator::look_at_all(engine_state const& state) {
    under_water_.clear();
    for (std::uint32_t row = 0; row < state.accounts.size(); ++row) consider(state, row);
}

void liquidator::look_at(engine_state const& state, dirty_tables const& dirty) {
    for (std::uint32_t const row : dirty.accounts.rows()) consider(state, row);
}

std::vector<transaction_row> liquidator::commands(engine_state const& state) {
    words_.clear();
    backstop_spent_ = 0;
    taken_.resize(state.positions.size(), 0);
    std::vector<std::uint32_t> turn(under_water_.lower_bound(next_), under_water_.end());
    turn.insert(turn.end(), under_water_.begin(), under_water_.lower_bound(next_));
    if (turn.size() > accounts_per_block) turn.resize(accounts_per_block);
    next_ = turn.empty() ? 0 : turn.back() + 1;
    for (std::uint32_t const account : turn) word_account(state, account);
    for (std::uint32_t const row : taken_rows_) taken_[row] = 0;
    taken_rows_.clear();
    return std::move(words_);
}

void liquidator::word_account(engine_state const& state, std::uint32_t account) {
    account_row const& a = state.accounts[account];
    // Open orders go first: they hold cash, and could open more.
    if (a.open_orders > 0) return void(word(state, transaction_kind::mass_cancel, account));
    switch (liquidation::stage_of(a, {})) {
        case liquidation::stage::none: return;
        case liquidation::stage::order: return word_order(state, account);
        case liquidation::stage::takeover: return word_takeovers(state, account);
    }
}

/// One step of the position that goes before the others.
void liquidator::word_order(engine_state const& state, std::uint32_t account) {
    account_row const& a = state.accounts[account];
    std::uint32_t best = row_lists::end;
    liquidation::candidate first{};
    row_lists const& lists = state.positions_of_account;
    for (std::uint32_t p = lists.first(account); p != row_lists::end; p = lists.after(p)) {
        position_row const& position = state.positions[p];
        listing_row const& l = state.listings[position.instrument.value];
        if (position.size.nanos == 0 || !may_be_closed(l)) continue;
        liquidation::candidate const c{l.contract.kind == instrument_kind::option,
                                       check_position(l, position).maintenance,
                                       position.instrument.value};
        if (c.maintenance == 0) continue;  // closing it would release nothing
        if (best != row_lists::end && !liquidation::goes_before(c, first)) continue;
        best = p;
        first = c;
    }
    if (best == row_lists::end) return;
    position_row const& position = state.positions[best];
    listing_row const& l = state.listings[position.instrument.value];
    std::int64_t const size = liquidation::step_size(l, position, {});
    std::int64_t price = liquidation::bankruptcy_price(a, l, position, size);
    // The book takes no price beyond the band: a nearer one is no worse for the account.
    price_band const band = band_of(l);
    if (closing_side(position) == order_side::sell && price < band.low)
        price = (band.low + l.tick.nanos - 1) / l.tick.nanos * l.tick.nanos;
    if (closing_side(position) == order_side::buy && price > band.high)
        price = band.high - band.high % l.tick.nanos;
    if (price <= 0) return;
    transaction_row& t = word(state, transaction_kind::liquidate, account);
    t.instrument = position.instrument.value;
    t.side = closing_side(position);
    t.amount = size;
    t.price = price;
}

/// Every position at once, each at a price by its share of what is left.
void liquidator::word_takeovers(engine_state const& state, std::uint32_t account) {
    account_row const& a = state.accounts[account];
    asset_row const& asset = state.assets[a.asset.value];
    row_lists const& lists = state.positions_of_account;
    for (std::uint32_t p = lists.first(account); p != row_lists::end; p = lists.after(p)) {
        position_row const& position = state.positions[p];
        listing_row const& l = state.listings[position.instrument.value];
        if (position.size.nanos == 0 || !may_be_closed(l)) continue;
        std::int64_t const size = liquidation::magnitude(position.size.nanos);
        std::int64_t const price = takeover_price(a, l, position, size, asset.insurance_fund);
        if (price <= 0) continue;
        if (asset.backstop != 0 && asset.backstop != account + std::uint64_t{1}) {
            account_row const& backstop = state.accounts[asset.backstop - 1];
            order_side const other =
                closing_side(position) == order_side::buy ? order_side::sell : order_side::buy;
            order_reserve reserve{};
            bool const fits = !reserve_parts(l, other, false, size, price, reserve).overflowed &&
                              free_cash(backstop) >=
                                  static_cast<int128>(backstop_spent_) + reserve.position.nanos;
            if (fits) {
                backstop_spent_ += reserve.position.nanos;
                transaction_row& t = word(state, transaction_kind::take_over, account);
                t.counterparty = backstop.number;
                t.instrument = position.instrument.value;
                t.side = closing_side(position);
                t.amount = size;
                t.price = price;
                continue;
            }
        }
        word_deleveraging(state, account, p);
    }
}

void liquidator::word_deleveraging(engine_state const& state, std::uint32_t account,
                                   std::uint32_t row) {
    position_row const& position = state.positions[row];
    listing_row const& l = state.listings[position.instrument.value];
    account_row const& a = state.accounts[account];
    asset_row const& asset = state.assets[a.asset.value];
    std::vector<opposite> others;
    row_lists const& lists = state.positions_of_listing;
    for (std::uint32_t p = lists.first(position.instrument.value); p != row_lists::end;
         p = lists.after(p)) {
        position_row const& held = state.positions[p];
        if (held.size.nanos == 0 || (held.size.nanos > 0) == (position.size.nanos > 0)) continue;
        account_row const& holder = state.accounts[held.account.value];
        others.push_back({holder.owner == a.owner, liquidation::deleverage_rank(holder, l, held),
                          holder.number, p});
    }
    std::size_t const most = std::min(others.size(), counterparties_max);
    std::partial_sort(others.begin(), others.begin() + static_cast<std::ptrdiff_t>(most),
                      others.end(), [](auto const& x, auto const& y) { return x.goes_before(y); });
    std::int64_t left = liquidation::magnitude(position.size.nanos);
    for (std::size_t i = 0; i < most && left > 0; ++i) {
        std::uint32_t const p = others[i].position;
        std::int64_t const free = liquidation::magnitude(state.positions[p].size.nanos) - taken_[p];
        std::int64_t const size = std::min(left, free);
        if (size <= 0) continue;
        std::int64_t const price = takeover_price(a, l, position, size, asset.insurance_fund);
        if (price <= 0) return;
        transaction_row& t = word(state, transaction_kind::deleverage, account);
        t.counterparty = others[i].account;
        t.instrument = position.instrument.value;
        t.side = closing_side(position);
        t.amount = size;
        t.price = price;
        taken_[p] += size;
        taken_rows_.push_back(p);
        left -= size;
    }
}

transaction_row& liquidator::word(engine_state const& state, transaction_kind kind,
                                  std::uint32_t account) {
    transaction_row& t = words_.emplace_back();
    t.kind = kind;
    t.account = account;
    t.id = {.low = (state.blocks + 1) << 24 | words_.size(), .high = id_mark};
    return t;
}

}  // namespace lockstep

#include "host/block/liquidator.h"

#include <algorithm>

#include "host/block/asset_payments.h"
#include "host/block/kinds.h"
#include "host/book/command.h"
#include "margin/ledger/liquidate.h"

namespace lockstep {

namespace {

/// Ids of these commands: a half that no client would choose, the block, and a count.
constexpr std::uint64_t id_mark = 0x4c4951554944u;  // "LIQUID"

struct closing_step {
    std::int64_t size, price;
};

/// The worst price for closing `size` that the book takes: beyond the band a nearer one is no worse
/// for the account.
std::int64_t worst_price(account_row const& a, listing_row const& l, tier_row const* tiers,
                         position_row const& p, std::int64_t size) {
    std::int64_t const price =
        liquidation::bankruptcy_price(a, l, tiers, p, size, liquidation::part::alone,
                                      most_fee(l, notional(l, size, l.mark.nanos, rounding::up)));
    price_band const band = band_of(l);
    if (liquidation::closing_side(p) == order_side::sell && price < band.low)
        return tick_above(l, band.low);
    if (liquidation::closing_side(p) == order_side::buy && price > band.high)
        return tick_below(l, band.high);
    return price;
}

/// One step, or as much of it as one order may be for.
std::int64_t order_size(listing_row const& l, position_row const& p) {
    std::int64_t const step = liquidation::step_size(l, p, {});
    std::int64_t const most = book_limits{}.quantity_max;  // lots
    return step / l.lot.nanos > most ? most * l.lot.nanos : step;
}

/// One step of a position through the book. An option is bought back with cash: as much of it as
/// there is cash for. Size zero when there is none for a lot.
closing_step affordable_step(account_row const& a, listing_row const& l, tier_row const* tiers,
                             position_row const& p) {
    std::int64_t size = order_size(l, p);
    bool const buys_back = l.contract.kind == instrument_kind::option && p.size.nanos < 0;
    int128 const cash = unreserved_cash(a);
    for (int tries = 0; size > 0 && tries < 4; ++tries) {
        std::int64_t const price = worst_price(a, l, tiers, p, size);
        if (price <= 0) break;
        if (!buys_back || premium(size, price, rounding::up) <= cash) return {size, price};
        int128 const bought = cash > 0 ? cash * nanos_per_unit / price : 0;
        std::int64_t const lots = narrow(bought).value / l.lot.nanos;
        size = std::min(lots * l.lot.nanos, size - l.lot.nanos);
    }
    return {0, 0};
}

}  // namespace

bool liquidator::worded(transaction_row const& t) {
    bool const is_step =
        has_trait(t.kind, kind_trait::liquidates) || t.kind == transaction_kind::mass_cancel;
    return is_step && t.id.high == id_mark;
}

std::size_t liquidator::place_among(std::span<transaction_row const> own) {
    std::size_t place = own.size();
    while (place > 0 && (own[place - 1].flags & transaction_flag::linked) != 0) --place;
    return place;
}

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

/// All of them. Where they are more than a block may have, the number of blocks says which: then
/// nobody waits for ever behind those who stay under water because nobody takes the other side.
std::vector<std::uint32_t> liquidator::whose_turn(engine_state const& state) const {
    std::vector<std::uint32_t> turn(under_water_.begin(), under_water_.end());
    if (turn.size() <= accounts_per_block) return turn;
    std::size_t const first = state.blocks % turn.size() * accounts_per_block % turn.size();
    std::rotate(turn.begin(), turn.begin() + static_cast<std::ptrdiff_t>(first), turn.end());
    turn.resize(accounts_per_block);
    return turn;
}

std::vector<transaction_row> liquidator::commands(engine_state const& state,
                                                  std::span<transaction_row const> own) {
    words_.clear();
    fund_.begin_block();
    backstop_spent_ = 0;
    backstop_holds_.clear();
    taken_.resize(state.positions.size(), 0);
    for (std::uint32_t const account : whose_turn(state)) word_account(state, account);
    word_socialisation(state);
    for (std::uint32_t const row : taken_rows_) taken_[row] = 0;
    taken_rows_.clear();
    sides_.clear();
    name_words(state, own);
    return std::move(words_);
}

/// Ids that nobody has used, not even a client who has guessed which would come.
void liquidator::name_words(engine_state const& state, std::span<transaction_row const> own) {
    std::set<std::uint64_t> taken;
    for (transaction_row const& t : own)
        if (t.id.high == id_mark) taken.insert(t.id.low);
    client_id next{.low = (state.blocks + 1) << 24, .high = id_mark};
    for (transaction_row& t : words_) {
        do {
            ++next.low;
        } while (taken.contains(next.low) || state.find_place(next) != hash_index::absent);
        t.id = next;
    }
}

void liquidator::word_account(engine_state const& state, std::uint32_t account) {
    account_row const& a = state.accounts[account];
    // Open orders go first: they hold cash, and could open more.
    if (a.open_orders > 0) return void(word(transaction_kind::mass_cancel, account));
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
        tier_row const* const tiers = state.tiers_of(l);
        if (position.size.nanos == 0 || !may_be_closed(l, state.time)) continue;
        liquidation::candidate const c{l.contract.kind == instrument_kind::option,
                                       check_position(l, tiers, position).maintenance,
                                       position.instrument.value};
        if (c.maintenance == 0) continue;  // closing it would release nothing
        if (best != row_lists::end && !liquidation::goes_before(c, first)) continue;
        if (affordable_step(a, l, tiers, position).size == 0) continue;
        best = p;
        first = c;
    }
    if (best == row_lists::end) return;
    position_row const& position = state.positions[best];
    listing_row const& l = state.listings[position.instrument.value];
    auto const [size, price] = affordable_step(a, l, state.tiers_of(l), position);
    transaction_row& t = word(transaction_kind::liquidate, account);
    t.instrument = position.instrument.value;
    t.side = liquidation::closing_side(position);
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
        if (position.size.nanos == 0 || !may_be_closed(l, state.time)) continue;
        std::int64_t const size = liquidation::magnitude(position.size.nanos);
        std::int64_t const price =
            takeover_price(a, l, state.tiers_of(l), position, size, fund_.covers(state, account));
        if (price <= 0) continue;
        if (asset.backstop != 0 && asset.backstop != account + std::uint64_t{1}) {
            std::uint32_t const backstop = state.accounts[asset.backstop - 1].number;
            if (backstop_carries(state, backstop, position, price)) {
                transaction_row& t = word(transaction_kind::take_over, account);
                t.counterparty = backstop;
                t.instrument = position.instrument.value;
                t.side = liquidation::closing_side(position);
                t.amount = size;
                t.price = price;
                continue;
            }
        }
        word_deleveraging(state, account, p);
    }
}

/// Whether the backstop's free cash, less what it spends on commands of this block already, is
/// enough for the whole position; if so it is spent.
bool liquidator::backstop_carries(engine_state const& state, std::uint32_t backstop,
                                  position_row const& position, std::int64_t price) {
    std::uint32_t const instrument = position.instrument.value;
    listing_row const& l = state.listings[instrument];
    tier_row const* const tiers = state.tiers_of(l);
    bool const buys = position.size.nanos > 0;
    order_side const side = buys ? order_side::buy : order_side::sell;
    std::int64_t const size = liquidation::magnitude(position.size.nanos);
    auto const [at, fresh] = backstop_holds_.try_emplace({backstop, instrument});
    position_row& held = at->second;
    std::uint32_t const row = state.find_position(backstop, instrument);
    if (fresh && row != hash_index::absent) held = state.positions[row];
    order_reserve reserve{};
    if (exposure_overflows(l, held, size) || closing_overflows(l, held, side, size, price))
        return false;
    if (reserve_parts(l, reserved_rate(l, tiers, 0), side, false, size, price, reserve).overflowed)
        return false;
    int128 const needed = static_cast<int128>(backstop_spent_) + reserve.position.nanos +
                          added_margin(l, tiers, held, side, size, price, 0);
    if (free_cash(state.accounts[backstop]) < needed) return false;
    backstop_spent_ = narrow(needed).value;
    (buys ? held.open_buy : held.open_sell).nanos += size;
    return true;
}

/// What the fund could not pay is asked of the winners of the last settlement.
void liquidator::word_socialisation(engine_state const& state) {
    for (std::uint32_t asset = 0; asset < state.assets.size(); ++asset) {
        std::int64_t const deficit = state.assets[asset].deficit.nanos;
        if (deficit == 0 || gains_of(state, {asset}) == 0) continue;
        transaction_row& t = word(transaction_kind::socialise, 0);
        t.asset = asset;
        t.amount = deficit;
    }
}

transaction_row& liquidator::word(transaction_kind kind, std::uint32_t account) {
    transaction_row& t = words_.emplace_back();
    t.kind = kind;
    t.account = account;
    return t;
}

}  // namespace lockstep

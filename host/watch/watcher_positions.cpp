// What the ledger tells a watch of positions: that one has another size or entry price, or that it
// has come or gone. Only what has changed is looked at again.
#include <algorithm>
#include <tuple>

#include "host/watch/watcher.h"
#include "margin/entry_value.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

std::uint32_t hash_of_holding(holding_row const& held) {
    return hash_of(held.account.value, held.instrument.value);
}

}  // namespace

/// What a position adds to its set's entry constant. Nothing has no entry price.
int128 watcher::cost_of(instrument_row const& contract, holding_row const& held) {
    if (contract.kind == instrument_kind::option || held.size.nanos == 0) return 0;
    return wide_entry_nanos(contract.settle, held.size, held.entry);
}

void watcher::index_holdings() {
    holdings_ = hash_index();
    for (std::uint32_t row = 0; row < held_.positions.size(); ++row)
        holdings_.insert(hash_of_holding(held_.positions[row]), row);
}

/// The row of it, or hash_index::absent.
std::uint32_t watcher::holding(account_id account, instrument_id instrument) const {
    return holdings_.find(hash_of(account.value, instrument.value), [&](std::uint32_t row) {
        holding_row const& held = held_.positions[row];
        return held.account == account && held.instrument == instrument;
    });
}

holding_row const* watcher::held_by(account_id account, instrument_id instrument) const {
    std::uint32_t const row = holding(account, instrument);
    return row == hash_index::absent ? nullptr : &held_.positions[row];
}

/// The row, or a new one where it is absent, says this from now on. Of a size of zero it goes, and
/// the last one takes its place.
void watcher::hold(std::uint32_t row, holding_row const& now) {
    std::vector<holding_row>& rows = held_.positions;
    std::uint32_t const hash = hash_of_holding(now);
    if (row == hash_index::absent) {
        holdings_.insert(hash, static_cast<std::uint32_t>(rows.size()));
        rows.push_back(now);
    } else if (now.size.nanos != 0) {
        rows[row] = now;
    } else {
        auto const last = static_cast<std::uint32_t>(rows.size() - 1);
        holdings_.erase(hash, row);
        if (row != last) {
            std::uint32_t const moved = hash_of_holding(rows[last]);
            holdings_.erase(moved, last);
            holdings_.insert(moved, row);
            rows[row] = rows[last];
        }
        rows.pop_back();
    }
}

/// A pool stays when its last position goes, so that what is said of it then is heard.
void watcher::keep_pool(account_id account, asset_id asset) {
    for (cash_row const& row : held_.cash)
        if (row.account == account && row.asset == asset) return;
    held_.cash.push_back({account, asset, {0}});
}

watcher::place watcher::place_of(account_id account, instrument_id instrument) const {
    asset_id const asset = market_.listed().instruments[instrument.value].settle_asset;
    std::uint32_t const book = market_.books().of_instrument[instrument.value];
    auto const [p, has_pool] = pool_of(account, asset);
    // Sets of a pool lie in order of their books, positions of a set in that of the instruments.
    std::uint32_t s = basis_[p].set_begin;
    while (has_pool && s < pools_[p].set_end && sets_.rule[s] < book) ++s;
    if (!has_pool || s == pools_[p].set_end || sets_.rule[s] != book)
        return {p, s, sets_.begin[s], has_pool, false, false};
    auto const first = sets_.instrument.begin() + sets_.begin[s];
    auto const last = sets_.instrument.begin() + sets_.begin[s + 1];
    auto const at = std::lower_bound(first, last, instrument.value);
    return {p,    s,    static_cast<std::uint32_t>(at - sets_.instrument.begin()),
            true, true, at != last && *at == instrument.value};
}

/// A set without positions, in a pool that is there. Whoever calls puts something into it.
void watcher::open_set(place const& at, std::uint32_t book) {
    std::uint32_t const s = at.set;
    pool_row const& pool = pools_[at.pool];
    sets_.sets.insert(sets_.sets.begin() + s, {pool.account, pool.asset, book, 0, 0});
    sets_.begin.insert(sets_.begin.begin() + s, sets_.begin[s]);
    sets_.lot_exponent.insert(sets_.lot_exponent.begin() + s, lot_exponent_coarsest);
    sets_.rule.insert(sets_.rule.begin() + s, book);
    pool_of_set_.insert(pool_of_set_.begin() + s, at.pool);
    feed_reasons_.insert(feed_reasons_.begin() + s, 0);
    for (std::size_t p = at.pool; p < pools_.size(); ++p) {
        if (p > at.pool) ++pools_[p].set_begin;
        ++pools_[p].set_end;
        ++basis_[p + 1].set_begin;
    }
    if (pool.set_end - pool.set_begin == 2)
        pools_of_several_.insert(
            std::lower_bound(pools_of_several_.begin(), pools_of_several_.end(), at.pool), at.pool);
    screen_.open(s);
}

/// Writes a position into its set, takes it out (no lots) or writes it anew, and the others of the
/// set in lots of the exponent.
void watcher::put(place const& at, instrument_id instrument, std::int64_t lots,
                  std::uint8_t exponent) {
    auto const was = static_cast<std::int64_t>(power_of_ten(sets_.lot_exponent[at.set]));
    auto const now = static_cast<std::int64_t>(power_of_ten(exponent));
    for (std::uint32_t p = sets_.begin[at.set]; was != now && p < sets_.begin[at.set + 1]; ++p)
        if (!at.is_taken || p != at.position) sets_.lots[p] = sets_.lots[p] * was / now;
    sets_.lot_exponent[at.set] = exponent;
    int const more = (lots != 0 ? 1 : 0) - (at.is_taken ? 1 : 0);
    if (more > 0) {
        sets_.instrument.insert(sets_.instrument.begin() + at.position, instrument.value);
        sets_.lots.insert(sets_.lots.begin() + at.position, lots);
    } else if (more < 0) {
        sets_.instrument.erase(sets_.instrument.begin() + at.position);
        sets_.lots.erase(sets_.lots.begin() + at.position);
    } else {
        sets_.lots[at.position] = lots;
    }
    auto const by = static_cast<std::uint32_t>(more);  // wraps round, and back
    for (std::size_t s = at.set + 1; more != 0 && s < sets_.begin.size(); ++s) sets_.begin[s] += by;
    pools_[at.pool].positions += by;
    reside_again(at.set, at.set + 1);
    screen_.change(at.set, instrument.value, more);
    look_at_feeds(at.set);
}

/// A position comes, goes or changes without a look at anybody else's. A set that has lost its last
/// one stays, asks for nothing, and goes when the book is put together again. False, and nothing is
/// changed, where the book has to be put together again: a sum has left 64 bits.
bool watcher::change_in_place(place const& at, holding_row const& from, holding_row const& to) {
    instrument_row const& contract = market_.listed().instruments[to.instrument.value];
    netting_set const set = at.has_set ? sets_.sets[at.set] : netting_set{};
    pool_row const held = at.has_pool ? pools_[at.pool] : pool_row{};
    if (set.entry_overflowed != 0 || (held.flags & account_flag::overflowed) != 0) return false;
    int128 const entry = cost_of(contract, to) - cost_of(contract, from);
    if (!fits_int64(set.entry_nanos + entry) || !fits_int64(held.entry.nanos + entry)) return false;
    // From here on it changes.
    if (!at.has_pool) open_pool(at.pool, to.account, contract.settle_asset);
    if (!at.is_taken && to.size.nanos == 0) return true;  // it is not counted, nor was it before
    if (!at.has_set) open_set(at, market_.books().of_instrument[to.instrument.value]);
    std::uint8_t exponent = common_lot_exponent(lot_exponent_coarsest, to.size.nanos);
    auto const lot_nanos = static_cast<std::int64_t>(power_of_ten(sets_.lot_exponent[at.set]));
    for (std::uint32_t p = sets_.begin[at.set]; p < sets_.begin[at.set + 1]; ++p)
        if (!at.is_taken || p != at.position)
            exponent = common_lot_exponent(exponent, sets_.lots[p] * lot_nanos);
    sets_.sets[at.set].entry_nanos += static_cast<std::int64_t>(entry);
    pools_[at.pool].entry.nanos += static_cast<std::int64_t>(entry);
    put(at, to.instrument, to.size.nanos / static_cast<std::int64_t>(power_of_ten(exponent)),
        exponent);
    return true;
}

/// Whether the position is counted, and why not, from now on; and what that says of its pool.
void watcher::set_fault(std::uint32_t pool, holding_row const& held, position_fault fault) {
    std::vector<excluded_position>& excluded = sets_.excluded;
    asset_id const asset = pools_[pool].asset;
    auto const key = [&](account_id account, instrument_id instrument) {
        return std::tuple(account.value, market_.books().of_instrument[instrument.value],
                          instrument.value);
    };
    auto const before = [&](excluded_position const& row, auto const& wanted) {
        return key(row.account, row.instrument) < wanted;
    };
    auto at = std::lower_bound(excluded.begin(), excluded.end(), key(held.account, held.instrument),
                               before);
    if (at != excluded.end() && at->account == held.account && at->instrument == held.instrument)
        at = excluded.erase(at);
    if (fault != position_fault::none)
        excluded.insert(at, {held.account, held.instrument, asset, fault, held.size});
    auto row = std::lower_bound(excluded.begin(), excluded.end(),
                                std::tuple(held.account.value, 0u, 0u), before);
    bool is_without = false;
    for (; row != excluded.end() && row->account == held.account; ++row)
        is_without |= row->asset == asset;
    pools_[pool].flags &= ~account_flag::position_not_valued;
    if (is_without) pools_[pool].flags |= account_flag::position_not_valued;
    basis_[pool] = basis_of(pools_[pool]);
}

tick_report watcher::apply(position_command const& command) {
    std::uint32_t const row = holding(command.account, command.instrument);
    bool const is_held = row != hash_index::absent;
    holding_row const now{command.account, command.instrument, command.size, command.entry};
    if (!is_held && now.size.nanos == 0) return {};
    instrument_row const& contract = market_.listed().instruments[now.instrument.value];
    position_fault const fault =
        now.size.nanos == 0 ? position_fault::none : fault_of(contract, now);
    // What is not counted is for the sets as if it were not there.
    holding_row const nothing{command.account, command.instrument, {0}, {0}};
    place const at = place_of(command.account, command.instrument);
    bool const in_place = change_in_place(at, at.is_taken ? held_.positions[row] : nothing,
                                          fault == position_fault::none ? now : nothing);
    if (in_place) set_fault(at.pool, now, fault);
    if (now.size.nanos == 0) keep_pool(command.account, contract.settle_asset);
    hold(row, now);
    if (!in_place) return regroup();
    reach_pool(at.pool);
    return check_reached({});
}

}  // namespace lockstep

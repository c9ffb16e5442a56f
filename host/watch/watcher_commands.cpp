// What the ledger tells a watch: cash and positions that have changed, and the settlement of
// instruments that have expired, whose holders are paid in cash and hold them no more.
#include <algorithm>
#include <map>
#include <utility>

#include "host/watch/watcher.h"
#include "margin/entry_value.h"
#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

/// Without a price that it was entered at, what a future has gained is not known.
bool can_be_paid(instrument_row const& row, holding_row const& held) {
    return row.kind == instrument_kind::option || held.entry.nanos > 0;
}

/// What one holder receives, in nanos of the settle asset, rounded down.
checked_int64 payment(instrument_row const& row, holding_row const& held, price delivery) {
    if (row.kind != instrument_kind::option)
        return narrow(wide_entry_nanos(row.settle, held.size, held.entry) +
                      wide_entry_nanos(row.settle, {-held.size.nanos}, delivery));
    int128 const at = delivery.nanos;
    int128 const gain =
        row.type == option_type::put ? row.strike.nanos - at : at - row.strike.nanos;
    int128 const paid = gain > 0 ? held.size.nanos * gain : 0;
    bool const inverse = row.settle == settlement::inverse;
    return narrow(divide(paid, inverse ? at : int128{nanos_per_unit}, rounding::down));
}

/// A sum has overflowed once any part of it has.
checked_int64 sum_of(checked_int64 a, checked_int64 b) {
    checked_int64 const sum = checked_add(a.value, b.value);
    return {sum.value, sum.overflowed || a.overflowed || b.overflowed};
}

}  // namespace

std::pair<std::uint32_t, std::uint32_t> watcher::pools_of(account_id account) const {
    return {pool_of_account_[account.value], pool_of_account_[account.value + 1]};
}

/// A new book of the same accounts. What is said of a pool is compared by account and asset.
tick_report watcher::regroup() {
    std::vector<pool_row> const pools = std::move(pools_);
    std::vector<pool_verdict> const before = std::move(verdicts_);
    group();
    check_all();
    tick_report report;
    report.sets_checked = sets_.sets.size();
    std::size_t old = 0;
    for (std::uint32_t p = 0; p < pools_.size(); ++p) {
        auto const key = [](pool_row const& row) {
            return std::pair(row.account.value, row.asset.value);
        };
        while (old < pools.size() && key(pools[old]) < key(pools_[p])) ++old;
        bool const known = old < pools.size() && key(pools[old]) == key(pools_[p]);
        pool_verdict const was = known ? before[old] : pool_verdict{};
        if (was.says != verdicts_[p].says || was.near != verdicts_[p].near)
            report.changes.push_back({p, was.says, was.near});
    }
    return report;
}

void watcher::set_cash(account_id account, asset_id asset, money amount) {
    cash_overflowed_.erase({account.value, asset.value});
    bool found = false;
    for (cash_row& row : held_.cash) {
        if (!(row.account == account) || !(row.asset == asset)) continue;
        row.amount = found ? money{0} : amount;
        found = true;
    }
    if (!found) held_.cash.push_back({account, asset, amount});
}

/// With all of its sets, which may be behind.
void watcher::reach_pool(std::uint32_t pool) {
    pool_row const& row = pools_[pool];
    if (row.set_begin == row.set_end) return reached_.take_pool(pool);
    std::vector<std::uint8_t>& marks = reached_.cleared_marks(sets_.sets.size());
    std::fill(marks.begin() + row.set_begin, marks.begin() + row.set_end, std::uint8_t{1});
    reached_.take_marked(pool_of_set_);
}

tick_report watcher::apply(cash_command const& command) {
    set_cash(command.account, command.asset, command.amount);
    for (std::uint32_t p = pools_of(command.account).first; p < pools_of(command.account).second;
         ++p) {
        if (!(pools_[p].asset == command.asset)) continue;
        pools_[p].cash = command.amount;
        basis_[p] = basis_of(pools_[p]);
        reach_pool(p);
        return check_reached({});
    }
    return regroup();
}

holding_row* watcher::holding(account_id account, instrument_id instrument) {
    for (holding_row& row : held_.positions)
        if (row.account == account && row.instrument == instrument) return &row;
    return nullptr;
}

/// A pool stays when its last position goes, so that what is said of it then is heard.
void watcher::keep_pool(account_id account, asset_id asset) {
    for (cash_row const& row : held_.cash)
        if (row.account == account && row.asset == asset) return;
    held_.cash.push_back({account, asset, {0}});
}

/// Nothing when it is not counted.
std::optional<watcher::place> watcher::place_of(holding_row const& held) const {
    asset_id const asset = market_.listed().instruments[held.instrument.value].settle_asset;
    for (auto [p, last] = pools_of(held.account); p < last; ++p) {
        if (!(pools_[p].asset == asset)) continue;
        for (std::uint32_t s = pools_[p].set_begin; s < pools_[p].set_end; ++s)
            for (std::uint32_t i = sets_.begin[s]; i < sets_.begin[s + 1]; ++i)
                if (sets_.instrument[i] == held.instrument.value) return place{p, s, i};
    }
    return std::nullopt;
}

/// What is held already and goes on being held, in the lots of its set, changes where it stands.
/// False, and nothing is changed, where the book has to be put together again.
bool watcher::resize(place const& at, holding_row const& from, holding_row const& to) {
    instrument_row const& contract = market_.listed().instruments[to.instrument.value];
    std::uint8_t const lot = sets_.lot_exponent[at.set];
    std::uint8_t common = common_lot_exponent(lot_exponent_coarsest, to.size.nanos);
    auto const lot_nanos = static_cast<std::int64_t>(power_of_ten(lot));
    for (std::uint32_t p = sets_.begin[at.set]; p < sets_.begin[at.set + 1]; ++p)
        if (p != at.position) common = common_lot_exponent(common, sets_.lots[p] * lot_nanos);
    netting_set& set = sets_.sets[at.set];
    pool_row& pool = pools_[at.pool];
    bool const whole = set.entry_overflowed == 0 && (pool.flags & account_flag::overflowed) == 0;
    if (to.size.nanos == 0 || common != lot || !whole ||
        fault_of(contract, to) != position_fault::none)
        return false;
    int128 entry = 0;  // what it adds to what the others have cost
    if (contract.kind != instrument_kind::option)
        entry = wide_entry_nanos(contract.settle, to.size, to.entry) -
                wide_entry_nanos(contract.settle, from.size, from.entry);
    if (!fits_int64(set.entry_nanos + entry) || !fits_int64(pool.entry.nanos + entry)) return false;
    // From here on it changes.
    set.entry_nanos += static_cast<std::int64_t>(entry);
    pool.entry.nanos += static_cast<std::int64_t>(entry);
    sets_.lots[at.position] = to.size.nanos / lot_nanos;
    resident_->change_lots(at.position, sets_.lots[at.position]);
    screen_.change(at.set, at.position);
    basis_[at.pool] = basis_of(pool);
    return true;
}

tick_report watcher::apply(position_command const& command) {
    holding_row* const held = holding(command.account, command.instrument);
    holding_row const now{command.account, command.instrument, command.size, command.entry};
    if (held != nullptr) {
        std::optional<place> const at = place_of(*held);
        if (at && resize(*at, *held, now)) {
            *held = now;
            reach_pool(at->pool);
            return check_reached({});
        }
    }
    if (held != nullptr)
        keep_pool(command.account,
                  market_.listed().instruments[command.instrument.value].settle_asset);
    if (held != nullptr) {
        *held = now;
    } else {
        held_.positions.push_back(now);
    }
    std::erase_if(held_.positions, [](holding_row const& row) { return row.size.nanos == 0; });
    return regroup();
}

tick_report watcher::apply(settle_command const& command) {
    std::map<std::uint32_t, price> delivered;
    for (settle_command::delivery const& d : command.deliveries)
        delivered[d.instrument.value] = d.at;
    // Payments are added up first: one pass over the cash does for all of them.
    std::map<std::pair<std::uint32_t, std::uint32_t>, checked_int64> paid;  // by account and asset
    std::erase_if(held_.positions, [&](holding_row const& held) {
        auto const found = delivered.find(held.instrument.value);
        if (found == delivered.end()) return false;
        instrument_row const& row = market_.listed().instruments[held.instrument.value];
        if (!can_be_paid(row, held)) return false;  // stays, and its pool is withheld
        checked_int64& due = paid[{held.account.value, row.settle_asset.value}];
        due = sum_of(due, payment(row, held, found->second));
        return true;
    });
    if (paid.empty()) return {};
    for (cash_row& cash : held_.cash) {
        auto const due = paid.find({cash.account.value, cash.asset.value});
        if (due == paid.end()) continue;
        checked_int64 const sum = sum_of({cash.amount.nanos, false}, due->second);
        cash.amount.nanos = sum.value;
        if (sum.overflowed) cash_overflowed_.insert(due->first);
        paid.erase(due);
    }
    for (auto const& [to, amount] : paid) {
        held_.cash.push_back({{to.first}, {to.second}, {amount.value}});
        if (amount.overflowed) cash_overflowed_.insert(to);
    }
    return regroup();
}

}  // namespace lockstep

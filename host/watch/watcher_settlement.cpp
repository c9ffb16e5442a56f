// Settlement of instruments that have expired: their holders are paid in cash and hold them no
// more. Only those who are paid are looked at again.
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

/// The rows of what is settled and can be paid, rising; and the sets that they are counted in, each
/// once, rising.
void watcher::find_settled(std::vector<std::uint8_t> const& settled,
                           std::vector<std::uint32_t>& rows,
                           std::vector<std::uint32_t>& sets) const {
    for (std::uint32_t i = 0; i < settled.size(); ++i) {
        if (settled[i] == 0) continue;
        screen_.each_holder(i, [&](std::uint32_t set) {
            sets.push_back(set);
            rows.push_back(holding(sets_.sets[set].account, {i}));
        });
    }
    for (excluded_position const& row : sets_.excluded) {
        if (settled[row.instrument.value] == 0) continue;
        std::uint32_t const held = holding(row.account, row.instrument);
        if (can_be_paid(market_.listed().instruments[row.instrument.value], held_.positions[held]))
            rows.push_back(held);  // else it stays, and its pool is withheld
    }
    std::sort(rows.begin(), rows.end());
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
}

/// One pass over the cash does for all payments.
void watcher::pay(payments paid) {
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
}

/// Takes the instruments out of the sets, each of which holds one of them. What is left of a set
/// may lie in coarser lots.
void watcher::take_out(std::vector<std::uint8_t> const& instruments,
                       std::vector<std::uint32_t> const& sets) {
    auto next = sets.begin();
    std::uint32_t kept = sets_.begin[sets.front()];
    for (std::uint32_t s = sets.front(); s < sets_.sets.size(); ++s) {
        std::uint32_t const first = std::exchange(sets_.begin[s], kept), last = sets_.begin[s + 1];
        for (std::uint32_t p = first; p < last; ++p) {
            if (instruments[sets_.instrument[p]] != 0) continue;
            sets_.instrument[kept] = sets_.instrument[p];
            sets_.lots[kept++] = sets_.lots[p];
        }
        if (next == sets.end() || *next != s) continue;
        ++next;
        use_coarsest_lots(s, kept);
    }
    sets_.begin.back() = kept;
    sets_.instrument.resize(kept);
    sets_.lots.resize(kept);
    screen_.drop(instruments, sets);
    reside_again(sets.front(), sets.back() + 1);
    for (std::uint32_t const s : sets) look_at_feeds(s);
}

/// Of the set whose positions end before `end`.
void watcher::use_coarsest_lots(std::uint32_t set, std::uint32_t end) {
    auto const was = static_cast<std::int64_t>(power_of_ten(sets_.lot_exponent[set]));
    std::uint8_t exponent = lot_exponent_coarsest;
    for (std::uint32_t p = sets_.begin[set]; p < end; ++p)
        exponent = common_lot_exponent(exponent, sets_.lots[p] * was);
    auto const now = static_cast<std::int64_t>(power_of_ten(exponent));
    for (std::uint32_t p = sets_.begin[set]; p < end; ++p)
        sets_.lots[p] = sets_.lots[p] * was / now;
    sets_.lot_exponent[set] = exponent;
}

/// What a counted position cost is no longer part of its set and pool. False where a sum has left
/// 64 bits: the book has to be put together again.
bool watcher::release(place const& at, holding_row const& held) {
    if (!at.is_taken) return false;
    netting_set& set = sets_.sets[at.set];
    pool_row& pool = pools_[at.pool];
    if (set.entry_overflowed != 0 || (pool.flags & account_flag::overflowed) != 0) return false;
    int128 const cost = cost_of(market_.listed().instruments[held.instrument.value], held);
    if (!fits_int64(set.entry_nanos - cost) || !fits_int64(pool.entry.nanos - cost)) return false;
    set.entry_nanos -= static_cast<std::int64_t>(cost);
    pool.entry.nanos -= static_cast<std::int64_t>(cost);
    return true;
}

/// The same of what its pool is paid.
bool watcher::receive(std::uint32_t pool, checked_int64 due) {
    checked_int64 const sum = sum_of({pools_[pool].cash.nanos, false}, due);
    pools_[pool].cash.nanos = sum.value;
    return !sum.overflowed;
}

tick_report watcher::apply(settle_command const& command) {
    std::vector<instrument_row> const& listed = market_.listed().instruments;
    std::vector<std::uint8_t> settled(listed.size(), 0);
    std::vector<price> delivered(listed.size());
    for (settle_command::delivery const& d : command.deliveries) {
        settled[d.instrument.value] = 1;
        delivered[d.instrument.value] = d.at;
    }
    std::vector<std::uint32_t> rows, sets;
    find_settled(settled, rows, sets);
    if (rows.empty()) return {};
    payments paid;
    bool in_place = true;
    for (std::uint32_t const row : rows) {
        holding_row const& held = held_.positions[row];
        instrument_row const& of = listed[held.instrument.value];
        checked_int64& due = paid[{held.account.value, of.settle_asset.value}];
        due = sum_of(due, payment(of, held, delivered[held.instrument.value]));
        in_place = in_place && release(place_of(held.account, held.instrument), held);
    }
    std::vector<std::uint32_t> pools;
    for (auto const& [to, due] : paid) {
        pools.push_back(pool_of({to.first}, {to.second}).first);
        in_place = in_place && receive(pools.back(), due);
    }
    for (std::size_t i = rows.size(); i-- > 0;) {  // from the last: it takes the place of what goes
        holding_row const held = held_.positions[rows[i]];
        hold(rows[i], {held.account, held.instrument, {0}, {0}});
    }
    pay(std::move(paid));
    if (!in_place) return regroup();
    take_out(settled, sets);
    std::vector<std::uint8_t>& marks = reached_.cleared_marks(sets_.sets.size());
    for (std::uint32_t const p : pools) {
        pool_row& pool = pools_[p];
        pool.positions = sets_.begin[pool.set_end] - sets_.begin[pool.set_begin];
        basis_[p] = basis_of(pool);
        std::fill(marks.begin() + pool.set_begin, marks.begin() + pool.set_end, std::uint8_t{1});
    }
    reached_.take_marked(pool_of_set_);
    return check_reached({});
}

}  // namespace lockstep

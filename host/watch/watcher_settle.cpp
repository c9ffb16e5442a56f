// Settlement of instruments that have expired, as a watch needs it: what its holders are paid
// becomes cash, and their positions are gone.
#include <map>
#include <utility>

#include "host/watch/watcher.h"

namespace lockstep {

namespace {

/// What one holder receives, in nanos of the settle asset, rounded down.
int128 payment(instrument_row const& row, holding_row const& held, price delivery) {
    int128 const size = held.size.nanos, at = delivery.nanos;
    bool const inverse = row.settle == settlement::inverse;
    if (row.kind == instrument_kind::option) {
        int128 const gain =
            row.type == option_type::put ? row.strike.nanos - at : at - row.strike.nanos;
        int128 const paid = gain > 0 ? size * gain : 0;
        return divide(paid, inverse ? at : int128{nanos_per_unit}, rounding::down);
    }
    int128 const entry = entry_nanos(row.settle, held.size, held.entry).value;
    int128 const exit = inverse ? divide(-size * nanos_per_unit, at, rounding::down)
                                : divide(size * at, nanos_per_unit, rounding::down);
    return entry + exit;
}

}  // namespace

tick_report watcher::apply(settle_command const& command) {
    std::map<std::uint32_t, price> delivered;
    for (settle_command::delivery const& d : command.deliveries)
        delivered[d.instrument.value] = d.at;
    // Payments are added up first: one pass over the cash does for all of them.
    std::map<std::pair<std::uint32_t, std::uint32_t>, int128> paid;  // by account and asset
    std::erase_if(held_.positions, [&](holding_row const& held) {
        auto const found = delivered.find(held.instrument.value);
        if (found == delivered.end()) return false;
        instrument_row const& row = market_.listed().instruments[held.instrument.value];
        paid[{held.account.value, row.settle_asset.value}] += payment(row, held, found->second);
        return true;
    });
    if (paid.empty()) return {};
    for (cash_row& cash : held_.cash) {
        auto const due = paid.find({cash.account.value, cash.asset.value});
        if (due == paid.end()) continue;
        cash.amount.nanos = narrow(cash.amount.nanos + due->second).value;
        paid.erase(due);
    }
    for (auto const& [to, amount] : paid)
        held_.cash.push_back({{to.first}, {to.second}, {narrow(amount).value}});
    return regroup();
}

}  // namespace lockstep

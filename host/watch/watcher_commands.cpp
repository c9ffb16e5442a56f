// What the ledger tells a watch of cash. Positions and settlement have files of their own.
#include <algorithm>
#include <utility>

#include "host/watch/watcher.h"

namespace lockstep {

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
    auto const [p, is_there] = pool_of(command.account, command.asset);
    if (!is_there) open_pool(p, command.account, command.asset);
    pools_[p].cash = command.amount;
    basis_[p] = basis_of(pools_[p]);
    reach_pool(p);
    return check_reached({});
}

}  // namespace lockstep

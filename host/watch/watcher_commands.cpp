// What the ledger tells a watch of cash; and the book put together again, where nothing less will
// do. Positions and settlement have files of their own.
#include <algorithm>
#include <utility>

#include "host/watch/watcher.h"

namespace lockstep {

std::pair<std::uint32_t, std::uint32_t> watcher::pools_of(account_id account) const {
    return {pool_of_account_[account.value], pool_of_account_[account.value + 1]};
}

/// The account's pool in the asset, and whether there is one; else where it would be.
std::pair<std::uint32_t, bool> watcher::pool_of(account_id account, asset_id asset) const {
    auto [p, last] = pools_of(account);
    while (p < last && pools_[p].asset.value < asset.value) ++p;
    return {p, p < last && pools_[p].asset == asset};
}

/// Without cash and sets, and nothing has been said of it.
void watcher::open_pool(std::uint32_t p, account_id account, asset_id asset) {
    pool_row pool{};
    pool.account = account;
    pool.asset = asset;
    pool.set_begin = pool.set_end = basis_[p].set_begin;
    pools_.insert(pools_.begin() + p, pool);
    basis_.insert(basis_.begin() + p, basis_of(pool));
    verdicts_.insert(verdicts_.begin() + p, pool_verdict{});
    for (std::size_t a = account.value + 1; a < pool_of_account_.size(); ++a) ++pool_of_account_[a];
    for (std::size_t s = pool.set_begin; s < pool_of_set_.size(); ++s) ++pool_of_set_[s];
    for (std::uint32_t& several : pools_of_several_)
        if (several >= p) ++several;
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

/// Their places may be others too, and all behind them.
void watcher::reside_again(std::size_t first, std::size_t last) {
    resident_->change(sets_.batch(), first, last);
    for (std::size_t k = 0; k < checks_.size(); ++k) checks_[k] = resident_->answer(k);
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

// The book of a watch: its positions in sets, its sets in pools, put together when it begins and
// where nothing less will do.
#include <algorithm>
#include <utility>

#include "host/watch/watcher.h"

namespace lockstep {

namespace {

std::uint16_t reasons_of_pool(pool_row const& pool) {
    std::uint16_t reasons = 0;
    if ((pool.flags & account_flag::position_not_valued) != 0)
        reasons |= withheld_reason::position_is_not_counted;
    if ((pool.flags & account_flag::overflowed) != 0) reasons |= withheld_reason::amount_overflowed;
    return reasons;
}

}  // namespace

watcher::watcher(market listed, portfolio held, margin_preset const& preset,
                 feed_limits const& limits, backend& device)
    : device_(device),
      limits_(limits),
      market_(std::move(listed), preset, limits, device),
      held_(std::move(held)) {
    index_holdings();
    group();
    check_all();
}

void watcher::group() {
    market const& listed = market_.listed();
    resident_.reset();  // its columns are about to change
    // Every instrument takes part: without a price it withholds the verdict of its holders.
    std::vector<std::uint8_t> const takes_part(listed.instruments.size(), 1);
    std::size_t const accounts = held_.accounts.size();
    sets_ = group_positions(listed, market_.books(), accounts, held_.positions, takes_part);
    pools_ = build_pools(accounts, held_.cash, sets_);
    pool_of_set_.resize(sets_.sets.size());
    pool_of_account_.assign(accounts + 1, 0);
    for (std::uint32_t p = 0; p < pools_.size(); ++p) {
        ++pool_of_account_[pools_[p].account.value + 1];
        for (std::uint32_t s = pools_[p].set_begin; s < pools_[p].set_end; ++s) pool_of_set_[s] = p;
    }
    for (std::size_t a = 0; a < accounts; ++a) pool_of_account_[a + 1] += pool_of_account_[a];
    pools_of_several_.clear();
    for (std::uint32_t p = 0; p < pools_.size(); ++p)
        if (pools_[p].set_end - pools_[p].set_begin > 1) pools_of_several_.push_back(p);
    basis_.clear();
    for (pool_row const& pool : pools_) basis_.push_back(basis_of(pool));
    basis_.push_back({0, static_cast<std::uint32_t>(sets_.sets.size()), 0});
    screen_.take(sets_, listed.instruments.size());
    behind_ = false;
    feed_reasons_.assign(sets_.sets.size(), 0);
    resident_ = device_.reside(sets_.batch(), market_.moves());
    checks_.clear();
    for (std::size_t k = 0; k < market_.moves(); ++k) checks_.push_back(resident_->answer(k));
    verdicts_.assign(pools_.size(), pool_verdict{});
}

watcher::pool_basis watcher::basis_of(pool_row const& pool) const {
    pool_basis basis{0, pool.set_begin, reasons_of_pool(pool)};
    if (cash_overflowed_.contains({pool.account.value, pool.asset.value}))
        basis.reasons |= withheld_reason::amount_overflowed;
    if (std::binary_search(held_.incomplete.begin(), held_.incomplete.end(), pool.account,
                           [](account_id a, account_id b) { return a.value < b.value; }))
        basis.reasons |= withheld_reason::record_is_rejected;
    if (!held_.models.empty()) {
        std::uint8_t const model = held_.models[pool.account.value];
        if (model != model_of_the_run && model != 0)
            basis.reasons |= withheld_reason::model_is_not_watched;
    }
    basis.own = fitted(int128{pool.cash.nanos} + pool.entry.nanos, basis.reasons).nanos;
    return basis;
}

/// Their places may be others too, and all behind them.
void watcher::reside_again(std::size_t first, std::size_t last) {
    resident_->change(sets_.batch(), first, last);
    for (std::size_t k = 0; k < checks_.size(); ++k) checks_[k] = resident_->answer(k);
}

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

}  // namespace lockstep

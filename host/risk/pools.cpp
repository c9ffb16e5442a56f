#include "host/risk/pools.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "pricing/base/quantise.h"

namespace lockstep {

namespace {

constexpr std::pair<std::uint32_t, std::string_view> flag_names[] = {
    {account_flag::liquidatable, "liquidatable"},
    {account_flag::initial_breach, "initial_breach"},
    {account_flag::overflowed, "overflowed"},
    {account_flag::position_not_valued, "position_not_valued"},
    {account_flag::asset_without_price, "asset_without_price"},
    {account_flag::record_rejected, "record_rejected"},
    {account_flag::model_does_not_serve, "model_does_not_serve"},
};

bool is_dollar(std::string_view asset) {
    constexpr std::array<std::string_view, 6> dollars{"USD",  "USDC", "USDT",
                                                      "USDE", "DAI",  "FDUSD"};
    return std::find(dollars.begin(), dollars.end(), asset) != dollars.end();
}

/// Cash added up by account and asset, in that order.
std::vector<cash_row> merged(std::vector<cash_row> cash, std::vector<bool>& overflowed) {
    std::stable_sort(cash.begin(), cash.end(), [](cash_row const& a, cash_row const& b) {
        return std::pair(a.account.value, a.asset.value) <
               std::pair(b.account.value, b.asset.value);
    });
    std::vector<cash_row> sums;
    for (cash_row const& row : cash) {
        if (sums.empty() || !(sums.back().account == row.account) ||
            !(sums.back().asset == row.asset)) {
            sums.push_back(row);
            overflowed.push_back(false);
            continue;
        }
        checked_money const sum = add(sums.back().amount, row.amount);
        sums.back().amount = sum.value;
        if (sum.overflowed) overflowed.back() = true;
    }
    return sums;
}

/// Adds to a 64-bit amount and flags the pool when that leaves the range.
void accumulate(money& amount, std::int64_t more, std::uint32_t& flags) {
    checked_int64 const sum = checked_add(amount.nanos, more);
    amount.nanos = sum.value;
    if (sum.overflowed) flags |= account_flag::overflowed;
}

/// Account and asset, in the order that pools lie in.
using pool_key = std::pair<std::uint32_t, std::uint32_t>;

/// The key of row `i`, or one past all keys at the end.
template <class RowT>
pool_key key_at(std::vector<RowT> const& rows, std::size_t i) {
    constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
    if (i == rows.size()) return {none, none};
    return {rows[i].account.value, rows[i].asset.value};
}

std::uint32_t flags_of(position_fault fault) {
    return account_flag::position_not_valued |
           (fault == position_fault::size_is_too_large ? account_flag::overflowed : 0);
}

}  // namespace

void append_flags(std::string& out, std::uint32_t flags) {
    bool first = true;
    for (auto const& [bit, name] : flag_names) {
        if ((flags & bit) == 0) continue;
        if (!first) out += ' ';
        out += name;
        first = false;
    }
}

asset_prices prices_of_assets(market const& market) {
    asset_prices prices;
    for (std::string const& asset : market.assets) {
        std::int64_t nanos = is_dollar(asset) ? nanos_per_unit : -1;
        for (underlying_row const& underlying : market.underlyings) {
            if (nanos >= 0 || underlying.name != asset) continue;
            checked_int64 const index =
                quantise_nearest(underlying.index, static_cast<double>(nanos_per_unit));
            if (!index.overflowed && index.value > 0) nanos = index.value;
        }
        prices.push_back(nanos);
    }
    return prices;
}

int128 to_usd(int128 amount_nanos, std::int64_t price_nanos, rounding direction) {
    return price_nanos < 0 ? 0 : divide(amount_nanos * price_nanos, nanos_per_unit, direction);
}

/// Whole units and the rest are converted apart.
int128 wide_to_usd(int128 sum_nanos, std::int64_t price_nanos, rounding direction) {
    if (price_nanos < 0) return 0;
    return sum_nanos / nanos_per_unit * price_nanos +
           to_usd(sum_nanos % nanos_per_unit, price_nanos, direction);
}

asset_prices prices_after(market const& market, asset_prices const& prices,
                          std::function<double(underlying_row const&)> const& move) {
    asset_prices moved = prices;
    for (std::size_t a = 0; a < moved.size(); ++a)
        for (underlying_row const& u : market.underlyings)
            if (u.name == market.assets[a] && prices[a] > 0)
                moved[a] = quantise_nearest(static_cast<double>(prices[a]), 1.0 + move(u)).value;
    return moved;
}

std::vector<pool_row> build_pools(std::size_t accounts, std::vector<cash_row> const& cash,
                                  netting_sets const& sets) {
    std::vector<bool> cash_overflowed;
    std::vector<cash_row> const sums = merged(cash, cash_overflowed);
    std::vector<pool_row> pools;
    pools.reserve(std::max(sums.size(), accounts));
    std::size_t cash_at = 0, set_at = 0, excluded_at = 0;
    for (;;) {
        pool_key const key = std::min(
            {key_at(sums, cash_at), key_at(sets.sets, set_at), key_at(sets.excluded, excluded_at)});
        if (key == key_at(sums, sums.size())) break;
        pool_row pool{};
        pool.account = {key.first};
        pool.asset = {key.second};
        if (key_at(sums, cash_at) == key) {
            pool.cash = sums[cash_at].amount;
            if (cash_overflowed[cash_at]) pool.flags |= account_flag::overflowed;
            ++cash_at;
        }
        pool.set_begin = static_cast<std::uint32_t>(set_at);
        for (; key_at(sets.sets, set_at) == key; ++set_at) {
            pool.positions += sets.begin[set_at + 1] - sets.begin[set_at];
            accumulate(pool.entry, sets.sets[set_at].entry_nanos, pool.flags);
            if (sets.sets[set_at].entry_overflowed != 0) pool.flags |= account_flag::overflowed;
        }
        pool.set_end = static_cast<std::uint32_t>(set_at);
        for (; key_at(sets.excluded, excluded_at) == key; ++excluded_at)
            pool.flags |= flags_of(sets.excluded[excluded_at].fault);
        pools.push_back(pool);
    }
    return pools;
}

void judge_pools(std::span<pool_row> pools, std::span<set_amounts const> amounts) {
    tbb::parallel_for(std::size_t{0}, pools.size(), [&](std::size_t i) {
        pool_row& pool = pools[i];
        pool.value = pool.initial_margin = pool.maintenance_margin = money{};
        for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s) {
            accumulate(pool.value, amounts[s].value, pool.flags);
            accumulate(pool.initial_margin, amounts[s].initial_margin, pool.flags);
            accumulate(pool.maintenance_margin, amounts[s].maintenance_margin, pool.flags);
            if (amounts[s].overflowed) pool.flags |= account_flag::overflowed;
        }
        checked_int64 const equity =
            narrow(int128{pool.cash.nanos} + pool.entry.nanos + pool.value.nanos);
        pool.equity.nanos = equity.value;
        if (equity.overflowed) pool.flags |= account_flag::overflowed;
        if (pool.equity < pool.maintenance_margin) pool.flags |= account_flag::liquidatable;
        if (pool.equity < pool.initial_margin) pool.flags |= account_flag::initial_breach;
    });
}

std::vector<account_summary> build_accounts(std::size_t accounts, std::span<pool_row const> pools,
                                            std::span<account_id const> incomplete,
                                            asset_prices const& prices) {
    std::vector<account_summary> rows(accounts, account_summary{});
    for (account_id const account : incomplete)
        rows[account.value].flags |= account_flag::record_rejected;
    std::uint32_t next = 0;
    for (std::size_t a = 0; a < accounts; ++a) {
        account_summary& row = rows[a];
        row.pool_begin = next;
        for (; next < pools.size() && pools[next].account.value == a; ++next) {
            pool_row const& pool = pools[next];
            std::int64_t const price = prices[pool.asset.value];
            row.flags |= pool.flags;
            if (price < 0) row.flags |= account_flag::asset_without_price;
            row.equity_usd.nanos += to_usd(pool.equity.nanos, price, rounding::down);
            row.initial_margin_usd.nanos += to_usd(pool.initial_margin.nanos, price, rounding::up);
            row.maintenance_margin_usd.nanos +=
                to_usd(pool.maintenance_margin.nanos, price, rounding::up);
            row.distance_down = std::min(row.distance_down, pool.distance_down);
            row.distance_up = std::min(row.distance_up, pool.distance_up);
        }
        row.pool_end = next;
    }
    return rows;
}

}  // namespace lockstep

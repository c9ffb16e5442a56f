#include "host/risk/overview.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

namespace lockstep {

namespace {

/// The `top` accounts that `wanted` admits, ordered by `key` (smallest first), then by id.
template <class WantedT, class KeyT>
std::vector<std::uint32_t> ranked(std::vector<account_summary> const& accounts, std::size_t top,
                                  WantedT const& wanted, KeyT const& key) {
    std::vector<std::uint32_t> ids;
    for (std::uint32_t a = 0; a < accounts.size(); ++a)
        if (wanted(accounts[a])) ids.push_back(a);
    auto const before = [&](std::uint32_t a, std::uint32_t b) {
        auto const key_a = key(accounts[a]), key_b = key(accounts[b]);
        return key_a != key_b ? key_a < key_b : a < b;
    };
    std::size_t const kept = std::min(top, ids.size());
    std::partial_sort(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(kept), ids.end(),
                      before);
    ids.resize(kept);
    ids.shrink_to_fit();
    return ids;
}

void add_flags(run_counts& counts, account_summary const& account) {
    auto const has = [&](std::uint32_t flag) -> std::uint64_t {
        return (account.flags & flag) != 0;
    };
    counts.liquidatable += has(account_flag::liquidatable);
    counts.initial_breach += has(account_flag::initial_breach);
    counts.overflowed += has(account_flag::overflowed);
    counts.position_not_valued += has(account_flag::position_not_valued);
    counts.asset_without_price += has(account_flag::asset_without_price);
    counts.record_rejected += has(account_flag::record_rejected);
    counts.model_does_not_serve += has(account_flag::model_does_not_serve);
}

void add_pools(overview& all, market const& market, asset_prices const& prices,
               std::vector<pool_row> const& pools) {
    all.assets.resize(market.assets.size());
    for (std::size_t a = 0; a < market.assets.size(); ++a) {
        all.assets[a].name = market.assets[a];
        all.assets[a].price_nanos = prices[a];
    }
    for (pool_row const& pool : pools) {
        asset_total& total = all.assets[pool.asset.value];
        ++total.pools;
        total.cash += pool.cash.nanos;
        total.entry += pool.entry.nanos;
        total.value += pool.value.nanos;
        total.equity += pool.equity.nanos;
        total.initial_margin += pool.initial_margin.nanos;
        total.maintenance_margin += pool.maintenance_margin.nanos;
    }
}

void add_scatter(overview& all, std::vector<account_summary> const& accounts) {
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> bins;
    for (account_summary const& account : accounts) {
        if (account.initial_margin_usd.nanos <= 0) continue;
        ++bins[{bin_of(account.equity_usd.nanos), bin_of(account.initial_margin_usd.nanos)}];
    }
    for (auto const& [bin, count] : bins)
        all.scatter.push_back({middle_of_bin(bin.first), middle_of_bin(bin.second), count});
}

}  // namespace

std::int32_t nearest_distance(account_summary const& account) {
    return std::min(account.distance_down, account.distance_up);
}

std::uint32_t bin_of(int128 usd_nanos) {
    if (usd_nanos < nanos_per_unit) return 0;
    auto const nanos = static_cast<std::uint64_t>(narrow(usd_nanos).value);
    // The octave is the place of the leading bit of the amount in units of 1/4 USD (so that two
    // bits follow it), the quarter is those two bits.
    std::uint64_t const quarters = nanos / (nanos_per_unit / 4);
    auto const octave = static_cast<std::uint32_t>(std::bit_width(quarters)) - 3;
    auto const quarter = static_cast<std::uint32_t>((quarters >> octave) & 3);
    return 1 + octave * 4 + quarter;
}

double middle_of_bin(std::uint32_t bin) {
    if (bin == 0) return 0;
    std::uint32_t const octave = (bin - 1) / 4, quarter = (bin - 1) % 4;
    return static_cast<double>(std::uint64_t{1} << octave) * (1 + (quarter + 0.5) / 4);
}

void add_accounts(overview& all, market const& market, asset_prices const& prices,
                  std::vector<pool_row> const& pools, std::vector<account_summary> const& accounts,
                  std::size_t top) {
    add_pools(all, market, prices, pools);
    for (account_summary const& account : accounts) {
        add_flags(all.counts, account);
        all.usd.equity += account.equity_usd.nanos;
        all.usd.initial_margin += account.initial_margin_usd.nanos;
        all.usd.maintenance_margin += account.maintenance_margin_usd.nanos;
        bool holds = false;
        for (std::uint32_t p = account.pool_begin; p < account.pool_end; ++p)
            holds |= pools[p].positions > 0;
        all.counts.accounts_with_positions += holds ? 1 : 0;
    }
    all.counts.accounts = accounts.size();
    all.counts.pools = pools.size();
    auto const under_water = [](account_summary const& a) {
        return (a.flags & account_flag::liquidatable) != 0;
    };
    all.largest = ranked(
        accounts, top, [](account_summary const& a) { return a.initial_margin_usd.nanos > 0; },
        [](account_summary const& a) { return -a.initial_margin_usd.nanos; });
    all.nearest = ranked(
        accounts, top,
        [&](account_summary const& a) {
            bool const known = (a.flags & account_flag::overflowed) == 0;
            return known && !under_water(a) && nearest_distance(a) != no_distance;
        },
        nearest_distance);
    all.under_water = ranked(accounts, top, under_water,
                             [](account_summary const& a) { return a.excess_maintenance(); });
    add_scatter(all, accounts);
}

}  // namespace lockstep

// What a watch must say, computed from nothing: the whole book valued and margined again.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "host/margin/preset.h"
#include "host/watch/watcher.h"
#include "tests/contract/backends.h"

namespace lockstep {

inline margin_preset const& test_preset() {
    static margin_preset const loaded = load_preset("deribit_pm");
    return loaded;
}

/// Every instrument valued and every set margined again, in full rows, by the plainest backend.
inline std::vector<check_row> margined_from_nothing(watcher const& watch, std::size_t move) {
    marked_market const& now = watch.market_now();
    auto const plain = plainest_backend();
    book_rules rules = make_rules(now.preset(), now.listed(), now.books(), 0);
    for (std::size_t b = 0; b < rules.rules.size(); ++b) {
        book_row const& book = now.books().rows[b];
        rules.rules[b] =
            rules_of_book(now.preset(), now.listed(), book, now.index_time(book.underlying.value),
                          watch_moves_ppm[move] / 1e6);
    }
    risk_table table(now.inputs().size(), rules.scenarios());
    compute_arrays(now.inputs(), rules, watch_moves_ppm[move] / 1e6, *plain, table.matrix());
    std::vector<margin_row> rows(watch.sets().sets.size());
    plain->margin(
        {watch.sets().batch(), table.matrix(), view_of(std::as_const(rules.rules)), view_of(rows)});
    std::vector<check_row> checks;
    for (margin_row const& row : rows) checks.push_back(check_of(row));
    return checks;
}

/// The verdicts in words of the definition: sums, comparisons, feeds looked up one by one.
inline pool_verdict expected_verdict(watcher const& watch,
                                     std::vector<std::vector<check_row>> const& at,
                                     pool_row const& pool) {
    pool_verdict v{};
    std::vector<std::int64_t> equity(at.size()), maintenance(at.size());
    for (std::size_t k = 0; k < at.size(); ++k) {
        equity[k] = pool.cash.nanos + pool.entry.nanos;
        maintenance[k] = 0;
        for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s) {
            equity[k] += at[k][s].value.nanos;
            maintenance[k] += at[k][s].maintenance_margin.nanos;
            if (k == 0) v.initial_margin.nanos += at[k][s].initial_margin.nanos;
        }
    }
    v.equity = {equity[0]};
    v.maintenance_margin = {maintenance[0]};
    if ((pool.flags & account_flag::position_not_valued) != 0)
        v.reasons |= withheld_reason::position_is_not_counted;
    for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s) {
        if (at[0][s].flags != 0) v.reasons |= withheld_reason::instrument_is_quarantined;
        for (std::uint32_t p = watch.sets().begin[s]; p < watch.sets().begin[s + 1]; ++p) {
            std::uint16_t const bits[] = {0, withheld_reason::feed_is_stale,
                                          withheld_reason::instrument_has_expired,
                                          withheld_reason::instrument_is_quarantined};
            v.reasons |=
                bits[static_cast<int>(watch.market_now().feeds()[watch.sets().instrument[p]])];
        }
    }
    if (v.reasons != 0) {
        v.says = verdict::withheld;
        return v;
    }
    v.says = equity[0] < v.initial_margin.nanos ? verdict::reduce_only : verdict::safe;
    if (equity[0] < maintenance[0]) {
        v.says = verdict::liquidatable;
        v.near = band::breached;
        return v;
    }
    auto const dies = [&](std::size_t k) { return equity[k] < maintenance[k]; };
    if (dies(1) || dies(2)) v.near = band::within_5;
    if (dies(3) || dies(4)) v.near = band::within_3;
    if (dies(5) || dies(6)) v.near = band::within_1;
    return v;
}

/// What is decided as it stands, what all lack in sum, and every amount once caught up.
inline void expect_as_from_nothing(watcher& watch) {
    std::vector<std::vector<check_row>> at;
    for (std::size_t k = 0; k < watch_moves_ppm.size(); ++k)
        at.push_back(margined_from_nothing(watch, k));
    asset_prices const prices = prices_of_assets(watch.market_now().listed());
    int128 shortfall = 0, loss = 0;
    watch_counts pools;
    for (std::size_t p = 0; p < watch.pools().size(); ++p) {
        pool_verdict const& says = watch.verdicts()[p];
        pool_verdict const wanted = expected_verdict(watch, at, watch.pools()[p]);
        ASSERT_EQ(says.says, wanted.says) << "pool " << p;
        ASSERT_EQ(says.near, wanted.near) << "pool " << p;
        ASSERT_EQ(says.reasons, wanted.reasons) << "pool " << p;
        for (std::size_t bit = 0; bit < withheld_reason::count; ++bit)
            if ((wanted.reasons >> bit & 1) != 0) ++pools.pools_withheld[bit];
        if (wanted.says == verdict::withheld) continue;
        ++pools.pools_by_band[static_cast<std::size_t>(wanted.near)];
        std::int64_t const price = prices[watch.pools()[p].asset.value];
        int128 const equity = wanted.equity.nanos, lack = wanted.maintenance_margin.nanos - equity;
        if (lack > 0) shortfall += to_usd(lack, price, rounding::up);
        if (equity < 0) loss += to_usd(-equity, price, rounding::up);
    }
    watch_counts const counts = watch.count();
    ASSERT_TRUE(counts.shortfall_usd == shortfall) << "what is under water was not brought up";
    ASSERT_TRUE(counts.loss_usd == loss);
    ASSERT_EQ(counts.pools_by_band, pools.pools_by_band);
    ASSERT_EQ(counts.pools_withheld, pools.pools_withheld);
    watch.catch_up();
    for (std::size_t p = 0; p < watch.pools().size(); ++p) {
        pool_verdict const& says = watch.verdicts()[p];
        pool_verdict const wanted = expected_verdict(watch, at, watch.pools()[p]);
        ASSERT_EQ(0, std::memcmp(&says, &wanted, sizeof says))
            << "pool " << p << " of account " << watch.pools()[p].account.value << ": "
            << word(says.says) << " " << word(says.near) << ", not " << word(wanted.says) << " "
            << word(wanted.near) << "; reasons " << says.reasons << " and " << wanted.reasons;
    }
}

}  // namespace lockstep

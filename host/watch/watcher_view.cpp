// What is asked of a watch between ticks: counts, rankings, a digest.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <algorithm>

#include "host/watch/watcher.h"

namespace lockstep {

namespace {

watch_counts added_counts(watch_counts a, watch_counts const& b) {
    for (std::size_t i = 0; i < verdict_count; ++i) a.by_verdict[i] += b.by_verdict[i];
    for (std::size_t i = 0; i < band_count; ++i) a.by_band[i] += b.by_band[i];
    a.shortfall_usd += b.shortfall_usd;
    a.loss_usd += b.loss_usd;
    return a;
}

/// How a pool ranks among the worst: by band first, then the larger number first.
struct concern {
    int rank;             // its band, from 1; 0: nothing is said of it, or nothing is asked of it
    int128 first, other;  // of liquidatable ones the shortfall in USD and 1, else margin and equity
    std::uint32_t pool;
};

bool is_graver(concern const& a, concern const& b) {
    if (a.rank != b.rank) return a.rank > b.rank;
    int128 const x = a.first * b.other, y = b.first * a.other;
    return x != y ? x > y : a.pool < b.pool;
}

concern concern_of(pool_verdict const& v, std::uint32_t pool, std::int64_t price) {
    int128 const lack = int128{v.maintenance_margin.nanos} - v.equity.nanos;
    int const rank = 1 + static_cast<int>(v.near);
    if (v.says == verdict::liquidatable) return {rank, to_usd(lack, price, rounding::up), 1, pool};
    bool const idle = v.maintenance_margin.nanos == 0 && v.near == band::beyond;
    if (v.says == verdict::withheld || idle) return {0, 0, 1, pool};
    return {rank, v.maintenance_margin.nanos, std::max<std::int64_t>(v.equity.nanos, 1), pool};
}

}  // namespace

watch_counts watcher::count() {
    catch_up_under_water();
    asset_prices const prices = prices_of_assets(market_.listed());
    auto const add_range = [&](tbb::blocked_range<std::size_t> const& range, watch_counts sums) {
        for (std::size_t a = range.begin(); a < range.end(); ++a) {
            verdict worst = verdict::safe;
            band nearest = band::beyond;
            for (std::uint32_t p = pool_of_account_[a]; p < pool_of_account_[a + 1]; ++p) {
                pool_verdict const& v = verdicts_[p];
                std::int64_t const price = prices[pools_[p].asset.value];
                worst = std::max(worst, v.says);
                nearest = std::max(nearest, v.near);
                if (v.says == verdict::withheld) continue;
                int128 const lack = int128{v.maintenance_margin.nanos} - v.equity.nanos;
                if (lack > 0) sums.shortfall_usd += to_usd(lack, price, rounding::up);
                if (v.equity.nanos < 0)
                    sums.loss_usd += to_usd(-int128{v.equity.nanos}, price, rounding::up);
            }
            ++sums.by_verdict[static_cast<std::size_t>(worst)];
            ++sums.by_band[static_cast<std::size_t>(nearest)];
        }
        return sums;
    };
    return tbb::parallel_reduce(tbb::blocked_range<std::size_t>(0, held_.accounts.size(), 4096),
                                watch_counts{}, add_range, added_counts);
}

std::vector<std::uint32_t> watcher::worst(std::size_t most) const {
    asset_prices const prices = prices_of_assets(market_.listed());
    std::vector<concern> found;  // a heap: the least grave of those kept on top
    for (std::uint32_t p = 0; p < verdicts_.size(); ++p) {
        concern const c = concern_of(verdicts_[p], p, prices[pools_[p].asset.value]);
        if (c.rank == 0) continue;
        if (found.size() == most) {
            if (most == 0 || !is_graver(c, found.front())) continue;
            std::pop_heap(found.begin(), found.end(), is_graver);
            found.pop_back();
        }
        found.push_back(c);
        std::push_heap(found.begin(), found.end(), is_graver);
    }
    std::sort(found.begin(), found.end(), is_graver);
    std::vector<std::uint32_t> pools;
    for (concern const& c : found) pools.push_back(c.pool);
    return pools;
}

digest128 watcher::digest_of_decisions() const {
    digest128 sum{0, 0};
    for (std::size_t p = 0; p < verdicts_.size(); ++p) {
        pool_verdict const& v = verdicts_[p];
        sum = sum + digest_word(p, std::uint64_t{v.reasons} << 16 |
                                       static_cast<std::uint64_t>(v.says) << 8 |
                                       static_cast<std::uint64_t>(v.near));
    }
    return sum;
}

digest128 watcher::digest() {
    catch_up();
    return digest_bytes(verdicts_.data(), verdicts_.size() * sizeof(pool_verdict));
}

}  // namespace lockstep

// What is asked of a watch between ticks: counts, rankings, a digest.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <algorithm>
#include <utility>

#include "host/watch/watcher.h"

namespace lockstep {

namespace {

watch_counts added_counts(watch_counts a, watch_counts const& b) {
    for (std::size_t i = 0; i < verdict_count; ++i) a.by_verdict[i] += b.by_verdict[i];
    for (std::size_t i = 0; i < band_count; ++i) a.by_band[i] += b.by_band[i];
    for (std::size_t i = 0; i < band_count; ++i) a.pools_by_band[i] += b.pools_by_band[i];
    for (std::size_t i = 0; i < b.pools_withheld.size(); ++i)
        a.pools_withheld[i] += b.pools_withheld[i];
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

/// What one pool adds to them.
void add_pool(watch_counts& sums, pool_verdict const& v, std::int64_t price) {
    if (v.says == verdict::withheld) {
        for (std::size_t bit = 0; v.reasons >> bit != 0; ++bit)
            sums.pools_withheld[bit] += v.reasons >> bit & 1u;
        return;
    }
    ++sums.pools_by_band[static_cast<std::size_t>(v.near)];
    int128 const lack = int128{v.maintenance_margin.nanos} - v.equity.nanos;
    if (lack > 0) sums.shortfall_usd += to_usd(lack, price, rounding::up);
    if (v.equity.nanos < 0) sums.loss_usd += to_usd(-int128{v.equity.nanos}, price, rounding::up);
}

/// The band of the last of so many, if no band beyond it is needed for them.
band band_of_the_worst(watch_counts const& counts, std::size_t most) {
    std::uint64_t pools = 0;
    for (std::size_t b = band_count; --b > 0;)
        if ((pools += counts.pools_by_band[b]) >= most) return static_cast<band>(b);
    return band::beyond;
}

/// The gravest, so many of them at most: a heap, the least grave on top.
class gravest {
  public:
    explicit gravest(std::size_t most) : most_(most) {}
    void add(concern const& c) {
        if (c.rank == 0) return;
        if (kept_.size() == most_) {
            if (most_ == 0 || !is_graver(c, kept_.front())) return;
            std::pop_heap(kept_.begin(), kept_.end(), is_graver);
            kept_.pop_back();
        }
        kept_.push_back(c);
        std::push_heap(kept_.begin(), kept_.end(), is_graver);
    }
    gravest with(gravest const& other) && {
        for (concern const& c : other.kept_) add(c);
        return std::move(*this);
    }
    std::vector<std::uint32_t> pools() && {
        std::sort(kept_.begin(), kept_.end(), is_graver);
        std::vector<std::uint32_t> pools;
        for (concern const& c : kept_) pools.push_back(c.pool);
        return pools;
    }

  private:
    std::size_t most_;
    std::vector<concern> kept_;
};

}  // namespace

watch_counts watcher::count() {
    if (counted_) return *counted_;
    catch_up_from(band::breached);
    asset_prices const prices = prices_of_assets(market_.listed());
    auto const add_range = [&](tbb::blocked_range<std::size_t> const& range, watch_counts sums) {
        for (std::size_t a = range.begin(); a < range.end(); ++a) {
            verdict worst = verdict::safe;
            band nearest = band::beyond;
            for (std::uint32_t p = pool_of_account_[a]; p < pool_of_account_[a + 1]; ++p) {
                pool_verdict const& v = verdicts_[p];
                worst = std::max(worst, v.says);
                nearest = std::max(nearest, v.near);
                add_pool(sums, v, prices[pools_[p].asset.value]);
            }
            ++sums.by_verdict[static_cast<std::size_t>(worst)];
            ++sums.by_band[static_cast<std::size_t>(nearest)];
        }
        return sums;
    };
    counted_ = tbb::parallel_reduce(tbb::blocked_range<std::size_t>(0, held_.accounts.size(), 4096),
                                    watch_counts{}, add_range, added_counts);
    return *counted_;
}

std::vector<std::uint32_t> watcher::worst(std::size_t most) {
    band const last = band_of_the_worst(count(), most);
    if (last != band::breached) catch_up_from(last);  // those were brought up to be counted
    asset_prices const prices = prices_of_assets(market_.listed());
    auto const add_range = [&](tbb::blocked_range<std::uint32_t> const& range, gravest found) {
        for (std::uint32_t p = range.begin(); p < range.end(); ++p)
            found.add(concern_of(verdicts_[p], p, prices[pools_[p].asset.value]));
        return found;
    };
    return tbb::parallel_reduce(tbb::blocked_range<std::uint32_t>(
                                    0, static_cast<std::uint32_t>(verdicts_.size()), 1 << 15),
                                gravest(most), add_range,
                                [](gravest a, gravest const& b) { return std::move(a).with(b); })
        .pools();
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

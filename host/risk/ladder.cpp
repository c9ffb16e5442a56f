#include "host/risk/ladder.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace lockstep {

namespace {

constexpr std::array<std::int32_t, 10> steps_down{-25'000,  -50'000,  -75'000,  -100'000, -150'000,
                                                  -200'000, -300'000, -400'000, -500'000, -750'000};
constexpr std::array<std::int32_t, 10> steps_up{25'000,  50'000,  75'000,  100'000,   150'000,
                                                200'000, 300'000, 500'000, 1'000'000, 2'000'000};

/// Sums of one step: counts, and amounts by asset, so that each is converted once. Integers: the
/// same in whatever order they are added.
struct step_sums {
    struct amounts {
        int128 maintenance_margin = 0, shortfall = 0, loss = 0;
    };
    std::uint64_t liquidatable = 0, negative = 0;
    std::vector<amounts> by_asset;
};

step_sums added_steps(step_sums a, step_sums const& b) {
    a.liquidatable += b.liquidatable;
    a.negative += b.negative;
    for (std::size_t i = 0; i < a.by_asset.size(); ++i) {
        a.by_asset[i].maintenance_margin += b.by_asset[i].maintenance_margin;
        a.by_asset[i].shortfall += b.by_asset[i].shortfall;
        a.by_asset[i].loss += b.by_asset[i].loss;
    }
    return a;
}

struct shifted {
    int128 equity;
    int128 maintenance_margin;
};

shifted after_move(pool_row const& pool, std::span<set_amounts const> amounts) {
    shifted sum{int128{pool.cash.nanos} + pool.entry.nanos, 0};
    for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s) {
        sum.equity += amounts[s].value;
        sum.maintenance_margin += amounts[s].maintenance_margin;
    }
    return sum;
}

class climber {
  public:
    climber(std::span<pool_row> pools, prices_at const& prices,
            std::function<bool(account_id)> const& left_out)
        : pools_(pools), prices_(prices), left_out_(left_out), excess_(pools.size()) {}

    ladder_step stand() {
        for (std::size_t i = 0; i < pools_.size(); ++i) excess_[i] = pools_[i].excess_maintenance();
        return sum(0, [this](std::size_t i) {
            return shifted{pools_[i].equity.nanos, pools_[i].maintenance_margin.nanos};
        });
    }

    /// One step outwards; `distance` is the member that the direction fills.
    ladder_step step(std::int32_t from, std::int32_t to, std::span<set_amounts const> amounts,
                     std::int32_t pool_row::*distance) {
        return sum(to, [&, this](std::size_t i) {
            pool_row& pool = pools_[i];
            // A set that cannot be added up any more after the move counts as nothing or as a
            // bound, and says nothing of a distance.
            for (std::uint32_t s = pool.set_begin; s < pool.set_end; ++s)
                if (amounts[s].overflowed) pool.flags |= account_flag::overflowed;
            shifted const now = after_move(pool, amounts);
            int128 const excess = now.equity - now.maintenance_margin;
            if (pool.*distance == no_distance && excess < 0)
                pool.*distance = crossing_ppm(from, to, excess_[i], excess);
            excess_[i] = excess;
            return now;
        });
    }

  private:
    template <class ShiftT>
    ladder_step sum(std::int32_t move, ShiftT const& shift) {
        // Blocks end between accounts, so that an account with two bad pools counts once.
        auto const add_range = [&](tbb::blocked_range<std::size_t> const& range, step_sums sums) {
            std::size_t i = first_of_account(range.begin());
            std::size_t const end = first_of_account(range.end());
            while (i < end) {
                account_id const account = pools_[i].account;
                if (left_out_(account)) {
                    ++i;
                    continue;
                }
                bool liquidatable = false, negative = false;
                for (; i < end && pools_[i].account == account; ++i) {
                    shifted const now = shift(i);
                    step_sums::amounts& to = sums.by_asset[pools_[i].asset.value];
                    int128 const shortfall = now.maintenance_margin - now.equity;
                    liquidatable |= shortfall > 0;
                    negative |= now.equity < 0;
                    to.maintenance_margin += now.maintenance_margin;
                    if (shortfall > 0) to.shortfall += shortfall;
                    if (now.equity < 0) to.loss -= now.equity;
                }
                sums.liquidatable += liquidatable ? 1 : 0;
                sums.negative += negative ? 1 : 0;
            }
            return sums;
        };
        asset_prices const prices = prices_(move);
        step_sums none;
        none.by_asset.resize(prices.size());
        return in_usd(move, prices,
                      tbb::parallel_reduce(tbb::blocked_range<std::size_t>(0, pools_.size(), 4096),
                                           none, add_range, added_steps));
    }

    static ladder_step in_usd(std::int32_t move, asset_prices const& prices,
                              step_sums const& sums) {
        auto const usd = [](int128 sum, std::int64_t price) {
            return wide_to_usd(sum, price, rounding::up);
        };
        ladder_step step{move, sums.liquidatable, sums.negative};
        for (std::size_t a = 0; a < prices.size(); ++a) {
            step.maintenance_margin_usd += usd(sums.by_asset[a].maintenance_margin, prices[a]);
            step.shortfall_usd += usd(sums.by_asset[a].shortfall, prices[a]);
            step.loss_usd += usd(sums.by_asset[a].loss, prices[a]);
        }
        return step;
    }

    std::size_t first_of_account(std::size_t i) const {
        while (i > 0 && i < pools_.size() && pools_[i - 1].account == pools_[i].account) ++i;
        return i;
    }

    std::span<pool_row> pools_;
    prices_at const& prices_;
    std::function<bool(account_id)> const& left_out_;
    std::vector<int128> excess_;  // over maintenance at the step before
};

}  // namespace

std::span<std::int32_t const> ladder_moves_down() { return steps_down; }
std::span<std::int32_t const> ladder_moves_up() { return steps_up; }

std::int32_t crossing_ppm(std::int32_t from, std::int32_t to, int128 excess, int128 excess_after) {
    int128 const width = std::abs(to - from);
    return static_cast<std::int32_t>(std::abs(from) + excess * width / (excess - excess_after));
}

std::vector<ladder_step> climb(std::span<pool_row> pools, prices_at const& prices,
                               revalue const& revalued, ladder_progress const& progress,
                               std::function<bool(account_id)> const& left_out) {
    for (pool_row& pool : pools)
        if (pool.excess_maintenance() < 0) pool.distance_down = pool.distance_up = 0;
    climber book(pools, prices, left_out);
    std::vector<ladder_step> steps{book.stand()};
    std::size_t done = 0;
    std::size_t const all = steps_down.size() + steps_up.size();
    auto const walk = [&](std::span<std::int32_t const> moves, std::int32_t pool_row::*distance) {
        std::int32_t from = 0;
        for (std::int32_t const to : moves) {
            progress(done++, all);
            steps.push_back(book.step(from, to, revalued(to), distance));
            from = to;
        }
        book.stand();
    };
    walk(steps_down, &pool_row::distance_down);
    walk(steps_up, &pool_row::distance_up);
    std::sort(steps.begin(), steps.end(),
              [](ladder_step const& a, ladder_step const& b) { return a.move_ppm < b.move_ppm; });
    return steps;
}

}  // namespace lockstep

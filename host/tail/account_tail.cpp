#include "host/tail/account_tail.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/enumerable_thread_specific.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <numeric>

#include "pricing/base/decimal.h"

namespace lockstep {
namespace {

/// A vector of gains with the order of its worst ones.
struct ranked {
    std::vector<int128> gains;         // by scenario
    std::vector<std::uint32_t> order;  // the worst first, as far as was asked
    std::vector<int128> worst;         // in that order

    /// Equal gains stand in order of scenario, so that the order is one.
    void rank(std::uint32_t places) {
        order.resize(gains.size());
        std::iota(order.begin(), order.end(), 0u);
        auto const less = [&](std::uint32_t a, std::uint32_t b) {
            return gains[a] != gains[b] ? gains[a] < gains[b] : a < b;
        };
        auto const middle = order.begin() + places;
        std::nth_element(order.begin(), middle - 1, order.end(), less);
        std::sort(order.begin(), middle, less);
        worst.resize(places);
        for (std::uint32_t i = 0; i < places; ++i) worst[i] = gains[order[i]];
    }
    tail_loss loss(std::uint32_t ppm) const {
        return tail_of({worst.data(), worst.size()}, static_cast<std::uint32_t>(gains.size()), ppm);
    }
};

/// Losses of each later day against what the window before it said.
tail_backtest test(std::vector<int128> const& gains, std::uint32_t ppm) {
    std::vector<std::uint8_t> exceeded;
    ranked seen;
    for (std::size_t day = backtest_window; day < gains.size(); ++day) {
        auto const end = gains.begin() + static_cast<std::ptrdiff_t>(day);
        seen.gains.assign(end - backtest_window, end);
        seen.rank(tail_places(backtest_window, ppm));
        exceeded.push_back(-gains[day] > seen.loss(ppm).value_at_risk ? 1 : 0);
    }
    return backtest_tail(view_of(std::as_const(exceeded)), ppm / 1e6);
}

/// What one thread works with.
struct workplace {
    ranked account, without;
    std::vector<std::vector<int128>> books;  // gains by set of the account
};

class tail_run {
  public:
    tail_run(netting_sets const& sets, tail_gains const& gains, tail_result& out)
        : sets_(sets), gains_(gains), out_(out), n_(static_cast<std::uint32_t>(gains.scenarios)) {
        for (std::uint32_t const ppm : out.tails_ppm)
            places_ = std::max(places_, tail_places(n_, ppm));
        // Where each account's sets begin.
        begin_.assign(out.accounts.size() + 1, 0);
        for (auto const& set : sets.sets) ++begin_[set.account.value + 1];
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
    }

    void run() {
        tbb::enumerable_thread_specific<workplace> places;
        tbb::parallel_for(tbb::blocked_range<std::size_t>(0, out_.accounts.size(), 64),
                          [&](tbb::blocked_range<std::size_t> const& range) {
                              workplace& w = places.local();
                              for (std::size_t a = range.begin(); a < range.end(); ++a) judge(a, w);
                          });
    }

    void test_largest() {
        std::vector<std::uint32_t> order(out_.accounts.size());
        std::iota(order.begin(), order.end(), 0u);
        std::size_t const count = std::min(backtest_accounts, order.size());
        auto const larger = [&](std::uint32_t a, std::uint32_t b) {
            int128 const x = out_.accounts[a].levels[0].value_at_risk;
            int128 const y = out_.accounts[b].levels[0].value_at_risk;
            return x != y ? x > y : a < b;
        };
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                          order.end(), larger);
        workplace w;
        for (std::size_t i = 0; i < count; ++i) {
            add_account(order[i], w);
            out_.tested.push_back({{order[i]}, {}});
            for (std::uint32_t const ppm : out_.tails_ppm)
                out_.tested.back().levels.push_back(test(w.account.gains, ppm));
        }
    }

  private:
    void add_book(std::size_t set, std::vector<int128>& sum) const {
        sum.assign(n_, 0);
        for (std::size_t p = sets_.begin[set]; p < sets_.begin[set + 1]; ++p) {
            std::int64_t const* const cells = gains_.of(sets_.instrument[p]);
            int128 const lots = sets_.lots[p];
            for (std::uint32_t s = 0; s < n_; ++s) sum[s] += lots * cells[s];
        }
        int const places = 9 - sets_.lot_exponent[set];
        for (int128& gain : sum) gain = divide_by_power_of_ten(gain, places, rounding::down);
    }

    /// Fills in the gains of the account and of its books.
    void add_account(std::size_t account, workplace& w) const {
        std::size_t const first = begin_[account], last = begin_[account + 1];
        w.account.gains.assign(n_, 0);
        w.books.resize(std::max(w.books.size(), last - first));
        for (std::size_t set = first; set < last; ++set) {
            std::vector<int128>& book = w.books[set - first];
            add_book(set, book);
            for (std::uint32_t s = 0; s < n_; ++s) w.account.gains[s] += book[s];
        }
    }

    void judge(std::size_t account, workplace& w) {
        std::size_t const first = begin_[account], last = begin_[account + 1];
        add_account(account, w);
        w.account.rank(places_);
        account_tail& row = out_.accounts[account];
        row.worst_scenario = w.account.order[0];
        row.worst_loss = -w.account.worst[0];
        for (std::uint32_t const ppm : out_.tails_ppm) row.levels.push_back(w.account.loss(ppm));
        for (std::size_t set = first; set < last; ++set)
            take_component(row, set, w.books[set - first], w);
    }

    void take_component(account_tail const& row, std::size_t set, std::vector<int128> const& book,
                        workplace& w) {
        w.without.gains.resize(n_);
        for (std::uint32_t s = 0; s < n_; ++s) w.without.gains[s] = w.account.gains[s] - book[s];
        w.without.rank(places_);
        std::size_t const levels = out_.tails_ppm.size();
        std::vector<int128> tail(places_);  // the book's own gains where the account does worst
        for (std::uint32_t i = 0; i < places_; ++i) tail[i] = book[w.account.order[i]];
        for (std::size_t l = 0; l < levels; ++l) {
            std::uint32_t const ppm = out_.tails_ppm[l];
            tail_loss const own = tail_of({tail.data(), tail.size()}, n_, ppm);
            out_.components[set * levels + l] = {
                own.value_at_risk, own.expected_shortfall,
                row.levels[l].value_at_risk - w.without.loss(ppm).value_at_risk};
        }
    }

    netting_sets const& sets_;
    tail_gains const& gains_;
    tail_result& out_;
    std::uint32_t n_;
    std::uint32_t places_ = 1;
    std::vector<std::size_t> begin_;
};

}  // namespace

tail_result tails_of(std::size_t accounts, netting_sets const& sets, tail_gains const& gains,
                     std::vector<utc_ns> const& times, std::vector<std::uint32_t> const& tails_ppm,
                     bool backtest) {
    tail_result out;
    out.tails_ppm = tails_ppm;
    out.times = times;
    out.accounts.resize(accounts);
    out.components.resize(sets.sets.size() * tails_ppm.size());
    tail_run run(sets, gains, out);
    run.run();
    if (backtest && gains.scenarios > backtest_window) run.test_largest();
    return out;
}

}  // namespace lockstep

// What a bound may answer for: how much room a pool has until anything else is said of it, and the
// amounts of those that were not asked.
#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>

#include "host/watch/watcher.h"
#include "margin/portfolio_bound.h"

namespace lockstep {

namespace {

template <class WorkT>
void each_of(std::size_t count, WorkT const& work) {
    constexpr std::size_t at_once = 4096;
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, count, at_once), [&](auto const& range) {
        for (std::size_t i = range.begin(); i < range.end(); ++i) work(i);
    });
}

}  // namespace

/// A row's movement costs about as much to look at as a position to add up.
bool watcher::is_worth_bounding() const {
    return limits_.bounds && sets_.positions() > 4 * market_.inputs().size();
}

void watcher::look_at_allowances() {
    allowances_.assign(market_.books().rows.size(), 0);
    for (std::size_t k = 0; k < market_.moves(); ++k)
        for (std::size_t b = 0; b < allowances_.size(); ++b)
            allowances_[b] =
                std::max(allowances_[b], rounding_allowance(market_.rules(k).rules[b]));
}

/// Nanos by which what a pool has may change before anything else is said of it; zero where it has
/// to be asked at every move.
double watcher::distance_to_decision(std::uint32_t pool) const {
    pool_verdict const& v = verdicts_[pool];
    if (v.says == verdict::withheld) return 0;
    auto const equity = static_cast<double>(v.equity.nanos);
    auto const initial = static_cast<double>(v.initial_margin.nanos);
    double const to_maintenance =
        std::fabs(equity - static_cast<double>(v.maintenance_margin.nanos));
    if (std::fabs(equity) > bounded_amount_max || initial > bounded_amount_max) return 0;
    if (v.says == verdict::liquidatable) return to_maintenance;  // whatever the bands' moves do
    double least = std::min(std::fabs(equity - initial), to_maintenance);
    for (std::size_t k = 1; k < checks_.size(); ++k)
        least = std::min(least, std::fabs(static_cast<double>(excess_at(pool, k))));
    return least;
}

/// A pool's distance is shared out evenly among its sets.
void watcher::give_room(std::uint32_t pool) {
    std::uint32_t const first = basis_[pool].set_begin, last = basis_[pool + 1].set_begin;
    if (first == last) return;
    double const share = distance_to_decision(pool) / (last - first);
    for (std::uint32_t s = first; s < last; ++s)
        screen_.give_room(s, share, allowances_[sets_.rule[s]]);
}

void watcher::catch_up() {
    if (!behind_) return;
    behind_ = false;
    check(nullptr, 0, 1);
    each_of(pools_.size(), [&](std::size_t p) {
        judge(static_cast<std::uint32_t>(p), verdicts_[p]);
        if (is_under_water(p)) give_room(static_cast<std::uint32_t>(p));
    });
}

template <class IsAskedT>
void watcher::catch_up_where(IsAskedT const& is_asked) {
    if (!behind_) return;
    std::vector<std::uint8_t>& marks = asked_.cleared_marks(sets_.sets.size());
    each_of(pools_.size(), [&](std::size_t p) {
        if (!is_asked(p)) return;
        for (std::uint32_t s = basis_[p].set_begin; s < basis_[p + 1].set_begin; ++s)
            marks[s] = screen_.has_moved(s) ? 1 : 0;
    });
    asked_.take_marked(pool_of_set_);
    if (asked_.sets().empty()) return;
    check(&asked_.sets(), 0, 1);
    each_of(asked_.pools().size(), [&](std::size_t i) {
        std::uint32_t const pool = asked_.pools()[i];
        judge(pool, verdicts_[pool]);
        if (is_under_water(pool)) give_room(pool);
    });
}

void watcher::catch_up(account_id account) {
    auto const [first, last] = pools_of(account);
    catch_up_where([first = first, last = last](std::size_t p) { return first <= p && p < last; });
}

/// Of those in the band and nearer: who they are is known without their amounts.
void watcher::catch_up_from(band nearest) {
    if (nearest == band::beyond) return catch_up();
    catch_up_where([&](std::size_t p) { return verdicts_[p].near >= nearest; });
}

}  // namespace lockstep

#include "host/watch/watcher.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <utility>

namespace lockstep {

namespace {

constexpr std::size_t pools_in_a_slice = 4096;

bool is_liquidatable(pool_verdict const& v) { return v.equity < v.maintenance_margin; }

verdict verdict_of(pool_verdict const& v) {
    if (v.reasons != 0) return verdict::withheld;
    if (is_liquidatable(v)) return verdict::liquidatable;
    return v.equity < v.initial_margin ? verdict::reduce_only : verdict::safe;
}

std::uint16_t reason_of(feed_state state) {
    switch (state) {
        case feed_state::live: return 0;
        case feed_state::stale: return withheld_reason::feed_is_stale;
        case feed_state::expired: return withheld_reason::instrument_has_expired;
        case feed_state::quarantined: break;
    }
    return withheld_reason::instrument_is_quarantined;
}

std::uint16_t reasons_of(check_row const& row) {
    std::uint16_t reasons = 0;
    constexpr std::uint16_t unpriced =
        margin_flag::instrument_is_quarantined | margin_flag::instrument_does_not_exist;
    if ((row.flags & unpriced) != 0) reasons |= withheld_reason::instrument_is_quarantined;
    if ((row.flags & ~unpriced) != 0) reasons |= withheld_reason::amount_overflowed;
    return reasons;
}

}  // namespace

/// Marks who has to be asked again; gives how many positions were weighed against a bound.
std::uint64_t watcher::find(market_change const& moved) {
    std::vector<std::uint8_t>& marks = reached_.cleared_marks(sets_.sets.size());
    auto const mark_holders = [&](std::vector<std::uint32_t> const& instruments) {
        for (std::uint32_t const i : instruments)
            screen_.each_holder(i, [&](std::uint32_t set) { marks[set] = 1; });
    };
    std::uint64_t bounded = 0;
    if (!moved.movements.empty()) {
        bounded = screen_.spend(moved, marks);
        behind_ = true;
    } else {
        std::uint64_t positions = 0;
        for (std::uint32_t const i : moved.rows) positions += screen_.positions_of(i);
        // Past half of all positions it is no use to choose.
        if (positions * 2 > sets_.positions()) {
            reached_.take_all();
            return 0;
        }
        if (moved.rules_moved())
            for (std::size_t s = 0; s < marks.size(); ++s) marks[s] = moved.books[sets_.rule[s]];
        mark_holders(moved.rows);
    }
    mark_holders(moved.feeds);
    complete_pools(marks);
    reached_.take_marked(pool_of_set_);
    if (reached_.sets().size() * 2 > marks.size()) reached_.take_all();
    return bounded;
}

/// A pool is judged by all of its sets, and any of them may be behind.
void watcher::complete_pools(std::vector<std::uint8_t>& marks) const {
    for (std::uint32_t const p : pools_of_several_) {
        auto const first = marks.begin() + pools_[p].set_begin;
        auto const last = marks.begin() + pools_[p].set_end;
        if (std::find(first, last, 1) != last) std::fill(first, last, std::uint8_t{1});
    }
}

void watcher::look_at_feeds(std::uint32_t set) {
    std::uint16_t reasons = 0;
    for (std::uint32_t p = sets_.begin[set]; p < sets_.begin[set + 1]; ++p)
        reasons |= reason_of(market_.feeds()[sets_.instrument[p]]);
    feed_reasons_[set] = reasons;
}

void watcher::check(std::vector<std::uint32_t> const* which, std::size_t first, std::size_t last) {
    if (sets_.sets.empty()) return;
    std::vector<resident_market> markets;
    for (std::size_t k = first; k < last; ++k)
        markets.push_back({k, market_.matrix(k), view_of(market_.rules(k).rules)});
    view<std::uint32_t const> const asked =
        which == nullptr ? view<std::uint32_t const>{} : view_of(*which);
    resident_->check(view_of(markets), asked);
}

/// Fills all but the band, where the verdict lies.
void watcher::judge(std::uint32_t pool, pool_verdict& v) const {
    pool_basis const& basis = basis_[pool];
    std::uint16_t reasons = basis.reasons;
    int128 value = basis.own, initial = 0, maintenance = 0;
    for (std::uint32_t s = basis.set_begin; s < basis_[pool + 1].set_begin; ++s) {
        check_row const& set = checks_[0][s];
        value += set.value.nanos;
        initial += set.initial_margin.nanos;
        maintenance += set.maintenance_margin.nanos;
        if (set.flags != 0) reasons |= reasons_of(set);
        reasons |= feed_reasons_[s];
    }
    v.equity = fitted(value, reasons);
    v.initial_margin = fitted(initial, reasons);
    v.maintenance_margin = fitted(maintenance, reasons);
    v.reasons = reasons;
    v.says = verdict_of(v);
}

/// Equity less maintenance margin at a move of the bands.
int128 watcher::excess_at(std::uint32_t pool, std::size_t move) const {
    int128 excess = basis_[pool].own;
    for (std::uint32_t s = basis_[pool].set_begin; s < basis_[pool + 1].set_begin; ++s)
        excess += int128{checks_[move][s].value.nanos} - checks_[move][s].maintenance_margin.nanos;
    return excess;
}

band watcher::band_of(std::uint32_t pool) const {
    pool_verdict const& v = verdicts_[pool];
    if (v.says == verdict::withheld) return band::beyond;
    if (v.says == verdict::liquidatable) return band::breached;
    band near = band::beyond;
    for (std::size_t k = 1; k < checks_.size(); ++k) {
        if (excess_at(pool, k) < 0) near = static_cast<band>(1 + (k - 1) / 2);
    }
    return near;
}

tick_report watcher::check_reached(stage_listener const& ended) {
    tick_report report;
    counted_.reset();
    look_at_allowances();
    auto const end = [&](watch_stage stage) {
        if (ended) ended(stage);
    };
    bool const all = reached_.all();
    if (all) behind_ = false;
    std::size_t const pools = all ? pools_.size() : reached_.pools().size();
    auto const pool_at = [&](std::size_t i) {
        return all ? static_cast<std::uint32_t>(i) : reached_.pools()[i];
    };
    auto const* which = all ? nullptr : &reached_.sets();
    report.sets_checked = all ? sets_.sets.size() : reached_.sets().size();
    if (report.sets_checked > 0) check(which, 0, 1);
    end(watch_stage::check);

    std::size_t const slices = (pools + pools_in_a_slice - 1) / pools_in_a_slice;
    std::vector<std::vector<verdict_change>> changed(slices);
    auto const each_pool = [&](auto const& work) {
        tbb::parallel_for(std::size_t{0}, slices, [&](std::size_t slice) {
            std::size_t const last = std::min(pools, (slice + 1) * pools_in_a_slice);
            for (std::size_t i = slice * pools_in_a_slice; i < last; ++i) work(slice, pool_at(i));
        });
    };
    each_pool([&](std::size_t slice, std::uint32_t pool) {
        pool_verdict& now = verdicts_[pool];
        verdict const before = now.says;
        judge(pool, now);
        if (now.says != before) changed[slice].push_back({pool, before, now.near});
        if (market_.moves() == 1) give_room(pool);
    });
    end(watch_stage::judge);

    if (market_.moves() > 1) {
        if (report.sets_checked > 0) check(which, 1, market_.moves());
        each_pool([&](std::size_t slice, std::uint32_t pool) {
            pool_verdict& now = verdicts_[pool];
            band const near = band_of(pool);
            give_room(pool);
            if (near == now.near) return;
            auto& rows = changed[slice];
            auto const at = std::lower_bound(
                rows.begin(), rows.end(), pool,
                [](verdict_change const& row, std::uint32_t p) { return row.pool < p; });
            if (at == rows.end() || at->pool != pool) rows.insert(at, {pool, now.says, now.near});
            now.near = near;
        });
    } else {  // breached or not: only another verdict makes another band
        for (auto const& rows : changed)
            for (verdict_change const& row : rows) verdicts_[row.pool].near = band_of(row.pool);
    }
    end(watch_stage::bands);
    for (auto const& rows : changed)
        report.changes.insert(report.changes.end(), rows.begin(), rows.end());
    return report;
}

tick_report watcher::apply(tick const& t, stage_listener const& ended) {
    auto const end = [&](watch_stage stage) {
        if (ended) ended(stage);
    };
    market_change moved = market_.apply(t, is_worth_bounding());
    end(watch_stage::mark);
    std::uint64_t const bounded = find(moved);
    for (std::uint32_t const i : moved.feeds)
        screen_.each_holder(i, [&](std::uint32_t set) { look_at_feeds(set); });
    end(watch_stage::find);
    tick_report report = check_reached(ended);
    report.market = std::move(moved);
    report.positions_bounded = bounded;
    return report;
}

tick_report watcher::check_all() {
    for (std::uint32_t s = 0; s < sets_.sets.size(); ++s) look_at_feeds(s);
    reached_.take_all();
    return check_reached({});
}

}  // namespace lockstep

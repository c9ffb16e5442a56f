#include "host/watch/movement_screen.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

float rounded_up(double x) {
    auto const nearest = static_cast<float>(x);
    return nearest < x ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
}

}  // namespace

void movement_screen::take(netting_sets const& sets, std::size_t instruments) {
    auto const count = static_cast<std::uint32_t>(sets.sets.size());
    std::uint32_t const blocks = (count + block_sets - 1) / block_sets;
    sets_ = &sets;
    room_.assign(count, 0);
    given_.assign(count, 0);
    lot_.clear();
    contracts_.assign(count, 0);
    largest_.assign(instruments, 0);
    positions_most_ = 0;
    begin_.assign(instruments + 1, 0);
    for (std::uint32_t const i : sets.instrument) ++begin_[i + 1];
    for (std::size_t i = 0; i < instruments; ++i) begin_[i + 1] += begin_[i];
    holders_.resize(sets.positions());
    block_begin_.assign((blocks + std::size_t{1}) * instruments, 0);
    std::vector<std::uint32_t> next(begin_.begin(), begin_.end() - 1);
    for (std::uint32_t s = 0; s < count; ++s) {
        if (s % block_sets == 0)
            std::copy(
                next.begin(), next.end(),
                block_begin_.begin() + static_cast<std::ptrdiff_t>(s / block_sets * instruments));
        auto const lot = static_cast<double>(power_of_ten(sets.lot_exponent[s]));
        lot_.push_back(lot);
        for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p) {
            holder const held = holder_of(s, p);
            std::uint32_t const i = sets.instrument[p];
            holders_[next[i]++] = held;
            largest_[i] = std::max(largest_[i], held.size);
            contracts_[s] += contracts_at(p, lot);
        }
        positions_most_ =
            std::max(positions_most_, static_cast<double>(sets.begin[s + 1] - sets.begin[s]));
    }
    std::copy(next.begin(), next.end(),
              block_begin_.begin() + static_cast<std::ptrdiff_t>(blocks * instruments));
}

double movement_screen::contracts_at(std::uint32_t p, double lot) const {
    return std::fabs(static_cast<double>(sets_->lots[p])) * lot * 1e-9;
}

movement_screen::holder movement_screen::holder_of(std::uint32_t set, std::uint32_t p) const {
    double const size = std::fabs(static_cast<double>(sets_->lots[p])) * lot_[set];
    return {set, rounded_up(size * (1 + 0x1p-50))};
}

void movement_screen::open(std::uint32_t set) {
    room_.insert(room_.begin() + set, 0);
    given_.insert(given_.begin() + set, 0);
    lot_.insert(lot_.begin() + set, 1);
    contracts_.insert(contracts_.begin() + set, 0);
    for (holder& h : holders_)
        if (h.set >= set) ++h.set;
    // The last set of each block behind it is the first of the next one now.
    std::size_t const instruments = largest_.size(), count = room_.size();
    std::size_t const blocks = (count + block_sets - 1) / block_sets;
    if (block_begin_.size() < (blocks + 1) * instruments) {
        std::vector<std::uint32_t> const ends(begin_.begin() + 1, begin_.end());
        block_begin_.insert(block_begin_.end(), ends.begin(), ends.end());
    }
    for (std::size_t block = set / block_sets + 1; block < blocks; ++block) {
        std::size_t const first = block * block_sets;
        for (std::uint32_t p = sets_->begin[first]; p < sets_->begin[first + 1]; ++p)
            --block_begin_[block * instruments + sets_->instrument[p]];
    }
}

/// The instrument has one holder more or fewer, and all that lie behind `from` lie elsewhere.
void movement_screen::shift(std::uint32_t set, std::uint32_t instrument, std::uint32_t from,
                            int more) {
    auto const at = holders_.begin() + from;
    if (more > 0)
        holders_.insert(at, holder{set, 0});
    else
        holders_.erase(at);
    auto const by = static_cast<std::uint32_t>(more);  // wraps round, and back
    for (std::size_t i = instrument + 1; i < begin_.size(); ++i) begin_[i] += by;
    std::size_t const instruments = largest_.size();
    for (std::size_t block = 0; block * instruments < block_begin_.size(); ++block) {
        std::uint32_t* const first = &block_begin_[block * instruments];
        for (std::size_t i = instrument + 1; i < instruments; ++i) first[i] += by;
        if (block * block_sets > set) first[instrument] += by;
    }
}

void movement_screen::change(std::uint32_t set, std::uint32_t instrument, int more) {
    auto const at = std::lower_bound(holders_.begin() + begin_[instrument],
                                     holders_.begin() + begin_[instrument + 1], set,
                                     [](holder const& h, std::uint32_t s) { return h.set < s; });
    auto const h = static_cast<std::uint32_t>(at - holders_.begin());
    if (more != 0) shift(set, instrument, h, more);
    weigh(set);
    for (std::uint32_t p = sets_->begin[set]; p < sets_->begin[set + 1]; ++p) {
        if (sets_->instrument[p] != instrument) continue;
        holders_[h] = holder_of(set, p);
        largest_[instrument] = std::max(largest_[instrument], holders_[h].size);
    }
}

/// All of its contracts, as the sets say; it has no room.
void movement_screen::weigh(std::uint32_t set) {
    std::uint32_t const first = sets_->begin[set], last = sets_->begin[set + 1];
    lot_[set] = static_cast<double>(power_of_ten(sets_->lot_exponent[set]));
    contracts_[set] = 0;
    for (std::uint32_t p = first; p < last; ++p) contracts_[set] += contracts_at(p, lot_[set]);
    positions_most_ = std::max(positions_most_, static_cast<double>(last - first));
    room_[set] = given_[set] = 0;
}

void movement_screen::drop(std::vector<std::uint8_t> const& instruments,
                           std::vector<std::uint32_t> const& sets) {
    std::size_t const count = largest_.size();
    std::vector<std::uint32_t> const before(begin_.begin(), begin_.end());
    std::uint32_t kept = 0;
    for (std::size_t i = 0; i < count; ++i) {
        begin_[i] = kept;
        if (instruments[i] != 0) continue;
        std::copy(holders_.begin() + before[i], holders_.begin() + before[i + 1],
                  holders_.begin() + kept);
        kept += before[i + 1] - before[i];
    }
    begin_[count] = kept;
    holders_.resize(kept);
    for (std::size_t k = 0; k < block_begin_.size(); ++k) {
        std::size_t const i = k % count;
        block_begin_[k] =
            instruments[i] != 0 ? begin_[i] : block_begin_[k] - (before[i] - begin_[i]);
    }
    for (std::uint32_t const set : sets) weigh(set);
}

double movement_screen::bound_of(std::uint32_t instrument, row_movement const& movement) const {
    double const reach =
        movement.reach * static_cast<double>(largest_[instrument]) * positions_most_;
    return movement.bound == 0 || reach < bounded_amount_max ? movement.bound : unbounded;
}

std::uint64_t movement_screen::spend(market_change const& moved, std::vector<std::uint8_t>& marks) {
    std::vector<double> bounds(moved.movements.size());
    std::vector<std::uint32_t> instruments;
    std::uint64_t positions = 0;
    for (std::uint32_t i = 0; i < bounds.size(); ++i) {
        bounds[i] = bound_of(i, moved.movements[i]);
        if (bounds[i] == 0) continue;
        instruments.push_back(i);
        positions += positions_of(i);
    }
    std::size_t const count = room_.size();
    std::size_t const blocks = (count + block_sets - 1) / block_sets;
    // Past a quarter of all positions it is quicker to go through all than to go to each.
    bool const by_holder = !moved.rules_moved() && positions * 4 < holders_.size();
    tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
        auto const first = static_cast<std::uint32_t>(block * block_sets);
        auto const last = static_cast<std::uint32_t>(std::min(count, (block + 1) * block_sets));
        if (by_holder)
            spend_by_holder(instruments, bounds, block);
        else
            spend_by_set(moved, bounds, first, last);
        for (std::uint32_t s = first; s < last; ++s) marks[s] |= room_[s] < 0 ? 1 : 0;
    });
    return positions;
}

void movement_screen::spend_by_holder(std::vector<std::uint32_t> const& instruments,
                                      std::vector<double> const& bounds, std::size_t block) {
    std::uint32_t const* const first = &block_begin_[block * bounds.size()];
    std::uint32_t const* const last = first + bounds.size();
    for (std::uint32_t const i : instruments)
        for (std::uint32_t h = first[i]; h < last[i]; ++h)
            room_[holders_[h].set] -= holders_[h].size * bounds[i] + 1;
}

void movement_screen::spend_by_set(market_change const& moved, std::vector<double> const& bounds,
                                   std::uint32_t first, std::uint32_t last) {
    netting_sets const& sets = *sets_;
    for (std::uint32_t s = first; s < last; ++s) {
        double lots_by_bound = 0;
        for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p)
            lots_by_bound +=
                std::fabs(static_cast<double>(sets.lots[p])) * bounds[sets.instrument[p]];
        std::uint32_t const book = sets.rule[s];
        double const spent = lots_by_bound * lot_[s] + moved.rule_movements[book];
        if (spent > 0 || moved.books[book] != 0)
            room_[s] -= spent + (1 + sets.begin[s + 1] - sets.begin[s]);
    }
}

}  // namespace lockstep

#include "host/watch/movement_screen.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "pricing/base/decimal.h"

namespace lockstep {

namespace {

/// No amount of a set may come near 64 bits by a move that a bound answers for.
constexpr double amount_max = 0x1p58;

float rounded_up(double x) {
    auto const nearest = static_cast<float>(x);
    return nearest < x ? std::nextafter(nearest, std::numeric_limits<float>::infinity()) : nearest;
}

}  // namespace

void movement_screen::take(netting_sets const& sets, std::size_t instruments) {
    auto const count = static_cast<std::uint32_t>(sets.sets.size());
    std::uint32_t const blocks = (count + block_sets - 1) / block_sets;
    room_.assign(count, 0);
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
        for (std::uint32_t p = sets.begin[s]; p < sets.begin[s + 1]; ++p) {
            double const size = std::fabs(static_cast<double>(sets.lots[p])) * lot;
            holder const held{s, rounded_up(size * (1 + 0x1p-50))};
            std::uint32_t const i = sets.instrument[p];
            holders_[next[i]++] = held;
            largest_[i] = std::max(largest_[i], held.size);
            contracts_[s] += size * 1e-9;
        }
        positions_most_ =
            std::max(positions_most_, static_cast<double>(sets.begin[s + 1] - sets.begin[s]));
    }
    std::copy(next.begin(), next.end(),
              block_begin_.begin() + static_cast<std::ptrdiff_t>(blocks * instruments));
}

bool movement_screen::is_bounded(std::uint32_t instrument, row_movement const& movement) const {
    return std::isfinite(movement.bound) &&
           movement.reach * static_cast<double>(largest_[instrument]) * positions_most_ <
               amount_max;
}

void movement_screen::spend(market_change const& moved, std::vector<std::uint8_t>& marks) {
    std::size_t const instruments = begin_.size() - 1;
    std::size_t const count = room_.size();
    std::vector<double> bounds;
    for (std::size_t j = 0; j < moved.rows.size(); ++j)
        bounds.push_back(is_bounded(moved.rows[j], moved.movements[j])
                             ? moved.movements[j].bound
                             : std::numeric_limits<double>::infinity());
    std::size_t const blocks = (count + block_sets - 1) / block_sets;
    tbb::parallel_for(std::size_t{0}, blocks, [&](std::size_t block) {
        std::uint32_t const* const first = &block_begin_[block * instruments];
        std::uint32_t const* const last = first + instruments;
        for (std::size_t j = 0; j < bounds.size(); ++j) {
            std::uint32_t const i = moved.rows[j];
            for (std::uint32_t h = first[i]; h < last[i]; ++h) {
                // A size of zero is no position, and no bound of it a number.
                double const size = holders_[h].size;
                room_[holders_[h].set] -= size > 0 ? size * bounds[j] + 1 : 1;
            }
        }
        std::size_t const end = std::min(count, (block + 1) * block_sets);
        for (std::size_t s = block * block_sets; s < end; ++s) marks[s] |= room_[s] < 0 ? 1 : 0;
    });
}

}  // namespace lockstep

#include "host/watch/reached_sets.h"

#include <oneapi/tbb/parallel_for.h>

#include <algorithm>
#include <numeric>

namespace lockstep {

namespace {

constexpr std::size_t slice_length = 8192;

/// what(i) of every i below `count` for which is_in(i) holds, rising: counted slice by slice, then
/// written slice by slice.
template <class IsInT, class WhatT>
void collect(std::size_t count, IsInT const& is_in, WhatT const& what,
             std::vector<std::size_t>& begin, std::vector<std::uint32_t>& out) {
    std::size_t const slices = (count + slice_length - 1) / slice_length;
    auto const each_slice = [&](auto const& work) {
        tbb::parallel_for(std::size_t{0}, slices, [&](std::size_t slice) {
            work(slice, slice * slice_length, std::min(count, (slice + 1) * slice_length));
        });
    };
    begin.assign(slices + 1, 0);
    each_slice([&](std::size_t slice, std::size_t first, std::size_t last) {
        std::size_t found = 0;
        for (std::size_t i = first; i < last; ++i) found += is_in(i) ? 1 : 0;
        begin[slice + 1] = found;
    });
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    out.resize(begin.back());
    each_slice([&](std::size_t slice, std::size_t first, std::size_t last) {
        std::uint32_t found[slice_length];  // without a branch: who is in cannot be foreseen
        std::size_t n = 0;
        for (std::size_t i = first; i < last; ++i) {
            found[n] = what(i);
            n += is_in(i) ? 1 : 0;
        }
        std::copy_n(found, n, out.begin() + static_cast<std::ptrdiff_t>(begin[slice]));
    });
}

}  // namespace

void reached_sets::take_pool(std::uint32_t pool) {
    all_ = false;
    sets_.clear();
    pools_.assign(1, pool);
}

std::vector<std::uint8_t>& reached_sets::cleared_marks(std::size_t sets) {
    marks_.assign(sets, 0);
    return marks_;
}

void reached_sets::take_marked(std::span<std::uint32_t const> pool_of_set) {
    collect(
        marks_.size(), [&](std::size_t s) { return marks_[s] != 0; },
        [](std::size_t s) { return static_cast<std::uint32_t>(s); }, begin_, sets_);
    all_ = sets_.size() == marks_.size();
    collect(
        sets_.size(),
        [&](std::size_t i) { return i == 0 || pool_of_set[sets_[i]] != pool_of_set[sets_[i - 1]]; },
        [&](std::size_t i) { return pool_of_set[sets_[i]]; }, begin_, pools_);
}

}  // namespace lockstep

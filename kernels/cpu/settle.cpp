#include "kernels/cpu/settle.h"

#include <utility>

#include "kernels/cpu/slices.h"
#include "margin/ledger/settle.h"

namespace lockstep::cpu {

namespace {

constexpr std::size_t slice_entries = 16384;
constexpr std::size_t ahead = 12;  // rows fetched before they are needed

// One radix pass is enough for a few threads: a segment holds every entry of some of the accounts.
// Sixteen neighbours stay together, whose rows share a page; a busy stretch of the table is shared
// out.
constexpr std::size_t segments = 256;
constexpr std::size_t segment_of(settle_entry const& e) {
    return (e.account.value / 16) % segments;
}

}  // namespace

/// Stable: each slice counts its entries by segment, and writes behind the earlier slices.
void settler::sort(tbb::task_arena& arena, settle_batch const& batch) {
    std::size_t const count = batch.entries.size();
    std::size_t const slices = (count + slice_entries - 1) / slice_entries;
    places_.resize(count);
    begin_.assign(slices * segments, 0);
    each_slice(arena, count, slice_entries, [&](std::size_t begin, std::size_t length) {
        std::uint32_t* const counts = begin_.data() + begin / slice_entries * segments;
        for (std::size_t i = begin; i < begin + length; ++i) ++counts[segment_of(batch.entries[i])];
    });
    std::uint32_t sum = 0;
    for (std::size_t segment = 0; segment < segments; ++segment)
        for (std::size_t slice = 0; slice < slices; ++slice)
            sum += std::exchange(begin_[slice * segments + segment], sum);
    each_slice(arena, count, slice_entries, [&](std::size_t begin, std::size_t length) {
        std::uint32_t* const next = begin_.data() + begin / slice_entries * segments;
        for (std::size_t i = begin; i < begin + length; ++i)
            places_[next[segment_of(batch.entries[i])]++] = static_cast<std::uint32_t>(i);
    });
}

void settler::settle(tbb::task_arena& arena, settle_batch const& batch) {
    auto const fetch = [&](settle_entry const& e) {
        __builtin_prefetch(&batch.accounts[e.account.value].cash, 1);
        __builtin_prefetch(&batch.accounts[e.account.value].open_orders, 1);
        if (e.position != no_position) __builtin_prefetch(&batch.positions[e.position], 1);
    };
    auto const fold = [&](std::size_t place) {
        batch.open_interest[place] =
            post(batch.entries[place], batch.accounts.data, batch.positions.data);
    };
    std::size_t const count = batch.entries.size();
    if (count <= cached_entries || arena.max_concurrency() == 1) {
        for (std::size_t i = 0; i < count; ++i) {
            if (i + ahead < count) fetch(batch.entries[i + ahead]);
            fold(i);
        }
        return;
    }
    sort(arena, batch);
    // The last slice has moved its places to the ends of the segments.
    std::uint32_t const* const end = begin_.data() + begin_.size() - segments;
    each_slice(arena, segments, 1, [&](std::size_t segment, std::size_t) {
        for (std::uint32_t i = segment == 0 ? 0 : end[segment - 1]; i < end[segment]; ++i)
            fold(places_[i]);
    });
}

}  // namespace lockstep::cpu

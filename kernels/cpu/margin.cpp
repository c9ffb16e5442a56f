#include "kernels/cpu/margin.h"

#include <oneapi/tbb/blocked_range.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_reduce.h>

#include <algorithm>
#include <stdexcept>
#include <string>

namespace lockstep::cpu {

namespace {

constexpr std::size_t instruments_per_slice = 64;
/// Slices are cut by positions, so that accounts of one and of ten thousand weigh what they cost.
constexpr std::size_t positions_per_slice = 16'384;
/// What is checked is seldom all and never far from the usual size of an account.
constexpr std::size_t sets_per_slice = 1'024;
/// A set larger than this is itself cut, its parts summed apart and merged.
constexpr std::size_t positions_whole_max = 4 * positions_per_slice;

using range = tbb::blocked_range<std::size_t>;

/// The first set that begins at or after a position; sets without positions stay with the one
/// after them.
std::size_t set_at(position_batch const& positions, std::size_t position) {
    auto const* begin = positions.begin.begin();
    return static_cast<std::size_t>(std::lower_bound(begin, begin + positions.sets(), position) -
                                    begin);
}

void sum_large_set(lane_table const& lanes, margin_batch const& batch, std::size_t set,
                   sum_lanes mode) {
    auto const columns = static_cast<std::uint32_t>(batch.matrix.stride());
    wide_sums none;
    clear(none, columns);
    wide_sums const sums = tbb::parallel_reduce(
        range(batch.positions.begin[set], batch.positions.begin[set + 1], positions_per_slice),
        none,
        [&](range const& part, wide_sums total) {
            wide_sums sums_of_part;
            lanes.margin_part(batch, part.begin(), part.end(), mode, sums_of_part);
            merge(total, sums_of_part, columns);
            return total;
        },
        [&](wide_sums a, wide_sums const& b) {
            merge(a, b, columns);
            return a;
        });
    lanes.margin_whole(batch, set, sums);
}

/// Sets [first, last), with the large ones taken out of the lanes' run.
void sum_sets(lane_table const& lanes, margin_batch const& batch, std::size_t first,
              std::size_t last, sum_lanes mode) {
    auto const& begin = batch.positions.begin;
    std::size_t from = first;
    for (std::size_t set = first; set < last; ++set) {
        std::size_t const held = begin[set + 1] - begin[set];
        if (held <= positions_whole_max) continue;
        lanes.margin_sets(batch, from, set, mode);
        if (set_refusal(held, rules_serve(batch, set), batch.positions.lot_exponent[set]) == 0)
            sum_large_set(lanes, batch, set, mode);
        else
            lanes.margin_sets(batch, set, set + 1, mode);
        from = set + 1;
    }
    lanes.margin_sets(batch, from, last, mode);
}

/// The lanes have a loop for every width of a row from 2 to 9 vectors; of another they fill nothing.
void demand_loop(risk_matrix const& matrix) {
    std::size_t const vectors = matrix.stride() / 8;
    if (vectors < 2 || vectors > 9)
        throw std::logic_error("no loop adds up rows of " + std::to_string(vectors) + " vectors");
}

}  // namespace

void run_risk_arrays(lane_table const& lanes, tbb::task_arena& arena, risk_array_batch const& batch,
                     risk_matrix const& matrix) {
    arena.execute([&] {
        tbb::parallel_for(range(0, batch.instruments.size(), instruments_per_slice),
                          [&](range const& slice) {
                              lanes.risk_arrays(batch, matrix, slice.begin(), slice.end());
                          });
    });
}

void run_margin(lane_table const& lanes, tbb::task_arena& arena, margin_batch const& batch,
                sum_lanes mode) {
    std::size_t const sets = batch.positions.sets();
    if (sets > 0) demand_loop(batch.matrix);
    std::size_t const slices = batch.positions.instrument.size() / positions_per_slice + 1;
    arena.execute([&] {
        tbb::parallel_for(range(0, slices, 1), [&](range const& part) {
            for (std::size_t s = part.begin(); s < part.end(); ++s) {
                std::size_t const first = set_at(batch.positions, s * positions_per_slice);
                std::size_t const last =
                    s + 1 == slices ? sets : set_at(batch.positions, (s + 1) * positions_per_slice);
                sum_sets(lanes, batch, first, last, mode);
            }
        });
    });
}

void run_check(lane_table const& lanes, tbb::task_arena& arena, check_batch const& batch,
               sum_lanes mode) {
    if (batch.size() > 0) demand_loop(batch.matrix);
    arena.execute([&] {
        tbb::parallel_for(range(0, batch.size(), sets_per_slice), [&](range const& slice) {
            lanes.check_sets(batch, slice.begin(), slice.end(), mode);
        });
    });
}

}  // namespace lockstep::cpu

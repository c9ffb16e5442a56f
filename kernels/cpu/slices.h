// Fixed slices of a batch over the threads of an arena. Where a slice begins depends on the count
// alone, never on the number of threads, and each row is computed by itself: the bytes are the same
// whoever computes them.
#pragma once

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>

namespace lockstep::cpu {

/// Calls f(begin, length) for every slice of [0, count), in any order.
template <class F>
void each_slice(tbb::task_arena& arena, std::size_t count, std::size_t slice_rows, F const& f) {
    std::size_t const slices = (count + slice_rows - 1) / slice_rows;
    auto const run = [&](std::size_t slice) {
        std::size_t const begin = slice * slice_rows;
        std::size_t const rest = count - begin;
        f(begin, rest < slice_rows ? rest : slice_rows);
    };
    if (slices <= 1 || arena.max_concurrency() == 1) {
        for (std::size_t slice = 0; slice < slices; ++slice) run(slice);
        return;
    }
    arena.execute([&] { tbb::parallel_for(std::size_t{0}, slices, run); });
}

}  // namespace lockstep::cpu

#pragma once

#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/views.h"

namespace lockstep::cpu {

/// Entries that stay in a core's own cache from the book that writes them until they are posted.
inline constexpr std::size_t cached_entries = 4096;
/// From how many threads on it is better to sort all entries by account and share the accounts out:
/// sorting is twice the work of posting, so that two threads only lose by it (measured).
inline constexpr int threads_that_sort = 8;

/// backend::settle over the threads of an arena. Keeps its scratch from call to call.
class settler {
  public:
    void settle(tbb::task_arena& arena, settle_batch const& batch);

  private:
    void sort(tbb::task_arena& arena, settle_batch const& batch);

    std::vector<std::uint32_t> places_;  // of the entries, by segment, in order within each
    std::vector<std::uint32_t> begin_;   // by slice and segment: where its entries go
};

}  // namespace lockstep::cpu

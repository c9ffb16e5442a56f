#pragma once

#include <oneapi/tbb/task_arena.h>

#include <cstdint>
#include <vector>

#include "kernels/views.h"

namespace lockstep::cpu {

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

#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/tail_batch.h"

namespace lockstep::cpu {

/// backend::tails over the threads of an arena.
void tails(tbb::task_arena& arena, tail_batch const& batch, tail_outputs const& out);

}  // namespace lockstep::cpu

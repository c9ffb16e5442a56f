#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/svi_batch.h"

namespace lockstep::cpu {

/// backend::fit_svi over the threads of an arena. A fit is all branches, which no lanes would help.
void fit_svi(tbb::task_arena& arena, svi_batch const& batch, view<svi_fit_result> fits);

}  // namespace lockstep::cpu

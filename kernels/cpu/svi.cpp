#include "kernels/cpu/svi.h"

#include "kernels/cpu/slices.h"

namespace lockstep::cpu {

void fit_svi(tbb::task_arena& arena, svi_batch const& batch, view<svi_fit_result> fits) {
    // One expiry is a tenth of a millisecond of work.
    each_slice(arena, batch.size(), 1, [&](std::size_t i, std::size_t) {
        fits[i] = lockstep::fit_svi(batch.quotes_of(i));
    });
}

}  // namespace lockstep::cpu

#include "kernels/cpu/heston.h"

#include "kernels/cpu/slices.h"
#include "kernels/heston_batch.h"

namespace lockstep::cpu {

void heston(lane_table const& lanes, tbb::task_arena& arena, heston_batch const& batch,
            heston_values const& values) {
    each_slice(arena, batch.expiries.size(), 1, [&](std::size_t expiry, std::size_t) {
        lanes.heston(batch, values, expiry, expiry + 1);
    });
}

}  // namespace lockstep::cpu

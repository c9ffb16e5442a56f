// How far a pool is from liquidation, by moving its underlyings together with volatilities held and
// asking the backend again: first at the steps of the liquidation ladder (host/risk/ladder.h), to
// find the first that the pool does not survive, then by halving the interval before it. No
// estimate: every answer is a check of the pool's own sets at that move.
#pragma once

#include <cstdint>
#include <vector>

#include "host/watch/watcher.h"

namespace lockstep {

struct pool_distance {
    std::int32_t down_ppm = no_distance;  // a fall, as a magnitude; the farthest it survives
    std::int32_t up_ppm = no_distance;    // a rise
};

/// Zero where the pool is liquidatable already; none where it survives the whole ladder.
pool_distance distance_of(watcher const& watch, std::uint32_t pool);

}  // namespace lockstep

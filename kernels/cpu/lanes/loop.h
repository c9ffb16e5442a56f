// The scratch that loops over lanes work in; LOCKSTEP_LANES is defined in pricing/base/lanes.h.
#pragma once

#include <cstddef>

#include "pricing/base/lanes.h"

namespace lockstep::cpu {

/// Rows that go through the bytes-to-words scratch at once: small enough for the first cache.
/// Flags and statuses are bytes in a batch and 64 bits in a loop over doubles; a loop that mixed
/// the widths would be unrolled to 64 rows and spill its registers.
inline constexpr std::size_t lane_block = 256;

}  // namespace lockstep::cpu

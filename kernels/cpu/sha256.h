#pragma once

#include <oneapi/tbb/task_arena.h>

#include "kernels/cpu/lanes.h"

namespace lockstep::cpu {

/// backend::sha256 over the threads of an arena. With `any_instructions` the processor's own
/// SHA-256 instructions are used where they are quicker than the table's lanes; the bytes are the
/// same either way.
void sha256(lane_table const& lanes, bool any_instructions, tbb::task_arena& arena,
            message_batch const& messages, sha256_digest* digests);

}  // namespace lockstep::cpu

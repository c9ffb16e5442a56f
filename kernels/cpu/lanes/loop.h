// What a loop over lanes needs from its compiler.
//
// Batches have many columns; proving at run time that none overlaps would cost more than it tells,
// so the loop says so itself: columns of results never overlap columns of inputs or each other.
#pragma once

#include <cstddef>

#if defined(__clang__)
#define LOCKSTEP_LANES _Pragma("clang loop vectorize(assume_safety) interleave(disable)")
#else
#define LOCKSTEP_LANES _Pragma("GCC ivdep")
#endif

namespace lockstep::cpu {

/// Rows that go through the bytes-to-words scratch at once: small enough for the first cache.
/// Flags and statuses are bytes in a batch and 64 bits in a loop over doubles; a loop that mixed
/// the widths would be unrolled to 64 rows and spill its registers.
inline constexpr std::size_t lane_block = 256;

}  // namespace lockstep::cpu

// What a loop over lanes needs from its compiler.
//
// Batches have many columns; proving at run time that none overlaps would cost more than it tells,
// so the loop says so itself: what it writes never overlaps what it reads. Outside of a vector
// build there is nothing to say.
#pragma once

#if !defined(LOCKSTEP_VECTOR_BUILD)
#define LOCKSTEP_LANES
#elif defined(__clang__)
#define LOCKSTEP_LANES _Pragma("clang loop vectorize(assume_safety) interleave(disable)")
#else
#define LOCKSTEP_LANES _Pragma("GCC ivdep")
#endif

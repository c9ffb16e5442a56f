// Two clocks. What takes less than a time slice is timed by the wall: the shortest of many runs is
// one that nothing interrupted. Longer work on one thread is timed by that thread's own processor
// time: on a shared machine it would else pay for its neighbours, and the slower of two contenders
// more often than the quicker. That clock is not exact (a virtual machine takes back what it thinks
// was stolen, tens of microseconds at a time), so it is not asked about anything short.
#pragma once

#include <time.h>

#include <chrono>

namespace lockstep::bench {

inline double wall_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

inline double thread_seconds() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

inline constexpr double time_slice = 3e-3;

/// Does the work and returns its seconds by the clock that suits it. With one thread, all of it
/// must happen on the calling one.
template <class Work>
double clocked(int threads, Work const& work) {
    double const wall = wall_seconds(), own = thread_seconds();
    work();
    double const own_taken = thread_seconds() - own, wall_taken = wall_seconds() - wall;
    return threads == 1 && wall_taken > time_slice ? own_taken : wall_taken;
}

}  // namespace lockstep::bench

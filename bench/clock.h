// Two clocks. Work on one thread is timed by that thread's own processor time: on a machine that is
// shared, whoever runs longer than a time slice would else pay for his neighbours, and the slower
// of two contenders always runs longer. Everything else is timed by the wall.
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

/// Does the work and returns its seconds by the clock that suits so many threads. With one, all of
/// it must happen on the calling thread.
template <class Work>
double clocked(int threads, Work const& work) {
    bool const alone = threads == 1;
    double const start = alone ? thread_seconds() : wall_seconds();
    work();
    return (alone ? thread_seconds() : wall_seconds()) - start;
}

}  // namespace lockstep::bench

// SIGINT, SIGTERM and SIGHUP: blocked in every thread and waited for in one, so that what they set
// off may do anything. One that is ignored stays so. By default they end the process as they always
// do, but not before it has tidied up; a service that has an end of its own comes to that instead.
#pragma once

#include <csignal>
#include <functional>
#include <thread>

namespace lockstep {

/// Waits for the signals while it lives. One for a process, made before its other threads.
class interruption_watch {
  public:
    interruption_watch();
    interruption_watch(interruption_watch const&) = delete;
    interruption_watch& operator=(interruption_watch const&) = delete;
    ~interruption_watch();

  private:
    void wait();

    sigset_t set_{};
    std::thread thread_;
};

/// While this lives, the first interruption calls `stop` and no more; the second one ends the
/// process all the same. Called from the thread that waits.
class on_interruption {
  public:
    explicit on_interruption(std::function<void()> stop);
    on_interruption(on_interruption const&) = delete;
    on_interruption& operator=(on_interruption const&) = delete;
    ~on_interruption();
};

/// What is done before an interruption ends the process.
void before_interruption_ends_it(void (*tidy_up)());

}  // namespace lockstep

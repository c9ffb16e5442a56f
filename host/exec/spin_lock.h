// A lock of one byte for sections of a few dozen instructions. It spins briefly and then gives its
// turn away, because the holder may be waiting for a core.
#pragma once

#include <atomic>
#include <thread>

namespace lockstep::exec {

class spin_lock {
  public:
    void lock() {
        for (int tries = 0; !try_lock(); ++tries)
            if (tries >= tries_before_yield) std::this_thread::yield();
    }
    bool try_lock() {
        return !held_.load(std::memory_order_relaxed) &&
               !held_.exchange(true, std::memory_order_acquire);
    }
    void unlock() { held_.store(false, std::memory_order_release); }

  private:
    static constexpr int tries_before_yield = 64;
    std::atomic<bool> held_{false};
};

}  // namespace lockstep::exec

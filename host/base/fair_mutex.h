// A mutex that is held in the order in which it was asked for. An ordinary one may be taken again
// by whoever has just let it go, for as long as it likes.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace lockstep {

class fair_mutex {
  public:
    void lock() {
        std::unique_lock held(mutex_);
        std::uint64_t const mine = asked_++;
        next_.wait(held, [&] { return served_ == mine; });
    }
    void unlock() {
        std::lock_guard const held(mutex_);
        ++served_;
        next_.notify_all();
    }

  private:
    std::mutex mutex_;
    std::condition_variable next_;
    std::uint64_t asked_ = 0, served_ = 0;
};

}  // namespace lockstep

// Queues of work that is done when somebody waits for it, and not before.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

namespace emulated {

class stream : public std::enable_shared_from_this<stream> {
  public:
    void queue(std::function<void()> work);
    std::uint64_t queued() const { return done_ + waiting_.size() + (at_work_ ? 1 : 0); }
    /// Does what is queued, up to and with the n-th piece of work that there ever was.
    void run_until(std::uint64_t n);
    void run_all() { run_until(queued()); }

  private:
    std::deque<std::function<void()>> waiting_;
    std::uint64_t done_ = 0;
    bool at_work_ = false;
};

/// A place in a stream.
struct mark {
    std::shared_ptr<stream> of;  // null: never recorded
    std::uint64_t position = 0;
    std::shared_ptr<double> seconds = std::make_shared<double>(0.0);  // when it was passed
    void reach() const {
        if (of) of->run_until(position);
    }
};

}  // namespace emulated

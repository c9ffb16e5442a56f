#include "tests/emulated_device/stream.h"

#include <utility>

#include "tests/emulated_device/memory.h"

namespace emulated {

void stream::queue(std::function<void()> work) { waiting_.push_back(std::move(work)); }

void stream::run_until(std::uint64_t n) {
    if (done_ >= n || at_work_) return;
    device_at_work const working;
    while (done_ < n) {
        auto const work = std::move(waiting_.front());
        waiting_.pop_front();
        at_work_ = true;
        work();
        at_work_ = false;
        ++done_;
    }
}

}  // namespace emulated

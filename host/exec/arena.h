// Threads for one step. oneTBB grants no more workers than the machine has cores unless it is told
// to, and says so on stderr: whoever asks for more threads than cores means it.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <cstddef>
#include <optional>

namespace lockstep::exec {

class arena {
  public:
    explicit arena(int threads) : arena_(threads) {
        if (threads > tbb::info::default_concurrency())
            leave_.emplace(tbb::global_control::max_allowed_parallelism,
                           static_cast<std::size_t>(threads));
    }

    template <class Work>
    void execute(Work const& work) {
        arena_.execute(work);
    }

  private:
    std::optional<tbb::global_control> leave_;
    tbb::task_arena arena_;
};

}  // namespace lockstep::exec

// The stages of a run: each is timed and announced. Times are for people; they never reach a file
// that is digested.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

struct stage_time {
    std::string name;
    double seconds;
};

class stage_watch {
  public:
    /// Called when a stage begins and when it has advanced: its name, steps done, steps in all.
    using listener = std::function<void(std::string const&, std::size_t, std::size_t)>;

    explicit stage_watch(listener listening = {}) : listening_(std::move(listening)) {}

    /// Runs the stage and gives what it gives.
    template <class WorkT>
    auto run(std::string name, WorkT const& work) {
        struct stop {
            stage_watch& watch;
            std::string name;
            std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
            ~stop() {
                std::chrono::duration<double> const spent =
                    std::chrono::steady_clock::now() - begin;
                watch.times_.push_back({std::move(name), spent.count()});
            }
        };
        current_ = name;
        advance(0, 0);
        stop const timer{*this, std::move(name)};
        return work();
    }
    void advance(std::size_t done, std::size_t all) const {
        if (listening_) listening_(current_, done, all);
    }
    std::vector<stage_time> const& times() const { return times_; }

  private:
    listener listening_;
    std::string current_;
    std::vector<stage_time> times_;
};

}  // namespace lockstep

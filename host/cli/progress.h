// A line that says how far a long task is, on a terminal and nowhere else: what goes to a file or a
// pipe never sees it.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "host/cli/say.h"

namespace lockstep {

class progress_line {
  public:
    progress_line(std::string what, std::uint64_t total)
        : what_(std::move(what)), total_(total), shown_(::isatty(STDERR_FILENO) != 0) {}
    progress_line(progress_line const&) = delete;
    progress_line& operator=(progress_line const&) = delete;
    ~progress_line() {
        if (shown_) say("\r\x1b[K");
    }

    /// Cheap enough to be called for every account: it writes when a per cent is full.
    void reached(std::uint64_t done) {
        if (!shown_ || total_ == 0 || done * 100 / total_ == percent_) return;
        percent_ = done * 100 / total_;
        auto const filled = static_cast<std::size_t>(percent_ * 40 / 100);
        say("\r{} [{}{}] {:3} %", what_, std::string(filled, '='), std::string(40 - filled, ' '),
            percent_);
        std::fflush(stderr);
    }

  private:
    std::string what_;
    std::uint64_t total_;
    std::uint64_t percent_ = ~std::uint64_t{0};
    bool shown_;
};

}  // namespace lockstep

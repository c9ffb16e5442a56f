// A bar on a terminal, redrawn in place; nothing at all where standard error is a file or a pipe.
#pragma once

#include <cstddef>
#include <string>

namespace lockstep {

class progress_bar {
  public:
    explicit progress_bar(std::size_t stages);
    progress_bar(progress_bar const&) = delete;
    progress_bar& operator=(progress_bar const&) = delete;
    ~progress_bar() { clear(); }

    /// A new name moves the bar on by one stage; steps fill the stage in part.
    void show(std::string const& stage, std::size_t done, std::size_t all);
    void clear();

  private:
    bool drawn_to_terminal_;
    std::size_t stages_;
    std::size_t begun_ = 0;
    std::string stage_;
};

}  // namespace lockstep

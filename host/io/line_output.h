// Lines to a pipe whose reader may stall for as long as it likes: whoever waits for it can be told
// that this was all, and then waits no more than a moment.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "host/io/input_end.h"

namespace lockstep {

class line_output {
  public:
    /// `name` is how messages call the file, which stays open.
    line_output(int file, std::string name) : file_(file), name_(std::move(name)) {}

    /// All of it, at once and past every buffer of this process. Throws machine_error when it
    /// cannot be written.
    void write(std::string_view text);

    /// From any thread: a reader who then takes nothing for a second gets nothing more.
    void stop() { end_.come(); }
    std::uint64_t lost_bytes() const { return lost_; }

  private:
    bool has_room() const;

    int const file_;
    std::string const name_;
    input_end end_;
    std::uint64_t lost_ = 0;
};

}  // namespace lockstep

// Where a watch's lines come from: a recorded file, standard input, or connections to a port. Each
// gives whole lines, and each lets go at once when it is told to stop.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace lockstep {

class line_source {
  public:
    virtual ~line_source() = default;
    /// The next line without its end; false at the end of the input or after stop().
    virtual bool next(std::string& line) = 0;
    /// May be called from another thread, and by a signal's waiter.
    virtual void stop() = 0;
    virtual std::string name() const = 0;
};

/// A file, or - for standard input, plain or gzip: a line counts as soon as it has come.
std::unique_ptr<line_source> lines_of_file(std::string const& path);

struct listen_options {
    bool everywhere = false;             // on all addresses, not on 127.0.0.1 alone
    std::chrono::milliseconds patience{0};  // with who says nothing, when another wants the place
};

/// Listens on a port and takes lines from whoever connects, from 256 at once: when all places are
/// taken, who has been silent the longest, and for longer than the patience, gives way to who
/// comes, and otherwise who comes is told so. Port 0 takes a free one; name() says which. Throws
/// machine_error when the port is taken.
std::unique_ptr<line_source> lines_of_port(std::uint16_t port, listen_options const& options);

}  // namespace lockstep

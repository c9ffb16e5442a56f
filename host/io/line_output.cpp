#include "host/io/line_output.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "host/base/error.h"

namespace lockstep {

namespace {

constexpr std::size_t piece = 4096;  // what a pipe that has room at all takes without waiting
constexpr int patience_ms = 1000;

}  // namespace

void line_output::write(std::string_view text) {
    while (!text.empty() && lost_ == 0 && has_room()) {
        auto const count = ::write(file_, text.data(), std::min(text.size(), piece));
        if (count >= 0)
            text.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR && errno != EAGAIN)
            throw machine_error(name_ +
                                " cannot be written: " + std::generic_category().message(errno));
    }
    lost_ += text.size();
}

/// False when the end has come and nobody reads.
bool line_output::has_room() const {
    end_.or_wait_for_room(file_);
    if (!end_.has_come()) return true;
    pollfd out{file_, POLLOUT, 0};
    return ::poll(&out, 1, patience_ms) > 0;
}

}  // namespace lockstep

#include "host/io/input_end.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "host/base/error.h"

namespace lockstep {

input_end::input_end() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (event_ < 0)
        throw machine_error("no event can be made: " + std::generic_category().message(errno));
}
input_end::~input_end() { ::close(event_); }

void input_end::come() {
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(event_, &one, sizeof one);
}

bool input_end::has_come() const {
    pollfd event{event_, POLLIN, 0};
    return ::poll(&event, 1, 0) > 0;
}

void input_end::or_wait_for(int file) const { or_wait_for(file, POLLIN); }
void input_end::or_wait_for_room(int file) const { or_wait_for(file, POLLOUT); }

void input_end::or_wait_for(int file, short what) const {
    pollfd both[] = {{event_, POLLIN, 0}, {file, what, 0}};
    while (::poll(both, 2, -1) < 0 && errno == EINTR) {
    }
}

}  // namespace lockstep

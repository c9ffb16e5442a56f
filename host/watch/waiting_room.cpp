#include "host/watch/waiting_room.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <system_error>
#include <utility>

#include "host/base/error.h"

namespace lockstep {

namespace {

int new_event() {
    int const event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0)
        throw machine_error("no event can be made: " + std::generic_category().message(errno));
    return event;
}

/// Most of what this process may open is left to everything else.
waiting_limits within_the_process(waiting_limits limits) {
    rlimit most{};
    if (::getrlimit(RLIMIT_NOFILE, &most) == 0)
        limits.most = std::clamp<std::size_t>(most.rlim_cur / 4, 1, limits.most);
    return limits;
}

}  // namespace

bool is_whole_head(std::string const& text, std::size_t from) {
    return text.find("\r\n\r\n", from) != text.npos || text.find("\n\n", from) != text.npos;
}

waiting_room::waiting_room(waiting_limits const& limits, taker leaves)
    : limits_(within_the_process(limits)),
      leaves_(std::move(leaves)),
      event_(new_event()),
      thread_([this] { run(); }) {}

waiting_room::~waiting_room() {
    end();
    ::close(event_);
}

void waiting_room::enter(int socket) {
    std::lock_guard const held(mutex_);
    arrived_.push_back({socket, std::chrono::steady_clock::now() + limits_.to_ask});
    wake();
}

void waiting_room::end() {
    {
        std::lock_guard const held(mutex_);
        ended_ = true;
        wake();
    }
    if (thread_.joinable()) thread_.join();
}

void waiting_room::wake() const {
    std::uint64_t const one = 1;
    [[maybe_unused]] auto const written = ::write(event_, &one, sizeof one);
}

void waiting_room::run() {
    while (let_in()) {
        wait();
        for (std::size_t i = inside_.size(); i-- > 0;)
            if (!hear(inside_[i])) lead_out(i);
    }
    for (visitor const& one : inside_) leaves_(one.socket, "");
}

/// False once this has ended. Who has asked by the time he comes is not counted: only those who
/// keep the room waiting have to make room.
bool waiting_room::let_in() {
    std::vector<visitor> arrived;
    bool ended;
    {
        std::lock_guard const held(mutex_);
        arrived.swap(arrived_);
        ended = ended_;
    }
    for (visitor& one : arrived) {
        inside_.push_back(std::move(one));
        if (ended) continue;
        if (!hear(inside_.back())) lead_out(inside_.size() - 1);
        if (inside_.size() > limits_.most) lead_out(0);
    }
    return !ended;
}

void waiting_room::wait() const {
    std::vector<pollfd> watched{{event_, POLLIN, 0}};
    for (visitor const& one : inside_) watched.push_back({one.socket, POLLIN, 0});
    int most_ms = -1;
    if (!inside_.empty()) {
        auto const left = std::chrono::ceil<std::chrono::milliseconds>(
            inside_.front().until - std::chrono::steady_clock::now());
        most_ms = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30));
    }
    ::poll(watched.data(), watched.size(), most_ms);
    std::uint64_t count;
    [[maybe_unused]] auto const read = ::read(event_, &count, sizeof count);
}

/// What has come meanwhile; false when nothing more is waited for.
bool waiting_room::hear(visitor& one) const {
    char block[4096];
    auto const count = ::recv(one.socket, block, sizeof block, MSG_DONTWAIT);
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) return false;
    std::size_t const known = one.head.size();
    if (count > 0) one.head.append(block, static_cast<std::size_t>(count));
    return one.head.size() <= longest_head &&
           !is_whole_head(one.head, known - std::min<std::size_t>(known, 3)) &&
           std::chrono::steady_clock::now() < one.until;
}

void waiting_room::lead_out(std::size_t i) {
    visitor one = std::move(inside_[i]);
    inside_.erase(inside_.begin() + static_cast<std::ptrdiff_t>(i));
    leaves_(one.socket, std::move(one.head));
}

}  // namespace lockstep

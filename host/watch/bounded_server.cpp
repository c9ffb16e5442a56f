#include "host/watch/bounded_server.h"

#include <poll.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

namespace lockstep {

namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds to_take{5000}, to_close{250}, to_leave{1000};
constexpr int at_the_door_most = 128;  // the library lets five wait to be let in

/// False when it is not ready for that in time. A client that has gone is: what follows fails.
bool is_ready(socket_t socket, short what, steady::time_point until) {
    for (;;) {
        auto const left = std::chrono::ceil<milliseconds>(until - steady::now()).count();
        pollfd one{socket, what, 0};
        int const ready = left <= 0 ? 0 : ::poll(&one, 1, static_cast<int>(left));
        if (ready >= 0) return ready > 0;
        if (errno != EINTR) return false;
    }
}

bool may_go_on(ssize_t count) {
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

/// A head that was read, and the way back.
class client final : public httplib::Stream {
  public:
    client(socket_t socket, std::string head) : socket_(socket), head_(std::move(head)) {}

    bool is_readable() const override { return !head_.empty(); }
    bool is_writable() const override {
        char next;
        return is_ready(socket_, POLLOUT, steady::now() + to_take) &&
               ::recv(socket_, &next, 1, MSG_PEEK | MSG_DONTWAIT) != 0;
    }
    ssize_t read(char* to, std::size_t size) override {
        std::size_t const count = head_.copy(to, size, at_);
        at_ += count;
        return static_cast<ssize_t>(count);
    }
    ssize_t write(char const* from, std::size_t size) override {
        auto const until = steady::now() + to_take;
        for (std::size_t done = 0; done < size;) {
            if (!is_ready(socket_, POLLOUT, until)) return -1;
            auto const count =
                ::send(socket_, from + done, size - done, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (!may_go_on(count)) return -1;
            if (count > 0) done += static_cast<std::size_t>(count);
        }
        return static_cast<ssize_t>(size);
    }
    void get_remote_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
    void get_local_ip_and_port(std::string& ip, int& port) const override { ip.clear(), port = 0; }
    socket_t socket() const override { return socket_; }

  private:
    socket_t const socket_;
    std::string const head_;
    std::size_t at_ = 0;
};

std::string without_ranges(std::string const& head) {
    constexpr std::string_view range = "range:";
    std::string kept;
    for (std::size_t at = 0, next; at < head.size(); at = next) {
        next = std::min(head.find('\n', at), head.size() - 1) + 1;
        if (::strncasecmp(head.c_str() + at, range.data(), range.size()) != 0)
            kept.append(head, at, next - at);
    }
    return kept;
}

/// Whether every `Host` of the head names this machine to itself. A page of another site can make a
/// browser ask here under that site's name, and would read the answer.
bool asks_localhost(std::string const& head) {
    constexpr std::string_view key = "host:", blanks = " \t\r\n";
    for (std::size_t at = 0, next; at < head.size(); at = next) {
        next = std::min(head.find('\n', at), head.size() - 1) + 1;
        if (::strncasecmp(head.c_str() + at, key.data(), key.size()) != 0) continue;
        std::string_view host(head.data() + at + key.size(), next - at - key.size());
        host.remove_prefix(std::min(host.find_first_not_of(blanks), host.size()));
        host = host.substr(0, host.find_last_not_of(blanks) + 1);
        host = host.substr(0, host.find(':', host.find(']') == host.npos ? 0 : host.find(']')));
        bool const local = ::strncasecmp(host.data(), "localhost", host.size()) == 0 &&
                           host.size() == std::strlen("localhost");
        if (!local && host != "127.0.0.1" && host != "[::1]") return false;
    }
    return true;
}

/// An answer that needs no look at what was asked for.
std::string refusal(char const* status, char const* why, char const* more = "") {
    std::string const text = std::string("{\"error\":\"") + why + "\"}\n";
    return std::string("HTTP/1.1 ") + status + "\r\n" + more +
           "Connection: close\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(text.size()) + "\r\n\r\n" + text;
}

/// Why a head is not looked at; empty when it is.
std::string refused(std::string const& head) {
    if (head.size() > longest_head)
        return refusal("431 Request Header Fields Too Large", "the head is longer than 16 KiB");
    if (!is_whole_head(head))
        return refusal("408 Request Timeout", "the head did not come in time");
    if (!asks_localhost(head))
        return refusal("421 Misdirected Request", "this is served to localhost under its own name");
    std::string const line = head.substr(0, head.find('\n'));
    std::string const method = line.substr(0, line.find(' '));
    if (method == "GET" || method == "HEAD" || line.find(" HTTP/1.") == line.npos) return "";
    return refusal("405 Method Not Allowed", "nothing can be changed here: GET and HEAD only",
                   "Allow: GET, HEAD\r\n");
}

/// Reads on for a moment after the answer: closed over something unread, a connection is reset, and
/// the answer may be lost with it.
void hear_out(socket_t socket) {
    ::shutdown(socket, SHUT_WR);
    auto const until = steady::now() + to_close;
    char block[4096];
    while (is_ready(socket, POLLIN, until) &&
           may_go_on(::recv(socket, block, sizeof block, MSG_DONTWAIT))) {
    }
}

/// The library hands on who comes by its own thread: there is nothing to wait for at the door.
class door final : public httplib::TaskQueue {
    void enqueue(std::function<void()> lead_in) override { lead_in(); }
    void shutdown() override {}
};

}  // namespace

bounded_server::bounded_server(server_limits const& limits) : limits_(limits) {
    new_task_queue = [] { return new door; };
}

int bounded_server::bind(std::uint16_t port) {
    int bound = port;
    if (port == 0)
        bound = bind_to_any_port("127.0.0.1");
    else if (!bind_to_port("127.0.0.1", port))
        bound = -1;
    if (bound >= 0) ::listen(svr_sock_, at_the_door_most);
    return bound;
}

void bounded_server::end() {
    {
        std::unique_lock held(mutex_);
        ending_ = true;
        left_.wait_for(held, to_leave, [&] { return open_.empty(); });
        for (socket_t const socket : open_) ::shutdown(socket, SHUT_RDWR);
    }
    stop();  // not before: the library breaks off an answer then
}

bool bounded_server::enter(socket_t socket) {
    std::lock_guard const held(mutex_);
    if (!ending_) open_.insert(socket);
    return !ending_;
}

void bounded_server::leave(socket_t socket) {
    std::lock_guard const held(mutex_);
    open_.erase(socket);
    ::close(socket);
    left_.notify_all();
}

void bounded_server::serve() {
    httplib::ThreadPool answering(limits_.threads);
    waiting_room room(limits_.waiting, [&](socket_t socket, std::string head) {
        if (head.empty()) return leave(socket);  // a browser opens some to have them at hand
        answering.enqueue([this, socket, head = std::move(head)] { answer(socket, head); });
    });
    room_ = &room;
    listen_after_bind();
    room.end();
    answering.shutdown();
}

void bounded_server::answer(socket_t socket, std::string const& head) {
    client asking(socket, without_ranges(head));
    std::string const no = refused(head);
    bool closed = false;
    if (!no.empty())
        asking.write(no.data(), no.size());
    else
        process_request(asking, true, closed, nullptr);
    hear_out(socket);
    leave(socket);
}

bool bounded_server::process_and_close_socket(socket_t socket) {
    if (enter(socket))
        room_->enter(socket);
    else
        leave(socket);
    return true;
}

}  // namespace lockstep

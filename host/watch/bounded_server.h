// An HTTP server that no client can hold up. A connection is for one question: until its head has
// come it waits where it holds no thread (host/watch/waiting_room.h), two seconds at most; each
// piece of the answer has to be taken within five, and what is still open when the server ends is
// cut off a second later. Nothing but a head is read: there is nothing to
// be told here, so methods other than GET and HEAD are refused, and parts of an answer
// (`Range`) are not given, the whole is.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>

#include "host/watch/waiting_room.h"

namespace lockstep {

struct server_limits {
    std::size_t threads;  // that answer; who has not asked holds none of them
    waiting_limits waiting{};
};

class bounded_server final : public httplib::Server {
  public:
    explicit bounded_server(server_limits const& limits);
    /// On 127.0.0.1; 0 takes a free port. Gives the port, or -1 when it cannot be had.
    int bind(std::uint16_t port);
    /// Answers until end() is called; bind() comes before it.
    void serve();
    /// Sees the connections that are open to their end, and stops listening.
    void end();

  private:
    bool process_and_close_socket(socket_t socket) override;
    void answer(socket_t socket, std::string const& head);
    bool enter(socket_t socket);
    void leave(socket_t socket);

    server_limits const limits_;
    waiting_room* room_ = nullptr;  // while this serves
    std::mutex mutex_;
    std::condition_variable left_;
    std::set<socket_t> open_;
    bool ending_ = false;
};

}  // namespace lockstep

// An HTTP server that no client can hold up. A connection is for one question: its head has to come
// within two seconds, each piece of the answer has to be taken within five, and what is still open
// when the server ends is cut off a second later. Nothing but a head is read: there is nothing to
// be told here, so methods other than GET and HEAD are refused, and parts of an answer
// (`Range`) are not given, the whole is.
#pragma once

#include <httplib.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <set>

namespace lockstep {

class bounded_server final : public httplib::Server {
  public:
    /// On 127.0.0.1; 0 takes a free port. Gives the port, or -1 when it cannot be had.
    int bind(std::uint16_t port);
    /// Sees the connections that are open to their end, and stops listening.
    void end();

  private:
    bool process_and_close_socket(socket_t socket) override;
    void answer(socket_t socket);
    bool enter(socket_t socket);
    void leave(socket_t socket);

    std::mutex mutex_;
    std::condition_variable left_;
    std::set<socket_t> open_;
    bool ending_ = false;
};

}  // namespace lockstep

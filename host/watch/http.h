// The watch over HTTP, for whoever sits at the same machine: metrics, explanations, and a live
// page.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "host/watch/service.h"

namespace lockstep {

class watch_http {
  public:
    /// Serves on 127.0.0.1 from a thread of its own; port 0 takes a free one. Throws machine_error
    /// when the port is taken.
    watch_http(watch_service& service, std::uint16_t port);
    ~watch_http();
    std::uint16_t port() const;

  private:
    class server;
    std::unique_ptr<server> server_;
};

}  // namespace lockstep

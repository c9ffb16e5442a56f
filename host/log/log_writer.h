// A log to write, in the form that its name asks for: JSON lines for .jsonl, else binary.
#pragma once

#include <filesystem>
#include <memory>

#include "host/state/engine_state.h"

namespace lockstep {

class log_writer {
  public:
    log_writer() = default;
    log_writer(log_writer const&) = delete;
    log_writer& operator=(log_writer const&) = delete;
    virtual ~log_writer() = default;

    virtual void write(block const& b) = 0;
    /// Whole or not at all: without this call nothing is left.
    virtual void commit() = 0;
};

/// Throws machine_error when the file cannot be made.
std::unique_ptr<log_writer> make_log_writer(std::filesystem::path const& target);

}  // namespace lockstep

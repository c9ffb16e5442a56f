// Where bytes come from: a plain file, a .gz file or standard input. Which of the first two it is
// is seen from the content and not from the name, so a renamed file still reads.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "host/base/error.h"

namespace lockstep {

/// The source broke in the middle: what was read before is good, what follows is lost.
struct damaged_source : input_error {
    using input_error::input_error;
};

class byte_source {
  public:
    byte_source() = default;
    byte_source(byte_source const&) = delete;
    byte_source& operator=(byte_source const&) = delete;
    virtual ~byte_source() = default;

    /// Fills the front of `into` and returns how many bytes that were; zero at the end only.
    /// Throws damaged_source, whose message does not name the file.
    virtual std::size_t read(std::span<char> into) = 0;
};

/// Opens a plain or gzip file; "-" is standard input (which may be gzip too).
/// Throws input_error when there is nothing to open.
std::unique_ptr<byte_source> open_bytes(std::string const& path);

class input_end;

/// The same, but nothing is waited for before the first read(), and when the end comes the source
/// has ended, wherever it was.
std::unique_ptr<byte_source> open_bytes(std::string const& path,
                                        std::shared_ptr<input_end const> end);

/// The first bytes of a source, fewer where it ends before; the source gives them again.
std::string peek(std::unique_ptr<byte_source>& source, std::size_t bytes);

/// Bytes already in memory, for tests and for text that another reader has taken in.
std::unique_ptr<byte_source> bytes_of(std::string text);

}  // namespace lockstep

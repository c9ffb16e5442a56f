// What fuzz targets share: bytes that stand in for a file, and readers that may refuse an input but
// may do nothing worse.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "host/base/error.h"

namespace lockstep::fuzz {

/// A file in memory, opened again by its path as often as one likes.
class memory_file {
  public:
    memory_file() : file_(::memfd_create("fuzz", 0)) {
        if (file_ < 0) std::abort();
    }
    memory_file(memory_file const&) = delete;
    memory_file& operator=(memory_file const&) = delete;
    ~memory_file() { ::close(file_); }

    std::string const& hold(std::string_view bytes) {
        auto const size = static_cast<off_t>(bytes.size());
        if (::ftruncate(file_, 0) != 0 ||
            ::pwrite(file_, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(size))
            std::abort();
        return path_;
    }

  private:
    int file_;
    std::string const path_ = "/proc/self/fd/" + std::to_string(file_);
};

inline std::string_view text_of(std::uint8_t const* data, std::size_t size) {
    return {reinterpret_cast<char const*>(data), size};
}

/// Runs a reader on bytes that nobody vouched for: input_error is the one way out beside success.
template <class Read>
int refuses_or_reads(Read&& read) {
    try {
        read();
    } catch (input_error const&) {
    }
    return 0;
}

}  // namespace lockstep::fuzz

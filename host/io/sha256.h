// SHA-256 of a stream, as the manifest records it and as `sha256sum` checks it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lockstep {

class sha256 {
  public:
    sha256();
    sha256(sha256&&) noexcept;
    sha256& operator=(sha256&&) noexcept;
    ~sha256();

    void update(std::string_view bytes);
    /// 64 hexadecimal digits; the stream is finished by it.
    std::string finish();

  private:
    struct state;
    std::unique_ptr<state> state_;
};

struct file_digest {
    std::string sha256;
    std::uint64_t bytes = 0;
};

/// Reads a file once. Throws input_error when it cannot be read.
file_digest digest_file(std::string const& path);

}  // namespace lockstep

#include "host/log/block_source.h"

#include <array>
#include <cstring>

#include "host/io/byte_source.h"
#include "host/log/binary_log.h"
#include "host/log/format.h"
#include "host/log/json_log.h"

namespace lockstep {

namespace {

/// A source whose first bytes were taken to look at, and are given again.
class peeked_source final : public byte_source {
  public:
    peeked_source(std::string front, std::unique_ptr<byte_source> rest)
        : front_(std::move(front)), rest_(std::move(rest)) {}
    std::size_t read(std::span<char> into) override {
        if (at_ == front_.size()) return rest_->read(into);
        std::size_t const bytes = std::min(into.size(), front_.size() - at_);
        std::memcpy(into.data(), front_.data() + at_, bytes);
        at_ += bytes;
        return bytes;
    }

  private:
    std::string front_;
    std::size_t at_ = 0;
    std::unique_ptr<byte_source> rest_;
};

}  // namespace

std::unique_ptr<block_source> open_log(std::string const& path) {
    std::unique_ptr<byte_source> source = open_bytes(path);
    std::string front(sizeof log_magic, '\0');
    std::size_t have = 0;
    while (have < front.size()) {
        std::size_t const got = source->read({front.data() + have, front.size() - have});
        if (got == 0) break;
        have += got;
    }
    front.resize(have);
    bool const binary =
        have == sizeof log_magic && std::memcmp(front.data(), &log_magic, have) == 0;
    auto whole = std::make_unique<peeked_source>(std::move(front), std::move(source));
    if (binary) return std::make_unique<binary_log_reader>(path, std::move(whole));
    return std::make_unique<json_log_reader>(path, std::move(whole));
}

}  // namespace lockstep

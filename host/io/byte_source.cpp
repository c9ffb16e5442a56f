#include "host/io/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "host/io/input_end.h"

namespace lockstep {
namespace {

std::string error_text(int error) { return std::generic_category().message(error); }

class plain_bytes final : public byte_source {
  public:
    plain_bytes(int file, bool owned, std::shared_ptr<input_end const> end)
        : file_(file), owned_(owned), end_(std::move(end)) {}
    ~plain_bytes() override {
        if (owned_) ::close(file_);
    }
    std::size_t read(std::span<char> into) override {
        while (true) {
            if (end_ != nullptr) {
                end_->or_wait_for(file_);
                if (end_->has_come()) return 0;
            }
            auto const count = ::read(file_, into.data(), into.size());
            if (count >= 0) return static_cast<std::size_t>(count);
            if (errno != EINTR) throw damaged_source("cannot be read: " + error_text(errno));
        }
    }

  private:
    int file_;
    bool owned_;
    std::shared_ptr<input_end const> end_;
};

class memory_bytes final : public byte_source {
  public:
    explicit memory_bytes(std::string text) : text_(std::move(text)) {}
    std::size_t read(std::span<char> into) override {
        auto const count = std::min(into.size(), text_.size() - at_);
        std::memcpy(into.data(), text_.data() + at_, count);
        at_ += count;
        return count;
    }

  private:
    std::string text_;
    std::size_t at_ = 0;
};

/// Gives back the few bytes that were read to recognise the format, then the rest.
class peeked_bytes final : public byte_source {
  public:
    peeked_bytes(std::string front, std::unique_ptr<byte_source> rest)
        : front_(std::move(front)), rest_(std::move(rest)) {}
    std::size_t read(std::span<char> into) override {
        if (front_.empty()) return rest_->read(into);
        auto const count = std::min(into.size(), front_.size());
        std::memcpy(into.data(), front_.data(), count);
        front_.erase(0, count);
        return count;
    }

  private:
    std::string front_;
    std::unique_ptr<byte_source> rest_;
};

/// Inflates gzip, also several members one after the other as `cat a.gz b.gz` makes them. zlib's
/// own gzread would treat a truncated file as a short one in some cases and cannot read from a
/// source of ours.
class gzip_bytes final : public byte_source {
  public:
    explicit gzip_bytes(std::unique_ptr<byte_source> packed) : packed_(std::move(packed)) {
        if (inflateInit2(&stream_, gzip_only) != Z_OK) throw std::bad_alloc();
    }
    ~gzip_bytes() override { inflateEnd(&stream_); }

    std::size_t read(std::span<char> into) override {
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(std::min(into.size(), window_.size() * 16));
        auto const wanted = stream_.avail_out;
        while (stream_.avail_out == wanted) {
            if (stream_.avail_in == 0 && !refill()) {
                if (!between_members_) throw damaged_source("the gzip stream ends in the middle");
                return 0;
            }
            if (between_members_) {
                inflateReset(&stream_);
                between_members_ = false;
            }
            int const state = inflate(&stream_, Z_NO_FLUSH);
            if (state == Z_STREAM_END) {
                between_members_ = true;
            } else if (state != Z_OK && state != Z_BUF_ERROR) {
                throw damaged_source(std::string("the gzip stream is damaged: ") +
                                     (stream_.msg != nullptr ? stream_.msg : "bad data"));
            }
        }
        return wanted - stream_.avail_out;
    }

  private:
    static constexpr int gzip_only = 15 + 16;  // a 32 KiB window, gzip wrapper

    bool refill() {
        auto const count = packed_->read(window_);
        stream_.next_in = reinterpret_cast<Bytef*>(window_.data());
        stream_.avail_in = static_cast<uInt>(count);
        return count > 0;
    }

    std::unique_ptr<byte_source> packed_;
    std::vector<char> window_ = std::vector<char>(1 << 16);
    z_stream stream_{};
    bool between_members_ = false;
};

std::unique_ptr<byte_source> unpacked_if_gzip(std::unique_ptr<byte_source> source) {
    if (peek(source, 2) == "\x1f\x8b") return std::make_unique<gzip_bytes>(std::move(source));
    return source;
}

/// Sees what it is when it is first read. What is gzip is cut off by the end; that is no damage.
class ending_bytes final : public byte_source {
  public:
    ending_bytes(std::unique_ptr<byte_source> source, std::shared_ptr<input_end const> end)
        : source_(std::move(source)), end_(std::move(end)) {}
    std::size_t read(std::span<char> into) override try {
        if (!std::exchange(recognised_, true)) source_ = unpacked_if_gzip(std::move(source_));
        return end_->has_come() ? 0 : source_->read(into);
    } catch (damaged_source const&) {
        if (end_->has_come()) return 0;
        throw;
    }

  private:
    std::unique_ptr<byte_source> source_;
    std::shared_ptr<input_end const> end_;
    bool recognised_ = false;
};

/// A pipe that nobody writes to yet is opened all the same where an end may come.
std::unique_ptr<byte_source> open_plain(std::string const& path,
                                        std::shared_ptr<input_end const> end) {
    if (path == "-") return std::make_unique<plain_bytes>(STDIN_FILENO, false, std::move(end));
    int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | (end ? O_NONBLOCK : 0));
    if (file < 0) throw input_error(path + ": cannot be opened: " + error_text(errno));
    auto source = std::make_unique<plain_bytes>(file, true, std::move(end));
    struct stat about {};
    if (::fstat(file, &about) == 0 && S_ISDIR(about.st_mode))
        throw input_error(path + ": is a folder, a file was expected");
    ::fcntl(file, F_SETFL, 0);
    return source;
}

}  // namespace

std::unique_ptr<byte_source> open_bytes(std::string const& path) try {
    return unpacked_if_gzip(open_plain(path, nullptr));
} catch (damaged_source const& error) {
    throw input_error(path + ": " + error.what());
}

std::unique_ptr<byte_source> open_bytes(std::string const& path,
                                        std::shared_ptr<input_end const> end) {
    return std::make_unique<ending_bytes>(open_plain(path, end), end);
}

std::string peek(std::unique_ptr<byte_source>& source, std::size_t bytes) {
    std::string front(bytes, '\0');
    std::size_t have = 0;
    while (have < front.size()) {
        auto const count = source->read(std::span(front).subspan(have));
        if (count == 0) break;
        have += count;
    }
    front.resize(have);
    source = std::make_unique<peeked_bytes>(front, std::move(source));
    return front;
}

std::unique_ptr<byte_source> bytes_of(std::string text) {
    return std::make_unique<memory_bytes>(std::move(text));
}

}  // namespace lockstep

#include "host/watch/line_source.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "host/base/error.h"
#include "host/ingest/arriving_lines.h"
#include "host/io/input_end.h"
#include "host/io/line_reader.h"

namespace lockstep {

namespace {

class file_lines final : public line_source {
  public:
    explicit file_lines(std::string const& path)
        : name_(path == "-" ? "standard input" : path), lines_(open_bytes(path, end_), end_) {}
    bool next(std::string& line) override {
        while (ready_.empty() && more_ && !stopped_) read_on();
        if (ready_.empty() || stopped_) return false;
        line = std::move(ready_.front());
        ready_.pop_front();
        return true;
    }
    void stop() override {
        stopped_ = true;
        end_->come();  // what is read may be a pipe that is quiet
    }
    std::string name() const override { return name_; }

  private:
    void read_on() {
        try {
            more_ = lines_.next([this](text_line const& l) { ready_.emplace_back(l.text); });
        } catch (damaged_source const& damage) {
            throw input_error(name_ + ": " + damage.what() + "; " + std::to_string(lines_.shown()) +
                              " lines were read before that");
        }
    }

    std::shared_ptr<input_end> const end_ = std::make_shared<input_end>();
    std::string name_;
    arriving_lines lines_;
    std::deque<std::string> ready_;
    bool more_ = true;
    std::atomic<bool> stopped_{false};
};

class descriptor {
  public:
    explicit descriptor(int fd) : fd_(fd) {}
    descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    int get() const { return fd_; }

  private:
    int fd_;
};

using steady = std::chrono::steady_clock;

constexpr std::size_t peers_most = 256;
constexpr int deaf_ms = 100;  // after a connection that could not be taken

/// Half of what this process may open is left to everything else.
std::size_t peers_allowed() {
    rlimit most{};
    if (::getrlimit(RLIMIT_NOFILE, &most) != 0) return peers_most;
    return std::min(peers_most, static_cast<std::size_t>(most.rlim_cur) / 2);
}

/// Lines of connections, waited for together with the wish to stop.
class peer_lines final : public line_source {
  public:
    peer_lines(std::string name, descriptor listener, std::chrono::milliseconds patience)
        : name_(std::move(name)),
          wake_(new_wake()),
          listener_(std::move(listener)),
          patience_(patience) {}
    bool next(std::string& line) override {
        while (!stopped_) {
            if (!ready_.empty()) {
                line = std::move(ready_.front());
                ready_.pop_front();
                return true;
            }
            wait();
        }
        return false;
    }
    void stop() override {
        stopped_ = true;
        std::uint64_t const one = 1;
        [[maybe_unused]] auto const written = ::write(wake_.get(), &one, sizeof one);
    }
    std::string name() const override { return name_; }

  private:
    struct peer {
        descriptor from;
        std::string rest{};    // of a line whose end has not come
        bool passing = false;  // over what is left of a line that was too long
        steady::time_point heard = steady::now();
    };

    static int new_wake() { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

    void wait() {
        std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}};
        for (peer const& p : peers_) watched.push_back({p.from.get(), POLLIN, 0});
        bool const deaf = std::exchange(deaf_, false);
        if (!deaf) watched.push_back({listener_.get(), POLLIN, 0});
        if (::poll(watched.data(), watched.size(), deaf ? deaf_ms : -1) < 0) return;
        for (std::size_t i = peers_.size(); i-- > 0;)
            if (watched[i + 1].revents != 0 && !take(peers_[i]))
                peers_.erase(peers_.begin() + static_cast<std::ptrdiff_t>(i));
        if (!deaf && watched.back().revents != 0) admit();
    }

    /// Who cannot be taken for want of descriptors stays at the door: asked for again at once, it
    /// would keep a core busy.
    void admit() {
        descriptor arrived(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
        if (arrived.get() < 0) {
            deaf_ = errno != EINTR && errno != ECONNABORTED;
        } else if (peers_.size() < peers_allowed_ || make_room()) {
            int const yes = 1;  // who has gone without a word is noticed
            ::setsockopt(arrived.get(), SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof yes);
            peers_.push_back({std::move(arrived)});
        } else {
            tell(arrived,
                 std::to_string(peers_.size()) + " connections are open, and no more are taken");
        }
    }

    /// False when nobody has been silent for long enough to give way.
    bool make_room() {
        auto const longest =
            std::min_element(peers_.begin(), peers_.end(),
                             [](peer const& a, peer const& b) { return a.heard < b.heard; });
        if (longest == peers_.end() || steady::now() - longest->heard < patience_) return false;
        tell(longest->from, "nothing was heard for long, and another takes this place");
        if (!longest->rest.empty()) end_line(*longest);
        peers_.erase(longest);
        return true;
    }

    static void tell(descriptor const& who, std::string const& what) {
        std::string const word = "{\"error\":\"" + what + "\"}\n";
        ::send(who.get(), word.data(), word.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    /// False when the peer has ended; a last line without an end counts.
    bool take(peer& p) {
        char block[1 << 16];
        auto const count = ::read(p.from.get(), block, sizeof block);
        if (count < 0 && (errno == EINTR || errno == EAGAIN)) return true;
        if (count <= 0) {  // or it has broken: others go on
            if (!p.rest.empty()) end_line(p);
            return false;
        }
        p.heard = steady::now();
        std::string_view text(block, static_cast<std::size_t>(count));
        for (std::size_t end; (end = text.find('\n')) != text.npos; text.remove_prefix(end + 1)) {
            p.rest += text.substr(0, end);
            end_line(p);
        }
        p.rest += text;
        if (p.rest.size() > longest_line) {
            end_line(p);
            p.passing = true;
        }
        return true;
    }
    /// What is too long is handed on as far as it was read, to be refused, and then passed over.
    void end_line(peer& p) {
        std::string line = std::exchange(p.rest, {});
        if (line.ends_with('\r')) line.pop_back();
        if (!std::exchange(p.passing, false)) ready_.push_back(std::move(line));
    }

    std::string name_;
    descriptor wake_, listener_;
    std::chrono::milliseconds const patience_;
    std::vector<peer> peers_;
    std::size_t const peers_allowed_ = peers_allowed();
    bool deaf_ = false;  // for a moment, to whoever wants to connect
    std::deque<std::string> ready_;
    std::atomic<bool> stopped_{false};
};

}  // namespace

std::unique_ptr<line_source> lines_of_file(std::string const& path) {
    return std::make_unique<file_lines>(path);
}

std::unique_ptr<line_source> lines_of_port(std::uint16_t port, listen_options const& options) {
    descriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    int const yes = 1;
    ::setsockopt(listener.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(options.everywhere ? INADDR_ANY : INADDR_LOOPBACK);
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    if (listener.get() < 0 || ::bind(listener.get(), at, sizeof address) != 0 ||
        ::listen(listener.get(), static_cast<int>(peers_most)) != 0)
        throw machine_error("--listen " + std::to_string(port) + ": " + std::strerror(errno));
    socklen_t length = sizeof address;
    ::getsockname(listener.get(), at, &length);
    std::string const name = std::string(options.everywhere ? "0.0.0.0:" : "127.0.0.1:") +
                             std::to_string(ntohs(address.sin_port));
    return std::make_unique<peer_lines>(name, std::move(listener), options.patience);
}

}  // namespace lockstep

// The command running beside a test, and what a test asks of it over HTTP.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "tests/host/risk/risk_fixture.h"
#include "tests/host/run_binary.h"
#include "tests/where.h"

namespace lockstep {

/// A call, its writer, and ticks in which the coin rises until the writer is under water.
struct rising_world {
    small_world world;
    rising_world() {
        world.portfolio("long\nwriter\n", "long,BTC,1\nwriter,BTC,0.3\n",
                        "long,BTC-15MAR26-55000-C,1,\nwriter,BTC-15MAR26-55000-C,-1,\n");
        std::string lines;
        for (int i = 1; i <= 40; ++i) {
            std::string const price = std::to_string(50'000 + 500 * i);
            lines += "{\"tick\":\"2026-01-01T08:00:" + std::string(i < 10 ? "0" : "") +
                     std::to_string(i) + "Z\",\"index\":{\"BTC\":" + price +
                     "},\"marks\":{\"BTC-15MAR26-55000-C\":[" + price + ",0.6]}}\n";
        }
        write_file(file(), lines + "rubbish\n");
    }
    std::string file() const { return (world.folder.path() / "ticks.jsonl").string(); }
    std::string arguments() const {
        return "watch --market " + world.chain() + " --portfolio " + world.book();
    }
};

inline int free_port() {
    int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address);
    socklen_t length = sizeof address;
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length);
    ::close(fd);
    return ntohs(address.sin_port);
}

inline int connected(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int tries = 0; tries < 300; ++tries) {
        int const fd = ::socket(AF_INET, SOCK_STREAM, 0);
        timeval const most{30, 0};  // for an answer, so that a test fails and does not wait on
        ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
        if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return fd;
        ::close(fd);
        ::usleep(50'000);
    }
    return -1;
}

/// One request, and all of the answer up to its end or to `until`.
inline std::string get(int port, std::string const& path, std::string const& until = "",
                       std::string const& method = "GET") {
    int const fd = connected(port);
    std::string const request =
        method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    std::string answer;
    if (fd < 0 || ::write(fd, request.data(), request.size()) < 0) return answer;
    char block[4096];
    for (ssize_t n; (n = ::read(fd, block, sizeof block)) > 0;) {
        answer.append(block, static_cast<std::size_t>(n));
        if (!until.empty() && answer.find(until) != std::string::npos) break;
    }
    ::close(fd);
    return answer;
}

/// The command beside the test, ended by a signal or when the test leaves.
class running_watch {
  public:
    /// `out` is a file to write to instead of an own one; `before` is said to the shell first.
    explicit running_watch(std::string const& arguments, std::string const& out = "",
                           std::string const& before = "") {
        std::string const command = before + " exec '" + lockstep_binary() + "' " + arguments +
                                    " >" + (out.empty() ? file("out") : out) + " 2>" + file("err");
        child_ = ::fork();
        if (child_ == 0) {
            ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
            ::_exit(127);
        }
    }
    ~running_watch() {
        if (child_ > 0) ended_by(SIGKILL);
    }
    int ended_by(int signal) {
        ::kill(child_, signal);
        int status = 0;
        ::waitpid(std::exchange(child_, -1), &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    /// The same for what might never end: -1 when it is still there after a quarter of a minute.
    int ended_in_time_by(int signal) {
        ::kill(child_, signal);
        for (int tries = 0, status = 0; tries < 300; ++tries, ::usleep(50'000)) {
            if (::waitpid(child_, &status, WNOHANG) != child_) continue;
            child_ = -1;
            return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
        }
        return -1;
    }
    std::string out() const { return text_of_file(file("out")); }
    std::string err() const { return text_of_file(file("err")); }

  private:
    std::string file(char const* name) const { return (folder_.path() / name).string(); }
    scratch_folder folder_;
    pid_t child_ = -1;
};

/// Waits until the words stand in the text that is asked for; gives it then, or after half a
/// minute.
template <class TextT>
std::string text_with(std::string const& words, TextT const& text) {
    std::string now = text();
    for (int tries = 0; tries < 600 && now.find(words) == std::string::npos; ++tries) {
        ::usleep(50'000);
        now = text();
    }
    return now;
}

/// Waits until so many ticks have been taken; gives the metrics then.
inline std::string metrics_after(int port, int ticks) {
    std::string const wanted = "lockstep_ticks_total " + std::to_string(ticks) + "\n";
    std::string metrics;
    for (int tries = 0; tries < 300 && metrics.find(wanted) == std::string::npos; ++tries) {
        if (tries > 0) ::usleep(20'000);
        metrics = get(port, "/metrics");
    }
    return metrics;
}

}  // namespace lockstep

// Who has not asked keeps nobody waiting, however many of them there are. What they may take is an
// hour here: where one of them were waited for, no answer would come at all.
#include "host/watch/bounded_server.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

constexpr std::size_t threads = 2, waiting_most = 6;

/// Answers /question, and a line of /lines for each time that it is told to.
class served {
  public:
    served() {
        server_.Get("/question", [](httplib::Request const&, httplib::Response& answer) {
            answer.set_content("the answer", "text/plain");
        });
        server_.Get("/lines", [this](httplib::Request const&, httplib::Response& answer) {
            answer.set_content_provider("text/plain", [this](std::size_t, httplib::DataSink& out) {
                std::unique_lock held(mutex_);
                told_.wait(held, [&] { return lines_ > 0 || ended_; });
                if (ended_) return out.done(), true;
                --lines_;
                return out.write("line\n", 5);
            });
        });
        port = server_.bind(0);
        thread_ = std::thread([this] { server_.serve(); });
        while (!server_.is_running()) std::this_thread::yield();
    }
    ~served() {
        {
            std::lock_guard const held(mutex_);
            ended_ = true;
            told_.notify_all();
        }
        server_.end();
        thread_.join();
    }
    void tell_a_line() {
        std::lock_guard const held(mutex_);
        ++lines_;
        told_.notify_all();
    }

    int port = -1;

  private:
    bounded_server server_{{threads, {std::chrono::hours(1), waiting_most}}};
    std::mutex mutex_;
    std::condition_variable told_;
    int lines_ = 0;
    bool ended_ = false;
    std::thread thread_;
};

/// Connections that have said this much, closed at the end.
class peers {
  public:
    peers(int port, std::size_t count, std::string const& said) {
        for (std::size_t i = 0; i < count; ++i) {
            open.push_back(connected(port));
            ::send(open.back(), said.data(), said.size(), MSG_NOSIGNAL);
        }
    }
    ~peers() {
        for (int const fd : open) ::close(fd);
    }
    std::vector<int> open;
};

/// Whether nothing has come, not even the end.
bool is_kept(int fd) {
    char byte;
    return ::recv(fd, &byte, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/// What comes up to its end; nothing where there is none.
std::string rest_of(int fd) {
    std::string text;
    char block[4096];
    ssize_t n;
    while ((n = ::recv(fd, block, sizeof block, 0)) > 0)
        text.append(block, static_cast<std::size_t>(n));
    return n == 0 ? text : "no end of " + text;
}

class bounded_server_beside : public testing::TestWithParam<std::string> {};

TEST_P(bounded_server_beside, peers_that_have_not_asked_answers_at_once) {
    served by;
    peers const slow(by.port, waiting_most - 1, GetParam());
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(get(by.port, "/question").ends_with("\r\n\r\nthe answer"));
    for (int const fd : slow.open) EXPECT_TRUE(is_kept(fd)) << "and none of them had to go";
}

INSTANTIATE_TEST_SUITE_P(of_all_kinds, bounded_server_beside,
                         testing::Values("", "G", "GET /question HTTP/1.1\r\nHost: localhost\r\n"));

TEST(bounded_server, lets_those_go_who_have_waited_longest_when_more_come) {
    served by;
    std::string const half = "GET /question HTTP/1.1\r\n";
    peers const silent(by.port, 2, ""), asking(by.port, 2, half), later(by.port, waiting_most, "");
    for (int const fd : silent.open) EXPECT_EQ(rest_of(fd), "");
    for (int const fd : asking.open) EXPECT_TRUE(rest_of(fd).starts_with("HTTP/1.1 408 "));
    for (int const fd : later.open) EXPECT_TRUE(is_kept(fd));
    EXPECT_TRUE(get(by.port, "/question").ends_with("the answer"));
}

TEST(bounded_server, keeps_who_has_asked_however_many_come) {
    served by;
    peers const listener(by.port, 1, "GET /lines HTTP/1.0\r\n\r\n");
    by.tell_a_line();
    std::string heard;
    char byte;
    while (!heard.ends_with("line\n") && ::recv(listener.open[0], &byte, 1, 0) == 1) heard += byte;
    EXPECT_TRUE(heard.ends_with("\r\n\r\nline\n")) << heard;
    peers const silent(by.port, 5 * waiting_most, "");
    EXPECT_TRUE(get(by.port, "/question").ends_with("the answer"));
    by.tell_a_line();
    char line[5] = {};
    EXPECT_EQ(::recv(listener.open[0], line, sizeof line, MSG_WAITALL), 5);
    EXPECT_EQ(std::string(line, 5), "line\n");
}

}  // namespace
}  // namespace lockstep

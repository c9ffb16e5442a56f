// How a watch ends when it is told to: at once, whoever it waits for, and with its summary.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>
#include <vector>

#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

void expect_a_summary(running_watch const& watch, std::string const& ticks) {
    EXPECT_NE(watch.err().find(ticks + " ticks, 0 commands"), std::string::npos) << watch.err();
    EXPECT_NE(watch.err().find("digest of all verdicts: "), std::string::npos) << watch.err();
}

TEST(watch_end, does_not_take_the_tick_that_was_waited_for) {
    rising_world rising;
    write_file(rising.file(),
               "{\"tick\":\"2026-01-01T08:00:01Z\"}\n"
               "{\"tick\":\"2026-01-01T09:00:01Z\",\"index\":{\"BTC\":90000},"
               "\"marks\":{\"BTC-15MAR26-55000-C\":[90000,0.6]}}\n");
    int const port = free_port();
    running_watch watch(rising.arguments() + " --replay " + rising.file() + " --speed 1x --http " +
                        std::to_string(port));
    metrics_after(port, 1);
    EXPECT_EQ(watch.ended_in_time_by(SIGTERM), 0) << watch.err();
    EXPECT_EQ(watch.out(), "") << "a verdict that was due an hour later";
    expect_a_summary(watch, "1");
}

TEST(watch_end, does_not_wait_for_a_recording_that_is_a_quiet_pipe) {
    rising_world rising;
    std::string const pipe = rising.file() + ".pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    int const writer = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
    running_watch watch(rising.arguments() + " --replay " + pipe);
    text_with("lines from", [&] { return watch.err(); });
    EXPECT_EQ(watch.ended_in_time_by(SIGTERM), 0) << watch.err();
    expect_a_summary(watch, "0");
    ::close(writer);
}

TEST(watch_end, does_not_wait_for_a_reader_who_stalls) {
    rising_world rising;
    std::string const pipe = rising.file() + ".pipe";
    std::string lines;
    for (int i = 0; i < 3000; ++i) lines += "{\"tick\":\"2026-01-01T08:00:01Z\"}\n";
    write_file(rising.file(), lines);
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    int const reader = ::open(pipe.c_str(), O_RDWR | O_CLOEXEC);
    running_watch watch(rising.arguments() + " --top 2 --replay " + rising.file(), pipe);
    pollfd room{reader, POLLOUT, 0};
    for (int tries = 0; tries < 600 && ::poll(&room, 1, 0) > 0; ++tries) ::usleep(50'000);
    ASSERT_EQ(::poll(&room, 1, 0), 0) << watch.err();
    ::usleep(300'000);  // until the watch has come to the line that does not fit
    EXPECT_EQ(watch.ended_in_time_by(SIGTERM), 4) << watch.err();
    EXPECT_NE(watch.err().find("digest of all verdicts: "), std::string::npos) << watch.err();
    EXPECT_NE(watch.err().find("standard output is not read: its last "), std::string::npos);
    ::close(reader);
}

/// Connections that have asked for half of something and go on, a byte at a time.
class slow_clients {
  public:
    slow_clients(int port, std::size_t count) {
        std::string const half = "GET /bands HTTP/1.1\r\nX";
        for (std::size_t i = 0; i < count; ++i) {
            open_.push_back(connected(port));
            ::send(open_.back(), half.data(), half.size(), MSG_NOSIGNAL);
        }
        thread_ = std::thread([this] {
            while (!done_) {
                for (int const fd : open_) ::send(fd, "a", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
                ::usleep(200'000);
            }
        });
    }
    ~slow_clients() {
        done_ = true;
        thread_.join();
        for (int const fd : open_) ::close(fd);
    }

  private:
    std::vector<int> open_;
    std::atomic<bool> done_{false};
    std::thread thread_;
};

TEST(watch_end, does_not_wait_for_clients_that_are_slow_to_ask) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen 0 --http " + std::to_string(port));
    slow_clients const slow(port, 3);
    EXPECT_NE(get(port, "/metrics"), "") << watch.err();
    ::usleep(500'000);  // until they have been let in
    EXPECT_EQ(watch.ended_in_time_by(SIGTERM), 0) << watch.err();
    expect_a_summary(watch, "0");
}

TEST(watch_end, clients_that_are_slow_to_ask_are_told_so_and_hold_up_nobody_else) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen 0 --http " + std::to_string(port));
    std::atomic<bool> answered{false};
    slow_clients const slow(port, 100);
    std::thread scrape([&] { answered = get(port, "/metrics").starts_with("HTTP/1.1 200"); });
    for (int tries = 0; tries < 300 && !answered; ++tries) ::usleep(50'000);
    EXPECT_TRUE(answered) << "not within a quarter of a minute";
    int const fd = connected(port);
    ::send(fd, "GET", 3, MSG_NOSIGNAL);
    char text[256] = {};
    EXPECT_GT(::recv(fd, text, sizeof text - 1, 0), 0);
    EXPECT_TRUE(std::string(text).starts_with("HTTP/1.1 408 ")) << text;
    ::close(fd);
    watch.ended_by(SIGTERM);
    scrape.join();
}

}  // namespace
}  // namespace lockstep

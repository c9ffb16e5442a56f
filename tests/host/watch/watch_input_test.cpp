// Where the lines of a watch come from: a file, standard input, connections; and lines that it does
// not take.
#include <gtest/gtest.h>

#include <vector>

#include "tests/host/run_binary.h"
#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

/// Over a connection that ends with them.
void send(int port, std::string const& lines) {
    int const fd = connected(port);
    ASSERT_GE(fd, 0);
    ASSERT_EQ(::write(fd, lines.data(), lines.size()), static_cast<ssize_t>(lines.size()));
    ::close(fd);
}

TEST(watch_input, takes_lines_over_tcp_until_it_is_interrupted) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen " + std::to_string(port));
    send(port, text_of_file(rising.file()));
    auto const second = run_lockstep(rising.arguments() + " --listen " + std::to_string(port));
    EXPECT_EQ(second.exit, 4);
    EXPECT_NE(second.err.find("Address already in use"), std::string::npos) << second.err;
    ::usleep(300'000);
    EXPECT_EQ(watch.ended_by(SIGINT), 0) << watch.err();
    EXPECT_NE(watch.err().find("40 ticks"), std::string::npos) << watch.err();
    EXPECT_NE(watch.out().find("\"verdict\":\"liquidatable\""), std::string::npos);
}

TEST(watch_input, says_so_to_who_connects_when_it_takes_no_more) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen " + std::to_string(port), "",
                        "ulimit -n 40 &&");
    std::vector<int> peers;
    for (int i = 0; i < 21; ++i) peers.push_back(connected(port));
    char word[256] = {};
    EXPECT_GT(::recv(peers.back(), word, sizeof word - 1, 0), 0) << watch.err();
    EXPECT_EQ(std::string(word),
              "{\"error\":\"20 connections are open, and no more are taken\"}\n");
    std::string const lines = text_of_file(rising.file());
    EXPECT_EQ(::send(peers.front(), lines.data(), lines.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(lines.size()));
    for (int const fd : peers) ::close(fd);
    text_with("\"verdict\":\"liquidatable\"", [&] { return watch.out(); });
    EXPECT_EQ(watch.ended_by(SIGTERM), 0) << watch.err();
    EXPECT_NE(watch.out().find("\"verdict\":\"liquidatable\""), std::string::npos) << watch.err();
}

TEST(watch_input, gives_the_place_of_who_is_silent_to_who_comes) {
    rising_world rising;
    int const port = free_port();
    running_watch watch(rising.arguments() + " --patience 0 --listen " + std::to_string(port), "",
                        "ulimit -n 40 &&");
    int spoken = 0;
    auto const speak = [&](int fd) {  // until it was heard
        EXPECT_EQ(::send(fd, "what\n", 5, MSG_NOSIGNAL), 5);
        std::string const answer = "\"refused_line\":" + std::to_string(++spoken) + ",";
        EXPECT_NE(text_with(answer, [&] { return watch.out(); }).find(answer), std::string::npos);
    };
    std::vector<int> peers;
    for (int i = 0; i < 20; ++i) speak(peers.emplace_back(connected(port)));
    speak(peers[0]);
    speak(peers.emplace_back(connected(port)));
    char word[256] = {};
    ASSERT_GT(::recv(peers[1], word, sizeof word - 1, 0), 0) << watch.err();
    EXPECT_EQ(std::string(word),
              "{\"error\":\"nothing was heard for long, and another takes this place\"}\n");
    EXPECT_EQ(::recv(peers[1], word, sizeof word, 0), 0) << "closed";
    for (std::size_t i = 0; i < peers.size(); ++i)
        if (i != 1) speak(peers[i]);
    for (int const fd : peers) ::close(fd);
    EXPECT_EQ(watch.ended_by(SIGTERM), 0) << watch.err();
}

TEST(watch_input, goes_on_after_a_line_that_is_too_long) {
    rising_world rising;
    std::string const lines = text_of_file(rising.file());
    std::string const long_one(3 << 20, 'x');
    auto const expect_going_on = [](std::string const& out, std::string const& err) {
        EXPECT_NE(out.find(R"({"refused_line":1,"reason":"is longer than 1 MiB"})"),
                  std::string::npos)
            << out;
        EXPECT_NE(err.find("40 ticks, 0 commands, 2 lines refused"), std::string::npos) << err;
        EXPECT_NE(err.find("first line refused: line 1: is longer than 1 MiB"), std::string::npos);
    };
    write_file(rising.file(), long_one + "\n" + lines);
    auto const piped = run_lockstep(rising.arguments(), "cat " + rising.file() + " |");
    EXPECT_EQ(piped.exit, 1) << piped.err;
    expect_going_on(piped.out, piped.err);
    auto const recorded = run_lockstep(rising.arguments() + " --replay " + rising.file());
    EXPECT_EQ(recorded.exit, 1) << recorded.err;
    expect_going_on(recorded.out, recorded.err);

    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen " + std::to_string(port));
    int const fd = connected(port);
    for (std::string const& part : {long_one, "\n" + lines})
        ASSERT_EQ(::send(fd, part.data(), part.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(part.size()));
    ::close(fd);
    ::usleep(300'000);
    EXPECT_EQ(watch.ended_by(SIGTERM), 0);
    expect_going_on(watch.out(), watch.err());
}

TEST(watch_input, a_tick_from_the_future_does_not_shut_out_those_that_follow) {
    rising_world rising;
    std::string const lines = "{\"tick\":\"2100-01-01T00:00:00Z\"}\n" + text_of_file(rising.file());
    write_file(rising.file(), lines);
    std::string const feed = "cat " + rising.file() + " |";
    auto const taken = run_lockstep(rising.arguments(), feed);
    EXPECT_NE(taken.err.find("1 ticks, 0 commands, 41 lines refused"), std::string::npos);
    auto const refused = run_lockstep(rising.arguments() + " --ahead 3600", feed);
    EXPECT_NE(refused.err.find("40 ticks, 0 commands, 2 lines refused"), std::string::npos);
    EXPECT_NE(refused.out.find(R"({"refused_line":1,"reason":"the tick is of 2100-01-01T00:00:00Z,)"
                               " and it is 20"),
              std::string::npos)
        << refused.out;

    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen " + std::to_string(port));
    send(port, lines);
    text_with("\"refused_line\":42,", [&] { return watch.out(); });
    EXPECT_EQ(watch.ended_by(SIGTERM), 0);
    EXPECT_NE(watch.err().find("40 ticks"), std::string::npos) << "a minute is the most there";
}

TEST(watch_input, takes_ends_of_lines_from_wherever_they_come) {
    rising_world rising;
    std::string lines = "\r\n", plain = text_of_file(rising.file());
    for (char const c : plain) lines += c == '\n' ? "\r\n\r\n" : std::string(1, c);
    write_file(rising.file(), lines);
    std::string const said = "40 ticks, 0 commands, 1 lines refused";
    for (std::string const before : {"cat ", "gzip -c "}) {
        auto const run = run_lockstep(rising.arguments(), before + rising.file() + " |");
        EXPECT_NE(run.err.find(said), std::string::npos) << before << run.err;
    }
    int const port = free_port();
    running_watch watch(rising.arguments() + " --listen " + std::to_string(port));
    send(port, lines);
    text_with("\"refused_line\":", [&] { return watch.out(); });
    EXPECT_EQ(watch.ended_by(SIGTERM), 0);
    EXPECT_NE(watch.err().find(said), std::string::npos) << watch.err();
}

TEST(watch_input, an_input_that_cannot_be_read_is_not_taken_for_its_end) {
    rising_world rising;
    auto const folder = run_lockstep(rising.arguments() + " < /");
    EXPECT_EQ(folder.exit, 3);
    EXPECT_NE(folder.err.find("standard input: cannot be read: Is a directory"), std::string::npos)
        << folder.err;
}

}  // namespace
}  // namespace lockstep

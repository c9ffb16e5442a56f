// What the watch says over HTTP to who asks for less than an answer, for nothing, or in another
// way.
#include <gtest/gtest.h>

#include "tests/host/watch/running_watch.h"

namespace lockstep {
namespace {

/// What comes for exactly this text, up to its end or to `until`.
std::string answer_to(int port, std::string const& request, std::string const& until = "") {
    int const fd = connected(port);
    ::send(fd, request.data(), request.size(), MSG_NOSIGNAL);
    std::string answer;
    char block[4096];
    for (ssize_t n; (n = ::recv(fd, block, sizeof block, 0)) > 0;) {
        answer.append(block, static_cast<std::size_t>(n));
        if (!until.empty() && answer.find(until) != std::string::npos) break;
    }
    ::close(fd);
    return answer;
}

std::string body_of(std::string const& answer) {
    auto const end = answer.find("\r\n\r\n");
    return end == std::string::npos ? "" : answer.substr(end + 4);
}

class watch_http_answers : public testing::Test {
  protected:
    rising_world rising;
    int const port = free_port();
    running_watch watch{rising.arguments() + " --listen 0 --http " + std::to_string(port)};
};

TEST_F(watch_http_answers, a_part_is_not_given_but_the_whole) {
    std::string const whole = get(port, "/watch.js");
    ASSERT_TRUE(whole.starts_with("HTTP/1.1 200")) << watch.err();
    std::string many = "bytes=0-";
    for (int i = 0; i < 500; ++i) many += ",0-";
    for (std::string const& range : {std::string("bytes=0-3"), std::string("rubbish"), many}) {
        std::string const part = answer_to(
            port, "GET /watch.js HTTP/1.1\r\nHost: localhost\r\nrange: " + range + "\r\n\r\n");
        EXPECT_TRUE(part.starts_with("HTTP/1.1 200")) << range << "\n" << part.substr(0, 400);
        EXPECT_TRUE(body_of(part) == body_of(whole)) << range;
    }
}

TEST_F(watch_http_answers, a_method_that_nobody_knows_is_refused_as_any_other) {
    for (std::string const method : {"PROPFIND", "BREW", "PATCH", "get"}) {
        std::string const answer = get(port, "/bands", "", method);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed")) << method << answer;
        EXPECT_NE(answer.find("Allow: GET, HEAD\r\n"), std::string::npos) << answer;
        EXPECT_NE(body_of(answer).find("GET and HEAD only"), std::string::npos) << answer;
    }
    std::string const posted =
        answer_to(port, "POST /bands HTTP/1.1\r\nContent-Length: 3\r\n\r\nx=y");
    EXPECT_TRUE(posted.starts_with("HTTP/1.1 405")) << posted;
}

TEST_F(watch_http_answers, what_is_not_there_is_said_in_json) {
    for (char const* path : {"/nothing", "/accounts/", "/accounts/nobody"}) {
        std::string const answer = get(port, path);
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 404 Not Found")) << answer;
        EXPECT_NE(answer.find("Content-Type: application/json\r\n"), std::string::npos) << answer;
        EXPECT_NE(body_of(answer).find("{\"error\":\"there is no"), std::string::npos) << answer;
    }
}

// A page of another site can give its own name this machine's address, and read what it is told.
TEST_F(watch_http_answers, who_asks_under_another_name_is_refused) {
    auto const asked_under = [&](std::string const& host) {
        return answer_to(port, "GET /bands HTTP/1.1\r\nX: y\r\n" + host + "\r\n\r\n");
    };
    for (char const* host : {"Host: localhost", "host:LocalHost:8787", "Host: 127.0.0.1:80 ",
                             "Host: [::1]:9000", "Host: [::1]"})
        EXPECT_TRUE(asked_under(host).starts_with("HTTP/1.1 200")) << host << asked_under(host);
    for (char const* host : {"Host: evil.example", "HOST: localhost.evil.example:80",
                             "Host:", "Host: 127.0.0.1\r\nHost: evil.example", "Host: local"})
        EXPECT_TRUE(asked_under(host).starts_with("HTTP/1.1 421")) << host << asked_under(host);
}

TEST_F(watch_http_answers, what_is_no_request_is_refused) {
    std::string const rubbish = answer_to(port, "rubbish\r\n\r\n");
    EXPECT_TRUE(rubbish.starts_with("HTTP/1.1 400")) << rubbish;
    EXPECT_NE(body_of(rubbish).find("this is no HTTP request"), std::string::npos) << rubbish;
    std::string const huge =
        answer_to(port, "GET / HTTP/1.1\r\nX: " + std::string(16'500, 'x') + "\r\n\r\n");
    EXPECT_TRUE(huge.starts_with("HTTP/1.1 431")) << huge;
}

TEST_F(watch_http_answers, an_old_client_gets_its_events_without_chunks) {
    for (std::string const version : {"1.0", "1.1"}) {
        std::string const events =
            answer_to(port, "GET /events HTTP/" + version + "\r\nHost: localhost\r\n\r\n", "}\n\n");
        EXPECT_TRUE(body_of(events).starts_with("data: {")) << events.substr(0, 300);
        EXPECT_EQ(events.find("chunked"), std::string::npos) << events.substr(0, 300);
    }
}

TEST_F(watch_http_answers, events_say_that_the_watch_has_ended) {
    std::string events;
    ASSERT_NE(get(port, "/metrics"), "") << watch.err();
    std::thread page([&] { events = get(port, "/events"); });
    text_with("lockstep_", [&] { return get(port, "/metrics"); });
    ::usleep(300'000);
    watch.ended_by(SIGTERM);
    page.join();
    EXPECT_TRUE(events.ends_with("event: ended\ndata: the watch has ended\n\n")) << events;
}

}  // namespace
}  // namespace lockstep

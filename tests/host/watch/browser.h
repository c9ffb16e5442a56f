// A headless Chromium that a test drives over its debugging pipe: open a page, ask what stands on
// it. Messages are JSON objects, each with a zero byte behind it.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <simdjson.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "host/io/json_text.h"
#include "tests/host/scratch.h"

namespace lockstep {

/// The path of a Chromium, or nothing.
inline std::string chromium_on_this_machine() {
    std::string const path = std::getenv("PATH") == nullptr ? "" : std::getenv("PATH");
    for (char const* name : {"chromium", "chromium-browser", "google-chrome"})
        for (std::size_t from = 0; from <= path.size();) {
            std::size_t const end = std::min(path.find(':', from), path.size());
            std::string const file = path.substr(from, end - from) + "/" + name;
            if (::access(file.c_str(), X_OK) == 0) return file;
            from = end + 1;
        }
    return "";
}

class browser {
  public:
    explicit browser(std::string const& chromium) {
        int to[2], from[2];
        if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) return;
        std::string const profile = "--user-data-dir=" + folder_.path().string();
        child_ = ::fork();
        if (child_ == 0) {
            // Out of the way of 3 and 4 first, which the browser reads from and writes to.
            int const in = ::fcntl(to[0], F_DUPFD, 10), out = ::fcntl(from[1], F_DUPFD, 10);
            int const quiet = ::open("/dev/null", O_WRONLY);
            ::dup2(quiet, 2), ::dup2(in, 3), ::dup2(out, 4);
            ::execl(chromium.c_str(), chromium.c_str(), "--headless=new", "--no-sandbox",
                    "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", profile.c_str(),
                    "--remote-debugging-pipe", "about:blank", nullptr);
            ::_exit(127);
        }
        ::close(to[0]), ::close(from[1]);
        write_ = to[1], read_ = from[0];
    }
    ~browser() {
        ::close(write_), ::close(read_);
        if (child_ <= 0) return;
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }

    /// Opens the page in a window of this size, a narrow one as on a phone. False when the browser
    /// does not answer.
    bool open(std::string const& url, int width, int height) {
        if (session_.empty()) attach();
        json_text size(false);
        size.open_object();
        size.integer("width", width);
        size.integer("height", height);
        size.integer("deviceScaleFactor", 1);
        size.boolean("mobile", width < 500);
        size.close_object();
        call("Emulation.setDeviceMetricsOverride", size.take());
        json_text to(false);
        to.open_object();
        to.text("url", url);
        to.close_object();
        return !call("Page.navigate", to.take()).empty();
    }

    /// What a JavaScript expression is on the page, as text.
    std::string value(std::string const& expression) {
        json_text ask(false);
        ask.open_object();
        ask.text("expression", "String(" + expression + ")");
        ask.close_object();
        std::string const answer = call("Runtime.evaluate", ask.take());
        return text_at(answer, "/result/result/value");
    }

    /// The same, once it is no longer empty; gives up after half a minute.
    std::string value_in_time(std::string const& expression) {
        std::string text;
        for (int tries = 0; tries < 150; ++tries) {
            text = value(expression);
            if (!text.empty()) break;
            ::usleep(200'000);
        }
        return text;
    }

    /// What scripts have thrown so far.
    std::vector<std::string> const& errors() const { return errors_; }

  private:
    static std::string text_at(std::string const& json, char const* where) {
        simdjson::dom::parser parser;
        std::string_view text;
        simdjson::dom::element document;
        if (parser.parse(json).get(document) != simdjson::SUCCESS) return "";
        return document.at_pointer(where).get(text) == simdjson::SUCCESS ? std::string(text) : "";
    }

    void attach() {
        std::string const target =
            text_at(call("Target.createTarget", R"({"url":"about:blank"})"), "/result/targetId");
        session_ = text_at(
            call("Target.attachToTarget", R"({"targetId":")" + target + R"(","flatten":true})"),
            "/result/sessionId");
        call("Runtime.enable", "{}");
        call("Page.enable", "{}");
    }

    std::string call(std::string const& method, std::string const& parameters) {
        std::string const id = std::to_string(++calls_);
        std::string message =
            R"({"id":)" + id + R"(,"method":")" + method + R"(","params":)" + parameters;
        if (!session_.empty()) message += R"(,"sessionId":")" + session_ + '"';
        message += "}";
        if (::write(write_, message.c_str(), message.size() + 1) < 0) return "";
        for (;;) {
            std::string const answer = next_message();
            if (answer.empty()) return "";
            if (answer.find("\"Runtime.exceptionThrown\"") != std::string::npos)
                errors_.push_back(answer);
            if (answer.rfind(R"({"id":)" + id + ",", 0) == 0) return answer;
        }
    }

    /// Nothing when the browser has ended, or is silent for half a minute.
    std::string next_message() {
        std::size_t end;
        while ((end = unread_.find('\0')) == std::string::npos) {
            pollfd waiting{read_, POLLIN, 0};
            if (::poll(&waiting, 1, 30'000) <= 0) return "";
            char block[1 << 16];
            ssize_t const n = ::read(read_, block, sizeof block);
            if (n <= 0) return "";
            unread_.append(block, static_cast<std::size_t>(n));
        }
        std::string const message = unread_.substr(0, end);
        unread_.erase(0, end + 1);
        return message;
    }

    scratch_folder folder_;
    pid_t child_ = -1;
    int write_ = -1, read_ = -1, calls_ = 0;
    std::string session_, unread_;
    std::vector<std::string> errors_;
};

}  // namespace lockstep

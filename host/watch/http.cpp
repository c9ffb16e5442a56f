#include "host/watch/http.h"

#include <thread>

#include "host/base/error.h"
#include "host/base/name_index.h"
#include "host/io/embedded.h"
#include "host/watch/bounded_server.h"
#include "host/watch/explain.h"

namespace lockstep {

namespace {

constexpr std::size_t worst_on_the_page = 15;
constexpr int pages_at_once_max = 12;      // each holds a thread of the server
constexpr int questions_at_once_max = 52;  // as does who is slow to take, for as long as it may
constexpr int refresh_ms = 400;
constexpr int silence_ms = 1000;  // after which a page that has gone is noticed

constexpr std::string_view end_event = "event: ended\ndata: the watch has ended\n\n";
char const json_type[] = "application/json";

void send(httplib::Response& answer, std::string_view text, char const* type) {
    answer.set_content(text.data(), text.size(), type);
}

void send_error(httplib::Response& answer, int status, std::string const& what) {
    answer.status = status;
    send(answer, "{\"error\":\"" + what + "\"}\n", json_type);
}

}  // namespace

class watch_http::server {
  public:
    server(watch_service& service, std::uint16_t port) : service_(service) {
        // Not the library's own choice, which lets two servers share a port without a word.
        http_.set_socket_options([](socket_t socket) {
            int const yes = 1;
            ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        http_.set_default_headers({{"Accept-Ranges", "none"}});
        say_what_is_wrong();
        answer_pages();
        answer_questions();
        int const bound = http_.bind(port);
        if (bound < 0)
            throw machine_error("--http " + std::to_string(port) +
                                ": the port is taken, or may "
                                "not be used");
        port_ = static_cast<std::uint16_t>(bound);
        thread_ = std::thread([this] { http_.serve(); });
        while (!http_.is_running()) std::this_thread::yield();
    }
    ~server() {
        service_.stop();
        http_.end();
        thread_.join();
    }
    std::uint16_t port() const { return port_; }

  private:
    /// Where the library answers by itself, it gives a status alone.
    void say_what_is_wrong() {
        http_.set_error_handler([](httplib::Request const&, httplib::Response& answer) {
            if (!answer.body.empty()) return;
            send_error(answer, answer.status,
                       answer.status == 404   ? "there is nothing here by that name"
                       : answer.status == 400 ? "this is no HTTP request"
                                              : "this cannot be answered");
        });
    }

    void answer_pages() {
        auto const serve = [&](char const* path, std::string_view text, char const* type) {
            http_.Get(path, [text, type](httplib::Request const&, httplib::Response& answer) {
                answer.set_header("Cache-Control", "no-cache");
                send(answer, text, type);
            });
        };
        serve("/", embedded_watch_html(), "text/html; charset=utf-8");
        serve("/report.css", embedded_report_css(), "text/css");
        serve("/watch.css", embedded_watch_css(), "text/css");
        serve("/watch.js", embedded_watch_script(), "text/javascript");
        serve("/chart.js", embedded_chart_library(), "text/javascript");
        http_.Get("/events", [this](httplib::Request const&, httplib::Response& answer) {
            stream_board(answer);
        });
    }

    void answer_questions() {
        http_.Get("/metrics", [this](httplib::Request const&, httplib::Response& answer) {
            send(answer, service_.ask([](auto& watch, auto& statistics, auto&) {
                return metrics_text(watch, statistics);
            }),
                 "text/plain; version=0.0.4");
        });
        http_.Get("/bands", [this](httplib::Request const&, httplib::Response& answer) {
            send(answer, service_.ask([](auto& watch, auto&, auto&) { return bands_json(watch); }),
                 json_type);
        });
        http_.Get("/board", [this](httplib::Request const&, httplib::Response& answer) {
            send(answer, board(), json_type);
        });
        http_.Get(R"(/accounts/(.+))",
                  [this](httplib::Request const& request, httplib::Response& answer) {
                      std::string const name = request.matches[1];
                      std::uint32_t const account = service_.account_named(name);
                      if (account == name_index::none)
                          return send_error(answer, 404, "there is no such account");
                      send(answer, service_.ask([&](watcher& watch, auto&, auto&) {
                          return explain(watch, {account});
                      }),
                           json_type);
                  });
    }

    /// Written out once the watch may go on.
    std::string board() {
        return board_json(service_.ask([](auto& watch, auto& statistics, auto& history) {
            return facts_of(watch, statistics, history, worst_on_the_page);
        }));
    }

    /// Server-sent events: the board whenever there is news, a comment when there is none, and that
    /// the watch has ended. Not in chunks, which a client of HTTP/1.0 would take for the text: the
    /// end of the connection is their end.
    void stream_board(httplib::Response& answer) {
        if (++pages_ > pages_at_once_max) {
            --pages_;
            return send_error(answer, 503, "too many pages are open");
        }
        answer.set_header("Cache-Control", "no-store");
        answer.set_content_provider(
            "text/event-stream",
            [this, seen = ~std::uint64_t{0}](std::size_t, httplib::DataSink& out) mutable {
                std::uint64_t const now = service_.wait_for_news(seen, silence_ms);
                if (service_.stopped()) {
                    out.write(end_event.data(), end_event.size());
                    out.done();
                    return true;
                }
                std::string const event =
                    now == seen ? std::string(": nothing new\n\n") : "data: " + board() + "\n\n";
                seen = now;
                if (!out.write(event.data(), event.size())) return false;
                std::this_thread::sleep_for(std::chrono::milliseconds(refresh_ms));
                return true;
            },
            [this](bool) { --pages_; });
    }

    watch_service& service_;
    bounded_server http_{{pages_at_once_max + questions_at_once_max}};
    std::atomic<int> pages_{0};
    std::uint16_t port_ = 0;
    std::thread thread_;
};

watch_http::watch_http(watch_service& service, std::uint16_t port)
    : server_(std::make_unique<server>(service, port)) {}
watch_http::~watch_http() = default;
std::uint16_t watch_http::port() const { return server_->port(); }

}  // namespace lockstep

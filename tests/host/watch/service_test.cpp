// What the service measures and remembers of the lines that it takes.
#include "host/watch/service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>
#include <vector>

#include "host/margin/preset.h"
#include "tests/contract/backends.h"
#include "tests/host/watch/small_exchange.h"

namespace lockstep {
namespace {

class scripted_lines final : public line_source {
  public:
    explicit scripted_lines(std::vector<std::string> lines, std::function<void()> before = {})
        : lines_(std::move(lines)), before_(std::move(before)) {}
    bool next(std::string& line) override {
        if (at_ == lines_.size()) return false;
        if (before_) before_();
        line = lines_[at_++];
        return true;
    }
    void stop() override {}
    std::string name() const override { return "a script"; }

  private:
    std::vector<std::string> lines_;
    std::function<void()> before_;
    std::size_t at_ = 0;
};

class watch_service_on : public testing::Test {
  protected:
    small_exchange exchange{20};
    std::unique_ptr<backend> device = plainest_backend();
    watcher watch{exchange.listed, exchange.held, load_preset("deribit_pm"), feed_limits{},
                  *device};
    watch_service service{watch, {}, [](std::string const&) {}};

    std::uint64_t longest_ns(timed stage) {
        return service.ask([&](watcher const&, watch_statistics const& s, board_history const&) {
            return s.latency[static_cast<std::size_t>(stage)].max_ns();
        });
    }
};

TEST_F(watch_service_on, a_tick_is_timed_from_before_it_waits_for_who_asks) {
    std::thread asking;
    scripted_lines lines({R"({"tick":"2026-05-01T09:06:00Z"})"}, [&] {
        std::atomic<bool> asked{false};
        asking = std::thread([&service = service, &asked] {
            service.ask([&](auto&, auto&, auto&) {
                asked = true;
                std::this_thread::sleep_for(std::chrono::milliseconds(400));
                return 0;
            });
        });
        while (!asked) std::this_thread::yield();
    });
    service.run(lines);
    asking.join();
    // Most of the time that the question took; the machine may have slept over some of it.
    for (timed const stage : {timed::wait, timed::verdict, timed::tick})
        EXPECT_GT(longest_ns(stage), 20'000'000u) << timed_names[static_cast<std::size_t>(stage)];
}

TEST_F(watch_service_on, a_line_waits_for_one_question_at_most) {
    std::atomic<int> answered{0};
    std::atomic<bool> done{false};
    std::vector<std::thread> asking;
    int before = 0, during = 0;
    scripted_lines lines({R"({"tick":"2026-05-01T09:06:00Z"})"}, [&] {
        for (int i = 0; i < 4; ++i)
            asking.emplace_back([&] {
                while (!done)
                    service.ask([&](watcher const&, watch_statistics const& s, auto&) {
                        std::this_thread::sleep_for(std::chrono::milliseconds(20));
                        if (s.ticks == 0) ++answered;
                        return 0;
                    });
            });
        while (answered < 8) std::this_thread::yield();
        before = answered;
    });
    service.run(lines);
    during = answered - before;
    done = true;
    for (std::thread& thread : asking) thread.join();
    EXPECT_LE(during, 8) << "the one in progress, and who came before the line was parsed";
}

TEST_F(watch_service_on, the_course_does_not_go_back_with_a_tick_that_is_refused) {
    scripted_lines lines({R"({"tick":"2026-05-01T09:06:00Z"})",
                          R"({"tick":"2026-05-01T09:05:30Z"})",
                          R"({"tick":"2026-05-01T09:06:01Z"})"});
    service.run(lines);
    auto const points =
        service.ask([](auto&, auto&, board_history const& history) { return history.points(); });
    ASSERT_GE(points.size(), 3u);
    for (std::size_t i = 1; i < points.size(); ++i)
        EXPECT_LE(points[i - 1].time.value, points[i].time.value) << i;
}

TEST(board_history, ends_with_the_latest_point_however_long_it_is) {
    for (std::int64_t n = 1; n <= 3000; ++n) {
        board_history history;
        if (n > 5 && n % 97 != 0 && n < 715) continue;  // the ends of the first are alike
        if (n > 725 && n % 97 != 0) continue;
        for (std::int64_t i = 0; i < n; ++i) history.add({{i}, {}, 0});
        auto const points = history.points();
        ASSERT_EQ(points.back().time.value, n - 1);
        ASSERT_EQ(history.before().time.value, n < 2 ? 0 : n - 2);
        ASSERT_LE(points.size(), 721u);
        for (std::size_t i = 1; i < points.size(); ++i)
            ASSERT_LT(points[i - 1].time.value, points[i].time.value);
    }
}

}  // namespace
}  // namespace lockstep

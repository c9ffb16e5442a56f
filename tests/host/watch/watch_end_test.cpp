// How a watch ends when it is told to: at once, whoever it waits for, and with its summary.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace lockstep

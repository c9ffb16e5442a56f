// Snapshots as ticks, where an instrument is not in all of them.
#include "host/watch/recording.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

char const* const seen_always = "BTC-15MAR26-55000-C";

/// Hears which forward each tick marks an instrument at.
struct listener final : tick_listener {
    market first;
    std::vector<std::map<std::string, double>> marks;  // by tick
    std::vector<std::string> settled;

    void begins(market const& base) override { first = base; }
    void settles(settle_command const& command) override {
        for (auto const& d : command.deliveries) settled.push_back(first.names[d.instrument.value]);
    }
    void ticks(tick const& t) override {
        marks.emplace_back();
        for (mark_change const& m : t.marks)
            marks.back()[first.names[m.instrument.value]] = m.underlying;
    }
};

/// One snapshot for each map of options to forwards, a day apart at 08:00 from 1 January 2026.
listener heard(std::vector<std::map<std::string, int>> const& days, std::uint32_t steps) {
    scratch_folder folder;
    std::vector<std::string> files;
    for (std::size_t day = 0; day < days.size(); ++day) {
        std::string text =
            "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n";
        for (auto const& [name, forward] : days[day])
            text += "2026-01-0" + std::to_string(day + 1) + "T08:00:00Z," + name + "," +
                    std::to_string(forward) + ",0.05,0.6,50000\n";
        files.push_back((folder.path() / (std::to_string(day) + ".csv")).string());
        put(files.back(), text);
    }
    listener to;
    exception_log rejected;
    play({files, steps}, rejected, to);
    EXPECT_TRUE(rejected.empty());
    return to;
}

TEST(recording, an_instrument_that_one_snapshot_lacks_is_marked_when_it_is_back) {
    char const* const seen_twice = "BTC-15MAR26-60000-C";
    listener const to = heard({{{seen_always, 50'000}, {seen_twice, 50'000}},
                               {{seen_always, 50'100}},
                               {{seen_always, 50'200}, {seen_twice, 50'300}}},
                              2);
    ASSERT_EQ(to.marks.size(), 4u);
    for (std::size_t i : {0u, 1u, 2u}) {
        EXPECT_EQ(to.marks[i].count(seen_always), 1u) << i;
        EXPECT_EQ(to.marks[i].count(seen_twice), 0u) << i << ": there is nothing to go by";
    }
    ASSERT_EQ(to.marks[3].count(seen_twice), 1u);
    EXPECT_EQ(to.marks[3].at(seen_twice), 50'300);
}

TEST(recording, what_expires_at_the_very_next_snapshot_is_marked_until_then) {
    char const* const expiring = "BTC-2JAN26-50000-C";
    listener const to =
        heard({{{seen_always, 50'000}, {expiring, 50'050}}, {{seen_always, 50'100}}}, 2);
    ASSERT_EQ(to.marks.size(), 2u);
    ASSERT_EQ(to.marks[0].count(expiring), 1u);
    EXPECT_EQ(to.marks[0].at(expiring), 50'050);
    EXPECT_EQ(to.marks[1].count(expiring), 0u);
    EXPECT_EQ(to.settled, std::vector<std::string>{expiring});
}

}  // namespace
}  // namespace lockstep

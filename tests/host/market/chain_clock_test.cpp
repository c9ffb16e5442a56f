// The time of a chain: its latest record, unless the clock of that one is ahead of the rest.
#include "host/market/chain_clock.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "host/io/timestamp.h"
#include "tests/host/market/load_fixture.h"

namespace lockstep {
namespace {

// Line 2 + i has time[i]; the upper median of the first row is that of line 4.
TEST_F(load_market_test, a_clock_that_is_ahead_costs_its_record_alone) {
    struct {
        std::vector<char const*> times;
        char const *chain_time, *rejected;
    } const chains[] = {
        {{"15:00:00", "15:33:51", "15:33:52", "20:00:00"},
         "2026-08-22T15:33:52Z",
         "5|timestamp|2026-08-22T20:00:00Z is more than an hour after the rest of the chain, which "
         "ends at 2026-08-22T15:33:52Z\n"},
        // Of five it can be one that is ahead, and not the two that are live as three expire.
        {{"15:33:51", "23:30:00", "15:33:50", "15:33:49", "22:00:00"},
         "2026-08-22T22:00:00Z",
         "3|timestamp|2026-08-22T23:30:00Z is more than an hour after the rest of the chain, which "
         "ends at 2026-08-22T22:00:00Z\n"},
        {{"07:59:00", "07:59:00", "07:59:00", "09:30:00", "09:30:00"}, "2026-08-22T09:30:00Z", ""},
        {{"15:00:00", "15:00:00", "16:00:00"}, "2026-08-22T16:00:00Z", ""},
        {{"15:00:00", "15:00:00", "16:00:00.000000001"},
         "2026-08-22T15:00:00Z",
         "4|timestamp|2026-08-22T16:00:00.000000001Z is more than an hour after the rest of the "
         "chain, which ends at 2026-08-22T15:00:00Z\n"},
        {{"09:00:00", "15:00:00", "15:00:00"}, "2026-08-22T15:00:00Z", ""},
        {{"15:00:00", "20:00:00"},
         "2026-08-22T20:00:00Z",
         ""},  // and nobody can say which is right
    };
    for (auto const& [times, chain_time, rejected] : chains) {
        std::string text = deribit_header;
        for (std::size_t i = 0; i < times.size(); ++i)
            text += std::string("2026-08-22T") + times[i] + "Z,BTC-25JUN27-" +
                    std::to_string(100 + i) + "-C,100,,,,,1,2,1.5,,,0.5,0,100\n";
        exception_log log;
        auto const m = load_market(file_with(text), log);
        EXPECT_EQ(text_of(log), rejected) << times.back();
        EXPECT_EQ(time_text(m.time), chain_time) << times.back();
        expect_counts_add_up(m, log);
        for (exception_row const& row : log)
            EXPECT_EQ(row.instrument, "BTC-25JUN27-" + std::to_string(100 + row.line - 2) + "-C");
    }
}

TEST(chain_clock, leaves_out_one_in_twenty_at_most) {
    for (std::size_t const ahead : {3, 4}) {
        std::vector<utc_ns> seen;
        for (std::int64_t i = 0; i < 60; ++i)
            seen.push_back({i < static_cast<std::int64_t>(ahead) ? 2 * ns_per_day + i : i});
        chain_clock const clock(seen);
        EXPECT_EQ(clock.time().value, ahead == 3 ? 59 : 2 * ns_per_day + 3) << ahead;
        EXPECT_EQ(clock.fault_of({2 * ns_per_day}).empty(), ahead == 4);
        EXPECT_EQ(clock.fault_of({59}), "");
    }
}

// The first record of the option is a year ahead; the one that supersedes it is not.
TEST_F(load_market_test, a_superseded_clock_does_not_count) {
    std::string const header =
        "symbol,timestamp,local_timestamp,type,strike_price,expiration,mark_price,mark_iv,"
        "underlying_price\n";
    std::string const option = ",put,9875,1591689600000000,0.02,60,9756\n";
    exception_log log;
    auto const m = load_market(file_with(header + "BTC-9JUN20-9875-P,1591674400413000,0" + option +
                                         "BTC-9JUN20-9875-P,1591574400413000,0" + option),
                               log);
    EXPECT_EQ(text_of(log), "");
    EXPECT_EQ(m.time.value, 1591574400413000000);
    EXPECT_EQ(m.rows_superseded, 1u);
}

}  // namespace
}  // namespace lockstep

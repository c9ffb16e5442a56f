// What the command prints, line by line: how all stand at the start, what is refused and why, and
// what is said of accounts and prices of which not all is known.
#include <gtest/gtest.h>

#include <string>

#include "tests/host/risk/risk_fixture.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

/// A perpetual of 50,000 USD that is short: 1 BTC at 50,000 asks for 0.02 BTC at the most.
std::string const short_perpetual = "BTC-PERPETUAL,-50000,50000\n";

command_result watched(small_world const& world, std::string const& lines,
                       std::string const& options = "") {
    write_file(world.folder.path() / "lines", lines);
    return run_lockstep("watch --backend cpu --market " + world.chain() + " --portfolio " +
                        world.book() + " " + options + " < " +
                        (world.folder.path() / "lines").string());
}

std::string tick(std::string const& seconds, std::string const& marks) {
    return "{\"tick\":\"2026-01-01T08:00:" + seconds + "Z\",\"marks\":{" + marks + "}}\n";
}

std::size_t times(std::string const& text, std::string const& what) {
    std::size_t n = 0;
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size())
        ++n;
    return n;
}

TEST(watch_lines, say_first_how_all_stand_that_are_not_safe) {
    small_world world;
    world.portfolio("rich\nbroke\n", "rich,BTC,5\nbroke,BTC,0.001\n",
                    "rich," + short_perpetual + "broke," + short_perpetual);
    auto const run = watched(world, tick("01", "\"BTC-PERPETUAL\":50000"));
    EXPECT_TRUE(run.out.starts_with(
        R"({"time":"2026-01-01T08:00:00Z","account":"broke","asset":"BTC","verdict":"liquidatable","band":"breached",)"))
        << run.out;
    EXPECT_EQ(times(run.out, "\n"), 1u) << "nothing has changed since: " << run.out;
    EXPECT_EQ(run.out.find("rich"), std::string::npos);
}

TEST(watch_lines, withhold_the_verdict_of_an_account_with_a_rejected_record) {
    small_world world;
    world.portfolio(
        "digits\nunlisted\nwhole\n", "digits,BTC,5.0000000001\nunlisted,BTC,1\nwhole,BTC,1\n",
        "digits," + short_perpetual + "unlisted,BTC-1JAN30-1-C,-5,0\nwhole," + short_perpetual);
    auto const run = watched(world, tick("01", "\"BTC-PERPETUAL\":50001"), "--top 9");
    EXPECT_EQ(times(run.out, R"("verdict":"withheld")"), 2u) << run.out;
    EXPECT_EQ(times(run.out, R"("withheld_because":["record_is_rejected"])"), 2u) << run.out;
    EXPECT_EQ(run.out.find("liquidatable"), std::string::npos) << run.out;
    EXPECT_NE(run.err.find("cash.csv:2: field 'amount': has more than nine decimals"),
              std::string::npos)
        << run.err;
    EXPECT_NE(run.err.find("positions.csv:3: field 'instrument'"), std::string::npos) << run.err;
    EXPECT_EQ(run.exit, 1);
}

TEST(watch_lines, refuse_a_tick_that_is_older_and_count_it_apart) {
    small_world world;
    world.portfolio("a\n", "a,BTC,5\n", "a," + short_perpetual);
    auto const run = watched(world, tick("05", "") + tick("04", "\"BTC-PERPETUAL\":90000"));
    EXPECT_EQ(
        run.out,
        "{\"refused_line\":2,\"reason\":\"the tick is of 2026-01-01T08:00:04Z, the one before "
        "of 2026-01-01T08:00:05Z\"}\n");
    EXPECT_NE(run.err.find("1 ticks, 0 commands, 1 lines refused"), std::string::npos) << run.err;
}

TEST(watch_lines, are_all_marked_on_a_dry_run) {
    small_world world;
    world.portfolio("a\n", "a,BTC,0.001\n", "a," + short_perpetual);
    auto const run = watched(world, tick("01", ""), "--dry-run --top 1");
    EXPECT_EQ(times(run.out, "\n"), 2u);
    EXPECT_EQ(times(run.out, ",\"dry_run\":true}\n"), 2u) << run.out;
}

/// Neither may move a verdict: the one leaves nothing of an inverse contract's value, the other
/// more than amounts hold.
TEST(watch_lines, take_no_mark_for_a_price_that_nanos_cannot_hold) {
    for (std::string const mark : {"1e300", "1e-300", "1e10", "1e-10"}) {
        small_world world;
        world.portfolio("a\n", "a,BTC,5\n", "a," + short_perpetual);
        auto const run = watched(world, tick("01", "\"BTC-PERPETUAL\":" + mark));
        EXPECT_NE(run.out.find(R"("verdict":"withheld","was":"safe")"), std::string::npos)
            << mark << run.out;
        EXPECT_NE(run.out.find(R"("withheld_because":["instrument_is_quarantined"])"),
                  std::string::npos)
            << mark << run.out;
        EXPECT_EQ(run.out.find("liquidatable"), std::string::npos) << mark << run.out;
    }
}

}  // namespace
}  // namespace lockstep

// Lines in, ticks and commands out, and what is said of lines that are neither.
#include "host/watch/tick_reader.h"

#include <gtest/gtest.h>

#include <cmath>

#include "host/market/load.h"
#include "host/watch/latency.h"
#include "tests/host/risk/risk_fixture.h"

namespace lockstep {
namespace {

struct tick_reading : testing::Test {
    small_world world;
    exception_log rejected;
    market listed = load_market(world.chain(), rejected);
    std::vector<std::string> accounts{"A", "B"};
    tick_reader reader{listed, accounts};
    std::string fault(std::string const& line) { return reader.read(line).fault; }
};

TEST_F(tick_reading, takes_prices_of_options_and_perpetuals) {
    auto const read = reader.read(
        R"({"tick":"2026-01-02T00:00:00.5Z","index":{"BTC":49000.5},)"
        R"("marks":{"BTC-15MAR26-55000-C":[49100,0.65],"BTC-PERPETUAL":49050,"NO-SUCH":1}})");
    ASSERT_EQ(read.fault, "");
    tick const& t = std::get<tick>(read.input);
    EXPECT_EQ(t.time.value, 1'767'312'000'500'000'000);
    ASSERT_EQ(t.indexes.size(), 1u);
    EXPECT_EQ(t.indexes[0].index, 49000.5);
    ASSERT_EQ(t.marks.size(), 2u);
    EXPECT_EQ(t.marks[0].instrument.value, listed.by_name.at("BTC-15MAR26-55000-C"));
    EXPECT_EQ(t.marks[0].underlying, 49100);
    EXPECT_EQ(t.marks[0].vol, 0.65);
    EXPECT_EQ(t.marks[1].underlying, 49050);
    EXPECT_EQ(read.instruments_unknown, 1u);
}

TEST_F(tick_reading, a_price_that_is_missing_is_no_price) {
    auto const read =
        reader.read(R"({"tick":"2026-01-02T00:00:00Z","marks":{"BTC-15MAR26-55000-C":[null,0.65],)"
                    R"("BTC-PERPETUAL":null}})");
    ASSERT_EQ(read.fault, "");
    tick const& t = std::get<tick>(read.input);
    EXPECT_TRUE(std::isnan(t.marks[0].underlying));
    EXPECT_EQ(t.marks[0].vol, 0.65);
    EXPECT_TRUE(std::isnan(t.marks[1].underlying));
}

TEST_F(tick_reading, a_price_beyond_every_double_is_no_price_and_spoils_no_other) {
    auto const read =
        reader.read(R"({"tick":"2026-01-02T00:00:00Z","index":{"BTC":1e400},)"
                    R"("marks":{"BTC-PERPETUAL":-1e400,"BTC-15MAR26-55000-C":[1,2]}})");
    ASSERT_EQ(read.fault, "");
    tick const& t = std::get<tick>(read.input);
    EXPECT_TRUE(std::isnan(t.indexes[0].index));
    EXPECT_TRUE(std::isnan(t.marks[0].underlying));
    EXPECT_EQ(t.marks[1].vol, 2);
}

TEST_F(tick_reading, a_tick_reads_back_as_it_was_written) {
    tick const t{{1'767'312'000'000'000'000},
                 {{{0}, 0.1 + 0.2}},
                 {{{listed.by_name.at("BTC-15MAR26-55000-C")}, 1.0 / 3, not_quoted}}};
    auto const read = reader.read(line_of(t, listed));
    tick const& back = std::get<tick>(read.input);
    EXPECT_EQ(back.time, t.time);
    EXPECT_EQ(back.indexes[0].index, t.indexes[0].index);
    EXPECT_EQ(back.marks[0].underlying, t.marks[0].underlying);
    EXPECT_TRUE(std::isnan(back.marks[0].vol));
}

TEST_F(tick_reading, takes_commands) {
    auto const cash = reader.read(R"({"cash":{"account":"B","asset":"BTC","amount":"1.25"}})");
    ASSERT_EQ(cash.fault, "");
    EXPECT_EQ(std::get<cash_command>(cash.input).account.value, 1u);
    EXPECT_EQ(std::get<cash_command>(cash.input).amount.nanos, 1'250'000'000);
    auto const held = reader.read(
        R"({"position":{"account":"A","instrument":"BTC-PERPETUAL","quantity":"-3","entry_price":"5"}})");
    ASSERT_EQ(held.fault, "");
    EXPECT_EQ(std::get<position_command>(held.input).size.nanos, -3'000'000'000);
    auto const settled = reader.read(R"({"settle":{"BTC-15MAR26-55000-C":"70000.5"}})");
    ASSERT_EQ(settled.fault, "");
    EXPECT_EQ(std::get<settle_command>(settled.input).deliveries.at(0).at.nanos,
              70'000'500'000'000);
}

TEST_F(tick_reading, says_what_is_wrong_with_a_line) {
    EXPECT_NE(fault("rubbish"), "");
    EXPECT_NE(fault("{}"), "");
    EXPECT_NE(fault(R"({"tick":"yesterday"})").find("is not a time: 'yesterday'"),
              std::string::npos);
    EXPECT_EQ(fault(R"({"cash":{"account":"C","asset":"BTC","amount":"1"}})"),
              "there is no account 'C'");
    EXPECT_EQ(fault(R"({"cash":{"account":"A","asset":"DOGE","amount":"1"}})"),
              "there is no asset 'DOGE'");
    EXPECT_NE(fault(R"({"cash":{"account":"A","asset":"BTC","amount":"1e400"}})"), "");
    EXPECT_EQ(fault(R"({"settle":{"BTC-PERPETUAL":"50000"}})"),
              "'BTC-PERPETUAL' is a perpetual, and is never delivered");
    EXPECT_NE(fault(R"({"settle":{"BTC-15MAR26-55000-C":"0"}})"), "");
    EXPECT_NE(fault(R"({"tick":"2026-01-02T00:00:00Z","marks":{"BTC-PERPETUAL":[1,2,3]}})"), "");
    auto const of_marks = [&](std::string const& marks) {
        return fault(R"({"tick":"2026-01-02T00:00:00Z","marks":{)" + marks + "}}");
    };
    EXPECT_EQ(of_marks(R"("BTC-PERPETUAL":50000abc)"), "'50000abc' is no number");
    EXPECT_EQ(of_marks(R"("BTC-15MAR26-55000-C":[50000x,1])"), "'50000x' is no number");
    EXPECT_EQ(of_marks(R"("BTC-PERPETUAL":[50000,1])"),
              "the mark of 'BTC-PERPETUAL' is a pair, and it is no option");
    EXPECT_EQ(of_marks(R"("BTC-15MAR26-55000-C":50000)"),
              "the mark of 'BTC-15MAR26-55000-C' is no pair");
    EXPECT_EQ(fault(R"({"tick":"2026-01-02T00:00:00Z","indexes":{"BTC":1}})"),
              "there is no field 'indexes'");
    EXPECT_EQ(fault(R"({"tick":"2026-01-02T00:00:00Z"})"), "") << "and goes on after them";
}

TEST_F(tick_reading, an_entry_price_that_is_no_price_is_refused_where_one_is_read) {
    auto const position = [&](std::string const& instrument, std::string const& quantity,
                              std::string const& entry) {
        return fault(R"({"position":{"account":"A","instrument":")" + instrument +
                     R"(","quantity":")" + quantity + R"(","entry_price":")" + entry + R"("}})");
    };
    EXPECT_EQ(position("BTC-PERPETUAL", "-3000", "0"),
              "field 'entry_price' is not above zero: '0'");
    EXPECT_EQ(position("BTC-PERPETUAL", "3", "-5"), "field 'entry_price' is not above zero: '-5'");
    EXPECT_EQ(position("BTC-PERPETUAL", "0", "0"), "") << "it is held no more";
    for (char const* unread : {"0", "", "-1", "about 5"})
        EXPECT_EQ(position("BTC-15MAR26-55000-C", "1", unread), "");
    auto const without = [&](std::string const& instrument, std::string const& quantity) {
        return fault(R"({"position":{"account":"A","instrument":")" + instrument +
                     R"(","quantity":")" + quantity + R"("}})");
    };
    EXPECT_EQ(without("BTC-15MAR26-55000-C", "-1"), "");
    EXPECT_EQ(without("BTC-PERPETUAL", "0"), "");
    EXPECT_EQ(without("BTC-PERPETUAL", "1"), "field 'entry_price' is missing");
}

TEST_F(tick_reading, what_stands_twice_or_is_unknown_is_refused) {
    std::string const time = R"("tick":"2026-01-02T00:00:00Z")";
    EXPECT_EQ(fault("{" + time + "," + time + "}"), "'tick' stands twice");
    EXPECT_EQ(fault("{" + time + R"(,"index":{"BTC":1},"index":{}})"), "'index' stands twice");
    EXPECT_EQ(fault("{" + time + R"(,"marks":{},"marks":{}})"), "'marks' stands twice");
    EXPECT_EQ(fault("{" + time + R"(,"index":{"BTC":1,"BTC":2}})"), "'BTC' stands twice");
    EXPECT_EQ(fault("{" + time + R"(,"marks":{"BTC-PERPETUAL":1,"BTC-PERPETUAL":2}})"),
              "'BTC-PERPETUAL' stands twice");
    EXPECT_EQ(fault(R"({"settle":{"BTC-15MAR26-55000-C":"1","BTC-15MAR26-55000-C":"2"}})"),
              "'BTC-15MAR26-55000-C' stands twice");
    EXPECT_EQ(fault(R"({"cash":{"account":"A","account":"B","asset":"BTC","amount":"1"}})"),
              "'account' stands twice");
    EXPECT_EQ(fault(R"({"cash":{"account":"A","asset":"BTC","amount":"1","at":"2"}})"),
              "there is no field 'at'");
    EXPECT_EQ(fault(R"({"cash":{"account":"A","asset":"BTC","amount":1}})"),
              "field 'amount' is not a string");
    EXPECT_EQ(fault(R"({"cash":{"amount":"1","account":"A"}})"), "field 'asset' is missing");
    std::string const sound = "{" + time + R"(,"index":{"BTC":1},"marks":{"BTC-PERPETUAL":1}})";
    EXPECT_EQ(fault(sound), "");
    EXPECT_EQ(fault(sound), "") << "another line may name it again";
}

TEST_F(tick_reading, a_line_that_is_cut_anywhere_or_goes_on_is_refused) {
    for (std::string const whole :
         {R"({"tick":"2026-01-02T00:00:00Z","index":{"BTC":49000.5},"marks":{"BTC-PERPETUAL":1}})",
          R"({"cash":{"account":"A","asset":"BTC","amount":"1"}})"}) {
        ASSERT_EQ(fault(whole), "");
        for (std::size_t length = 0; length < whole.size(); ++length)
            EXPECT_NE(fault(whole.substr(0, length)), "") << whole.substr(0, length);
        EXPECT_NE(fault(whole + "}"), "");
    }
    std::string const cash = R"("cash":{"account":"A","asset":"BTC","amount":"1"})";
    EXPECT_NE(fault(R"({"tick":"2026-01-02T00:00:00Z",)" + cash + "}"), "");
    EXPECT_NE(fault("{" + cash + "," + cash + "}"), "");
    EXPECT_NE(fault(R"({"tick":"2026-01-02T00:00:00Z","index":5})"), "");
    EXPECT_NE(fault(R"({"tick":"2026-01-02T00:00:00Z","marks":[1]})"), "");
}

TEST(latency_histogram, percentiles_are_within_a_thirtieth) {
    latency_histogram times;
    EXPECT_EQ(times.percentile_ns(0.5), 0u);
    for (std::uint64_t ns = 1; ns <= 100'000; ++ns) times.add(ns * 10);
    for (double const share : {0.01, 0.5, 0.99, 0.999}) {
        double const wanted = share * 1'000'000;
        EXPECT_NEAR(static_cast<double>(times.percentile_ns(share)), wanted, wanted / 30);
    }
    EXPECT_EQ(times.percentile_ns(1.0), 1'000'000u);
    EXPECT_EQ(times.max_ns(), 1'000'000u);
    times.add(~std::uint64_t{0});
    EXPECT_EQ(times.percentile_ns(1.0), ~std::uint64_t{0});
}

}  // namespace
}  // namespace lockstep

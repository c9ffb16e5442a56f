// Delivery prices against sums second by second, and rates of funding reckoned by hand.
#include "host/watch/fixings.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/host/real_data.h"
#include "tests/host/risk/risk_fixture.h"
#include "tests/host/run_binary.h"

namespace lockstep {
namespace {

constexpr std::int64_t second = 1'000'000'000;

/// 2 January 2026, in seconds after midnight.
utc_ns at(std::int64_t seconds) { return {1'767'312'000 * second + seconds * second}; }

/// BTC at this index with a call that expires at 08:00, its perpetual and, where `more` is set, an
/// ETH call of the same day without an index.
market opened_at(std::int64_t seconds, double index, bool more = false) {
    market m;
    m.time = at(seconds);
    m.assets = {"BTC"};
    m.underlyings = {{"BTC", index}};
    auto const list = [&m](char const* name, instrument_kind kind, std::uint32_t underlying,
                           utc_ns expiry, double price) {
        instrument_row row{};
        row.kind = kind;
        row.underlying = {underlying};
        row.expiry = expiry;
        m.instruments.push_back(row);
        m.names.emplace_back(name);
        quote q{};
        q.underlying = price;
        m.quotes.push_back(q);
    };
    list("BTC-2JAN26-50000-C", instrument_kind::option, 0, at(8 * 3600), index);
    list("BTC-PERPETUAL", instrument_kind::perpetual, 0, {0}, index);
    if (more) {
        m.underlyings.push_back({"ETH", not_quoted});
        list("ETH-2JAN26-5000-C", instrument_kind::option, 1, at(8 * 3600), not_quoted);
    }
    return m;
}

tick index_at(std::int64_t seconds, double index) { return {at(seconds), {{{0}, index}}, {}}; }
tick premium_at(std::int64_t seconds, double index, double mark) {
    return {at(seconds), {{{0}, index}}, {{{1}, mark, 0}}};
}

constexpr std::int64_t clock_time(std::int64_t hours, std::int64_t minutes) {
    return hours * 3600 + minutes * 60;
}

TEST(fixings, a_delivery_price_is_the_average_of_the_half_hour_before) {
    fixings f(opened_at(clock_time(7, 0), 500));
    for (tick const& t : {index_at(clock_time(7, 15), 100), index_at(clock_time(7, 40), 110),
                          index_at(clock_time(7, 50), 130)})
        EXPECT_TRUE(f.hear(t).deliveries.empty());
    // 100 for ten minutes, 110 for ten, 130 for ten; the tick after it comes too late.
    auto const fixed = f.hear(index_at(clock_time(8, 10), 900)).deliveries;
    ASSERT_EQ(fixed.size(), 1u);
    EXPECT_EQ(fixed[0].at.nanos, 113'333'333'333);
    EXPECT_EQ(fixed[0].expiry.value, at(clock_time(8, 0)).value);
    ASSERT_EQ(fixed[0].instruments.size(), 1u);
    EXPECT_EQ(fixed[0].instruments[0].value, 0u);
    EXPECT_TRUE(f.hear(index_at(clock_time(9, 0), 1)).deliveries.empty()) << "once";
}

TEST(fixings, what_had_no_price_is_not_delivered_and_holds_nobody_up) {
    fixings f(opened_at(clock_time(7, 45), 200, true));
    f.hear(index_at(clock_time(7, 50), not_quoted));
    f.hear(index_at(clock_time(7, 54), 300));
    auto const fixed = f.hear(index_at(clock_time(8, 0), 900)).deliveries;
    ASSERT_EQ(fixed.size(), 1u) << "ETH had no price";
    EXPECT_EQ(fixed[0].underlying.value, 0u);
    // From 07:45, where the market begins: a price that is none lets the last one hold.
    EXPECT_EQ(fixed[0].at.nanos, (9 * 200 + 6 * 300) * second / 15);
}

TEST(fixings, a_price_holds_while_the_feed_has_none) {
    struct row {
        std::int64_t silent;
        std::int64_t average;  // with 60,000 from 07:45, after 50,000
    };
    for (auto const& [silent, average] :
         {row{clock_time(7, 20), 55'000}, row{clock_time(7, 30), 55'000},
          row{clock_time(7, 31), 55'000}}) {
        fixings f(opened_at(clock_time(7, 0), 50'000));
        f.hear(index_at(silent, not_quoted));
        f.hear(index_at(clock_time(7, 45), 60'000));
        auto const fixed = f.hear(index_at(clock_time(8, 0), 1)).deliveries;
        ASSERT_EQ(fixed.size(), 1u) << silent;
        EXPECT_EQ(fixed[0].at.nanos, average * second) << silent;
    }
}

TEST(fixings, take_for_a_price_what_a_watch_does) {
    for (double const index : {1e-9, 5e9, 9e9}) {
        fixings f(opened_at(clock_time(7, 0), index));
        auto const fixed = f.hear(index_at(clock_time(8, 0), 1)).deliveries;
        ASSERT_EQ(fixed.size(), 1u) << index;
        EXPECT_EQ(fixed[0].at.nanos, static_cast<std::int64_t>(index * 1e9)) << index;
    }
    for (double const none : {6e-10, 9.1e9, -1.0, 0.0}) {
        fixings f(opened_at(clock_time(7, 0), none));
        EXPECT_TRUE(f.hear(index_at(clock_time(8, 0), 1)).deliveries.empty()) << none;
    }
}

TEST(fixings, an_average_is_what_every_second_adds_up_to) {
    std::mt19937_64 random(5);
    for (int round = 0; round < 50; ++round) {
        std::int64_t const begins = clock_time(7, 0) + static_cast<std::int64_t>(random() % 3500);
        double index = 1'000;
        fixings f(opened_at(begins, index));
        std::vector<std::pair<std::int64_t, double>> prices = {{begins, index}};
        std::vector<delivery_price> fixed;
        for (std::int64_t now = begins; fixed.empty();) {
            now += 1 + static_cast<std::int64_t>(random() % 600);
            index = 1 + static_cast<double>(random() % 1'000'000);
            fixed = f.hear(index_at(now, index)).deliveries;
            prices.push_back({now, index});
        }
        std::int64_t const first = std::max(begins, clock_time(7, 30)), last = clock_time(8, 0);
        std::int64_t sum = 0;
        for (std::int64_t s = first; s < last; ++s) {
            double holds = 0;
            for (auto const& [since, price] : prices)
                if (since <= s) holds = price;
            sum += static_cast<std::int64_t>(holds);
        }
        ASSERT_EQ(fixed.size(), 1u);
        EXPECT_EQ(fixed[0].at.nanos,
                  static_cast<std::int64_t>(static_cast<int128>(sum) * second / (last - first)))
            << round;
    }
}

std::int64_t rate_of(std::vector<double> const& marks, std::uint32_t samples) {
    fixings f(opened_at(clock_time(1, 0), not_quoted));  // so that the market itself is no sample
    std::int64_t now = clock_time(1, 0);
    for (double const mark : marks) f.hear(premium_at(now += 30, 100, mark));
    auto const fixed = f.hear(premium_at(clock_time(2, 0), 100, 100)).funding;
    if (fixed.size() != 1) return -1;
    EXPECT_EQ(fixed[0].time.value, at(clock_time(2, 0)).value);
    EXPECT_EQ(fixed[0].instrument.value, 1u);
    EXPECT_EQ(fixed[0].samples, samples);
    return fixed[0].rate;
}

TEST(fixings, a_rate_is_an_eighth_of_the_premium_brought_nearer_to_the_interest) {
    EXPECT_EQ(rate_of({100, 100}, 2), 12'500) << "the interest: 0.01 % / 8";
    EXPECT_EQ(rate_of({100.02, 100.04}, 2), 12'500) << "0.03 % is within the band";
    EXPECT_EQ(rate_of({100.1, 100.1}, 2), 62'500) << "0.1 % - 0.05 % is an eighth of 0.05 %";
    EXPECT_EQ(rate_of({99.9}, 1), -62'500);
    EXPECT_EQ(rate_of({200}, 1), 40'000'000) << "no more than 4 % an hour";
    EXPECT_EQ(rate_of({1}, 1), -40'000'000);
}

TEST(fixings, a_twentieth_of_the_samples_at_either_end_is_left_out) {
    std::vector<double> marks(38, 100.1);
    marks.insert(marks.begin(), {500, 5});
    EXPECT_EQ(rate_of(marks, 40), 62'500);
    marks.insert(marks.begin(), {500, 500});  // three of 42 are more than a twentieth
    EXPECT_GT(rate_of(marks, 42), 62'500);
}

TEST(fixings, an_hour_without_samples_has_no_rate) {
    fixings f(opened_at(clock_time(1, 0), 100));
    EXPECT_EQ(f.hear(premium_at(clock_time(2, 10), not_quoted, 100)).funding.size(), 1u);
    EXPECT_TRUE(f.hear(premium_at(clock_time(5, 0), 100, 100)).funding.empty());
    EXPECT_EQ(f.hear(premium_at(clock_time(6, 0), 100, 100)).funding.size(), 1u);
}

// ---- the command --------------------------------------------------------------------------------

TEST(fixings_command, tells_what_a_recording_settles_at) {
    auto const folder = real_data("deribit_stress_2026-02-05");
    auto const perpetuals = real_data("deribit_perpetuals.csv.gz");
    if (!folder || !perpetuals) GTEST_SKIP() << "the real data is not on this machine";
    scratch_folder scratch;
    std::string const fall = (scratch.path() / "fall.jsonl").string();
    std::string const of = " --perpetuals " + perpetuals->string();
    ASSERT_EQ(
        run_lockstep("ticks --steps 20 --snapshots " + folder->string() + of + " --out " + fall)
            .exit,
        0);
    auto const run =
        run_lockstep("fixings --replay " + fall + of + " --market " +
                     (*folder / "deribit_options_snapshot_20260204T042403Z.csv.gz").string());
    ASSERT_EQ(run.exit, 0) << run.err;
    std::string const lines = text_of_file(fall);
    int deliveries = 0, rates = 0;
    std::istringstream rows(run.out);
    for (std::string row; std::getline(rows, row);) {
        rates += row.find(",funding_rate,") != row.npos;
        auto const where = row.find(",delivery_price,");
        if (where == row.npos) continue;
        ++deliveries;
        auto const price = row.rfind(',', row.size() - 2);
        std::string const said = row.substr(price + 1, row.size() - price - 2);
        EXPECT_NE(lines.find(":\"" + said + "\""), lines.npos) << row;
    }
    EXPECT_EQ(deliveries, 6) << "three mornings of BTC and ETH";
    EXPECT_EQ(rates, 2 * 65) << "of BTC and ETH, 04:24 on the 4th to 21:30 on the 6th";
    EXPECT_NE(run.err.find("220 ticks, 3 commands passed over, 0 lines refused"), std::string::npos)
        << run.err;
}

TEST(fixings_command, names_the_line_that_it_refuses) {
    scratch_folder scratch;
    std::string const chain = (scratch.path() / "chain.csv").string();
    put(chain,
        "timestamp,instrument_name,underlying,mark_price,implied_volatility,index_price\n"
        "2026-01-02T07:00:00Z,BTC-2JAN26-50000-C,50000,0.05,0.6,50000\n");
    std::string const feed = (scratch.path() / "feed.jsonl").string();
    put(feed,
        "{\"tick\":\"2026-01-02T07:30:00Z\",\"index\":{\"BTC\":50000}}\n"
        "{\"cash\":{\"account\":\"A\",\"asset\":\"BTC\",\"amount\":\"1\"}}\n"
        "{\"tick\":\"2026-01-02T07:29:00Z\",\"index\":{\"BTC\":1}}\n"
        "{\"tick\":\"2026-01-02T07:45:00Z\",\"index\":{\"BTC\":51000}}\n"
        "{\"tick\":\"2026-01-02T07:50:00Z\",\"cash\":{\"account\":\"A\",\"asset\":\"BTC\","
        "\"amount\":\"1\"}}\n"
        "{\"tick\":\"2026-01-02T08:00:00Z\",\"index\":{\"BTC\":99000,\"DOGE\":1}}\n");
    auto const run = run_lockstep("fixings --market " + chain + " --replay " + feed);
    EXPECT_EQ(run.exit, 1);
    EXPECT_EQ(run.out,
              "time,what,name,value,samples\n"
              "2026-01-02T08:00:00Z,delivery_price,BTC,50500,\n"
              "2026-01-02T08:00:00Z,funding_rate,BTC-PERPETUAL,-0.000754493,3\n");
    EXPECT_NE(run.err.find("feed.jsonl:3: the tick is of 2026-01-02T07:29:00Z, the one before of "
                           "2026-01-02T07:30:00Z"),
              std::string::npos)
        << run.err;
    EXPECT_NE(run.err.find("3 ticks, 1 commands passed over, 2 lines refused, 1 prices of what is "
                           "not listed: 1 delivery prices, 1 funding rates"),
              std::string::npos)
        << run.err;
}

}  // namespace
}  // namespace lockstep

#include "host/generate/chain.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "host/generate/listed_series.h"
#include "host/io/output_file.h"
#include "host/io/timestamp.h"
#include "host/market/load.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

TEST(expiries_after, a_friday_in_may_2026) {
    std::string text;
    for (auto const& expiry : expiries_after(*parse_timestamp("2026-05-01T09:05:00Z")))
        text += time_text(expiry.at).substr(0, 10) + (expiry.is_daily ? " daily" : "") +
                (expiry.has_future ? " future" : "") + "\n";
    // What Deribit listed on that day beside one more daily: see a calendar.
    EXPECT_EQ(text,
              "2026-05-02 daily\n2026-05-03 daily\n2026-05-04 daily\n2026-05-08 future\n"
              "2026-05-15\n2026-05-22\n2026-05-29 future\n2026-06-26 future\n2026-07-31\n"
              "2026-09-25 future\n2026-12-25 future\n2027-03-26 future\n");
}

TEST(strikes_around, stay_on_their_step_and_rise) {
    using list = std::vector<std::int64_t>;
    EXPECT_EQ(strikes_around(100, 0.3, 1'000'000'000, 0), list{});
    EXPECT_EQ(strikes_around(100.4, 0.3, 1'000'000'000, 1), list{100'000'000'000});
    for (double forward : {77000.0, 3.0, 0.4})
        for (double width : {0.001, 0.5, 3.0})
            for (std::uint32_t count : {2U, 7U, 200U}) {
                auto const strikes = strikes_around(forward, width, 500'000'000, count);
                ASSERT_EQ(strikes.size(), count);
                std::int64_t last = 0;
                for (auto strike : strikes) {
                    ASSERT_GT(strike, last);
                    ASSERT_EQ(strike % 500'000'000, 0);
                    last = strike;
                }
            }
}

class generated_chain : public testing::Test {
  protected:
    market load(std::uint64_t seed, std::uint32_t options) {
        auto const path = folder_.path() / "chain.csv";
        output_file file(path);
        write_chain({seed, options, *parse_timestamp("2026-05-01T09:05:00Z")},
                    [&](std::string_view text) { file.write(text); });
        file.close();
        exception_log log;
        auto loaded = load_market(path, log);
        EXPECT_TRUE(log.empty()) << log.front().line << log.front().reason;
        return loaded;
    }
    scratch_folder folder_;
};

TEST_F(generated_chain, has_as_many_options_as_asked_for) {
    for (std::uint32_t options : {16U, 100U, 850U}) {
        auto const m = load(3, options);
        std::map<std::string, std::uint32_t> count;
        for (std::size_t at = 0; at < m.rows_used; ++at)
            ++count[m.underlyings[m.instruments[at].underlying.value].name];
        EXPECT_EQ(count["BTC"], options / 2 * 2);
        EXPECT_EQ(count["ETH"], options / 2 * 2);
        EXPECT_EQ(count["SOL"], options / 4 / 2 * 2);
        EXPECT_EQ(count["XRP"], options / 8 / 2 * 2);
    }
}

/// Without a model: a call less a put is the forward less the strike, and calls fall and bend
/// upward in the strike, to within the rounding of the written marks.
TEST_F(generated_chain, has_no_arbitrage) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        auto const m = load(seed, 850);
        std::map<std::string, std::map<std::int64_t, double>> calls;  // USD, by slice and strike
        for (std::size_t at = 0; at + 1 < m.rows_used; at += 2) {
            auto const& call = m.instruments[at];
            auto const& q = m.quotes[at];
            ASSERT_EQ(call.type, option_type::call);
            ASSERT_EQ(m.instruments[at + 1].type, option_type::put);
            bool const inverse = call.settle == settlement::inverse;
            double const usd = inverse ? q.underlying : 1;
            double const digit = inverse ? 1e-8 * usd : 1e-4;
            double const strike = static_cast<double>(call.strike.nanos) * 1e-9;
            ASSERT_NEAR((q.mark - m.quotes[at + 1].mark) * usd, q.underlying - strike, 1.01 * digit)
                << m.names[at];
            ASSERT_GT(q.vol, 0.05);
            ASSERT_LT(q.vol, 6) << m.names[at];
            ASSERT_FALSE(q.bid > q.mark) << m.names[at];  // not quoted is neither
            ASSERT_FALSE(q.ask < q.mark) << m.names[at];
            auto const& name = m.names[at];
            auto const slice = name.substr(0, name.find('-', name.find('-') + 1));
            calls[slice][call.strike.nanos] = q.mark * usd;
        }
        for (auto const& [slice, by_strike] : calls) {
            // A hundredth of a vol point, to which vols are rounded, moves a price by some cents.
            double const index = m.underlyings[0].index;
            double const slack = slice.starts_with("BTC") ? index * 2e-5 : index * 1e-6;
            for (auto b = std::next(by_strike.begin()); b != by_strike.end(); ++b) {
                auto const a = std::prev(b), c = std::next(b);
                ASSERT_LE(b->second, a->second + slack) << slice << " " << b->first;
                if (c == by_strike.end()) continue;
                double const share = static_cast<double>(b->first - a->first) /
                                     static_cast<double>(c->first - a->first);
                ASSERT_LE(b->second, a->second + share * (c->second - a->second) + slack)
                    << slice << " " << b->first;
            }
        }
    }
}

}  // namespace
}  // namespace lockstep

// Prices of perpetuals from a file of their own, beside the chain.
#include <gtest/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "tests/host/market/load_fixture.h"

namespace lockstep {
namespace {

TEST_F(load_market_test, perpetuals_from_a_file_of_their_own) {
    auto const chain =
        file_with(std::string(deribit_header) +
                  "2026-08-22T15:33:51.5+00:00,BTC-25JUN27-100-C,105,,,,,1,2,1.5,,,0.5,0,100\n");
    std::string const header = "obs_datetime,instrument_name,perp_futures_mark_price\n";
    market_options options;
    options.perpetuals = file_with(header +
                                       "2026-08-22T15:33:50+00:00,BTC-PERPETUAL,1\n"
                                       "2026-08-22T15:33:51.500000+00:00,BTC-PERPETUAL,101.25\n",
                                   "perpetuals.csv");
    exception_log log;
    auto const m = load_market(chain, log, options);
    EXPECT_EQ(m.quotes.at(m.by_name.at("BTC-PERPETUAL")).mark, 101.25);
    EXPECT_EQ(m.underlyings[0].index, 100);
    options.perpetuals = file_with(header + "2026-08-22T15:33:50+00:00,BTC-PERPETUAL,1\n", "p.csv");
    EXPECT_THROW(load_market(chain, log, options), input_error);
}

TEST_F(load_market_test, what_is_wrong_with_a_price_of_a_perpetual_is_an_exception) {
    auto const chain =
        file_with(std::string(deribit_header) +
                  "2026-08-22T15:33:51Z,BTC-25JUN27-100-C,105,,,,,1,2,1.5,,,0.5,0,100\n");
    market_options options;
    options.perpetuals = file_with(
        "obs_datetime,instrument_name,perp_futures_mark_price\n"
        "2026-08-22T15:33:51Z,BTC-PERPETUAL,101\n"
        "2026-08-22T15:33:51Z,BTC-PERPETUAL,99\n"
        "yesterday,BTC-PERPETUAL,98\n"
        "2026-08-22T15:33:51Z,ETH-PERPETUEL,20\n"
        "2026-08-22T15:33:51Z,BTC-25JUN27,97\n"
        "2026-08-22T15:33:51Z,ETH-PERPETUAL,0\n"
        "2026-08-22T15:33:51Z,ETH-PERPETUAL,20\n"
        "2026-08-22T15:33:50Z,BTC-PERPETUAL,96\n",
        "perpetuals.csv");
    exception_log log;
    auto const m = load_market(chain, log, options);
    EXPECT_EQ(m.quotes.at(m.by_name.at("BTC-PERPETUAL")).mark, 101) << "the first stays";
    using row = std::tuple<std::string, std::uint64_t, std::string, std::string>;
    std::vector<row> found;
    for (exception_row const& e : log) found.emplace_back(e.file, e.line, e.field, e.reason);
    std::string const name = "instrument_name", &file = options.perpetuals;
    EXPECT_EQ(found, (std::vector<row>{
                         {file, 3, name, "has a price already in line 2"},
                         {file, 4, "obs_datetime", "is not a time: 'yesterday'"},
                         {file, 5, name, "has no such day: 'PERPETUEL'"},
                         {file, 6, name, "is not a perpetual: 'BTC-25JUN27'"},
                         {file, 7, "perp_futures_mark_price", "is zero"},
                         {file, 8, name, "is no perpetual of this market: 'ETH-PERPETUAL'"}}));
}

// What options on ETH imply is a perpetual as well, and the file says nothing of it.
TEST_F(load_market_test, a_perpetual_that_lacks_its_price_is_an_exception) {
    std::string const t = "2026-08-22T15:33:51Z,", rest = "-25JUN27-100-C,105,,,,,1,2,1.5,,,0.5,0,";
    auto const chain =
        file_with(deribit_header + t + "BTC" + rest + "100\n" + t + "ETH" + rest + "99\n" + t +
                  "SOL_USDC" + rest + "98\n" + t + "SOL_USDC-PERPETUAL,,,,,,,,97,,,,0,\n");
    market_options options;
    options.perpetuals = file_with(
        "obs_datetime,instrument_name,perp_futures_mark_price\n"
        "2026-08-22T15:33:51Z,BTC-PERPETUAL,101\n"
        "2026-08-22T15:33:50Z,ETH-PERPETUAL,102\n",
        "perpetuals.csv");
    exception_log log;
    auto const m = load_market(chain, log, options);
    EXPECT_EQ(m.quotes.at(m.by_name.at("ETH-PERPETUAL")).mark, 99);
    EXPECT_EQ(
        text_of(log),
        "1|instrument_name|has no price of ETH-PERPETUAL for 2026-08-22T15:33:51Z, the time of "
        "the chain: the index stands in its place\n");
    ASSERT_EQ(log.size(), 1u);
    EXPECT_EQ(log.front().file, options.perpetuals);
    EXPECT_EQ(log.front().instrument, "ETH-PERPETUAL");
}

}  // namespace
}  // namespace lockstep

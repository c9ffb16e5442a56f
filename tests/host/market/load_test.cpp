// Chains of options in both formats: what is taken from them, and what is wrong with a record or
// with the whole file.
#include "host/market/load.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/host/market/load_fixture.h"

namespace lockstep {
namespace {

TEST_F(load_market_test, deribit_options_futures_and_perpetuals) {
    std::string const t = "2026-08-22T15:33:51.683630+00:00,";
    std::string const e = ",2027-06-25T08:00:00+00:00,";
    std::string const w = ",2026-08-23T08:00:00+00:00,";
    auto const path =
        file_with(deribit_header + t + "BTC-25JUN27-150000-P,80104.23,BTC-25JUN27,put,150000.0" +
                  e + "0.8745,0.8975,0.88905441,80104.23,BTC-25JUN27,0.456,0.1,77081.8\n" + t +
                  "BTC-23AUG26-77000-C,77100.5,SYN.BTC-23AUG26,call,77000.0" + w +
                  ",,0.0101,77100.5,SYN.BTC-23AUG26,0.5,0,77081.9\n" + t +
                  "BTC-25JUN27-90000-C,80105.00,index_price,call,90000" + e +
                  "0.1,,0.12,80106,BTC-25JUN27,0.4,,77080.0\n" + t +
                  "SOL_USDC-25JUN27-200-C,201.5,SOL_USDC-25JUN27,call,200" + e +
                  "10,11,10.5,,,0.8,5,195.25\n" + t + "BTC-25JUN27-95000-C,80103,BTC-25JUN27,,,," +
                  ",,0.1,80103,BTC-25JUN27,0.4,,77090.0\n");
    exception_log log;
    auto const m = load_market(path, log);
    EXPECT_EQ(text_of(log), "");
    expect_counts_add_up(m, log);
    EXPECT_EQ(m.rows_used, 5U);
    EXPECT_EQ(listed(m),
              "BTC-25JUN27-150000-P BTC-23AUG26-77000-C BTC-25JUN27-90000-C "
              "SOL_USDC-25JUN27-200-C BTC-25JUN27-95000-C BTC-25JUN27 SOL_USDC-25JUN27 "
              "BTC-PERPETUAL SOL_USDC-PERPETUAL ");
    EXPECT_EQ(m.time.value, 1787412831683630000);
    ASSERT_EQ(m.assets, (std::vector<std::string>{"BTC", "USDC"}));
    ASSERT_EQ(m.underlyings.size(), 2U);
    // The lower median of 77080.0, 77081.8, 77081.9, 77090.0.
    EXPECT_EQ(m.underlyings[0].name, "BTC");
    EXPECT_EQ(m.underlyings[0].index, 77081.8);
    EXPECT_EQ(m.underlyings[1].index, 195.25);

    auto const& put = m.quotes[0];
    EXPECT_EQ(put.underlying, 80104.23);
    EXPECT_EQ(put.vol, 0.456);
    EXPECT_EQ(put.bid, 0.8745);
    EXPECT_EQ(put.ask, 0.8975);
    EXPECT_EQ(put.mark, 0.88905441);
    EXPECT_EQ(put.open_interest, 0.1);
    EXPECT_EQ(put.time.value, m.time.value);
    EXPECT_TRUE(std::isnan(m.quotes[1].bid));
    EXPECT_TRUE(std::isnan(m.quotes[2].ask));
    auto const& row = m.instruments[3];
    EXPECT_EQ(row.settle, settlement::linear);
    EXPECT_EQ(row.settle_asset.value, 1U);
    EXPECT_EQ(row.underlying.value, 1U);

    // 80103, 80104.23, 80106: the median of what its options say.
    EXPECT_EQ(m.quotes[5].mark, 80104.23);
    EXPECT_EQ(m.quotes[5].underlying, 80104.23);
    EXPECT_EQ(m.instruments[5].kind, instrument_kind::future);
    EXPECT_EQ(m.quotes[6].mark, 201.5);
    EXPECT_EQ(m.quotes[7].mark, 77081.8);
    EXPECT_EQ(m.quotes[8].mark, 195.25);
}

TEST_F(load_market_test, deribit_rejections) {
    std::string const t = "2026-08-22T15:33:51+00:00,";
    auto option = [&](std::string const& name, std::string const& rest) { return t + name + rest; };
    std::string const good = ",100,,,,,1,2,1.5,,,0.5,0,100\n";
    auto const path = file_with(
        deribit_header + option("BTC-25JUN27-100-C", good) + option("BTC-25JUN27-100-C", good) +
        option("BTC-32JUN27-100-C", good) + option("BTC-22AUG26-100-C", good) +
        option("BTC-25JUN27-101-C", ",nan,,,,,1,2,1.5,,,0.5,0,100\n") +
        option("BTC-25JUN27-102-C", ",100,,,,,1,2,1.5,,,,0,100\n") +
        option("BTC-25JUN27-103-C", ",100,,,,,1,2,1.5,,,-0.5,0,100\n") +
        option("BTC-25JUN27-104-C", ",0,,,,,1,2,1.5,,,0.5,0,100\n") +
        option("BTC-25JUN27-105-C", ",100,,put,,,1,2,1.5,,,0.5,0,100\n") +
        option("BTC-25JUN27-106-C", ",100,,call,107.0,,1,2,1.5,,,0.5,0,100\n") +
        option("BTC-25JUN27-107-C",
               ",100,,call,107.0,2027-06-24T08:00:00+00:00,1,2,1.5,,,0.5,0,100\n") +
        "soon,BTC-25JUN27-108-C" + good +
        option("BTC-25JUN27-109-C", ",100,,,,,x,2,1.5,,,0.5,0,1\n") +
        option("BTC-25JUN27-110-C", ",100,,,,,1,2,inf,,,0.5,0,1\n") +
        option("BTC-25JUN27-111-C", ",100,,,,,1,2,1.5,,,0.5,0\n") +
        option("BTC-25JUN27-112-\xFF", good) + option("BTC-25JUN27-113-C", good) +
        // Seen first at 07:59 of its last day, when the chain goes on until 15:33.
        "2026-08-22T07:59:00+00:00,BTC-22AUG26-114-C" + good);
    exception_log log;
    auto const m = load_market(path, log);
    expect_counts_add_up(m, log);
    EXPECT_EQ(m.rows_read, 18U);
    EXPECT_EQ(listed(m), "BTC-25JUN27-100-C BTC-25JUN27-113-C BTC-PERPETUAL ");
    EXPECT_EQ(text_of(log),
              "3|instrument_name|is listed already in line 2\n"
              "4|instrument_name|has no such day: '32JUN27'\n"
              "5|expiry_datetime|expired at 2026-08-22T08:00:00Z, before it was observed at "
              "2026-08-22T15:33:51Z\n"
              "6|underlying|is not finite: 'nan'\n"
              "7|implied_volatility|is empty\n"
              "8|implied_volatility|is negative: '-0.5'\n"
              "9|underlying|is zero\n"
              "10|option_type|contradicts the instrument name: 'put'\n"
              "11|strike|contradicts the instrument name: '107.0'\n"
              "12|expiry_datetime|contradicts the instrument name: '2027-06-24T08:00:00+00:00'\n"
              "13|timestamp|is not a time: 'soon'\n"
              "14|bid_price|is not a number: 'x'\n"
              "15|mark_price|is not finite: 'inf'\n"
              "16||has 14 fields where the header has 15\n"
              "17||is not UTF-8 text\n"
              "19||expired at 2026-08-22T08:00:00Z, before the latest observation at "
              "2026-08-22T15:33:51Z\n");
}

TEST_F(load_market_test, a_future_has_a_price_above_zero_or_none) {
    std::string const t = "2026-08-22T15:33:51+00:00,BTC-25JUN27-";
    auto const option = [&](int strike, char const* name, char const* price) {
        return t + std::to_string(strike) + "-C,100,BTC-25JUN27,,,,1,2,1.5," + price + "," + name +
               ",0.5,0,100\n";
    };
    auto const path =
        file_with(deribit_header + option(100, "BTC-25JUN27", "101") +
                  option(101, "BTC-25JUN27", "-7") + option(102, "BTC-25JUN27", "0") +
                  option(103, "BTC-25JUN27", "nan") + option(104, "BTC-25JUN27", "x") +
                  option(105, "BTC-25JUN27", "1e400") + option(106, "BTC-25JUN27", "") +
                  option(107, "SYN.BTC-25JUN27", "-7") + option(108, "", "x"));
    exception_log log;
    auto const m = load_market(path, log);
    EXPECT_EQ(text_of(log),
              "3|futures_price|is negative: '-7'\n"
              "4|futures_price|is zero\n"
              "5|futures_price|is not finite: 'nan'\n"
              "6|futures_price|is not a number: 'x'\n"
              "7|futures_price|is not finite: '1e400'\n"
              "9|futures_price|is negative: '-7'\n"
              "10|futures_price|is not a number: 'x'\n");
    expect_counts_add_up(m, log);
    EXPECT_EQ(m.rows_used, 2u);
    EXPECT_EQ(m.quotes[m.by_name.at("BTC-25JUN27")].mark, 101);
}

TEST_F(load_market_test, futures_and_perpetuals_may_be_listed_themselves) {
    std::string const t = "2026-08-22T15:33:51+00:00,";
    auto const path = file_with(
        deribit_header + t + "BTC-25JUN27-100-C,105,BTC-25JUN27,,,,1,2,1.5,,,0.5,0,100\n" + t +
        "BTC-PERPETUAL,,,,,,99,101,100.5,,,,0,\n" + t + "BTC-25JUN27,,,,,,,,105.5,,,,0,\n");
    exception_log log;
    auto const m = load_market(path, log);
    EXPECT_EQ(text_of(log), "");
    EXPECT_EQ(listed(m), "BTC-25JUN27-100-C BTC-PERPETUAL BTC-25JUN27 ");
    EXPECT_EQ(m.quotes[1].mark, 100.5);
    EXPECT_EQ(m.quotes[1].bid, 99);
    EXPECT_EQ(m.quotes[2].underlying, 105.5);
}

TEST_F(load_market_test, tardis_updates_supersede) {
    // The first record is the example of Tardis's own documentation of the format.
    auto const path = file_with(
        "exchange,symbol,timestamp,local_timestamp,type,strike_price,expiration,open_interest,"
        "last_price,bid_price,bid_amount,bid_iv,ask_price,ask_amount,ask_iv,mark_price,mark_iv,"
        "underlying_index,underlying_price,delta,gamma,vega,theta,rho\n"
        "deribit,BTC-9JUN20-9875-P,1591574399413000,1591574400196008,put,9875,1591689600000000,"
        "0.1,0.0295,0.0205,15.0,55.91,0.0235,15.0,68.94,0.02210436,62.89,SYN.BTC-9JUN20,9756.36,"
        "-0.61752,0.00103,2.24964,-53.05655,-0.22796\n"
        "deribit,BTC-26JUN20-9000-C,1591601400000000,1591574400196008,call,9000,1593158400000000,"
        ",,,,,,,,0.1,70.5,BTC-26JUN20,9800.5,,,,,\n"
        "deribit,BTC-9JUN20-9875-P,1591574400413000,1591574400496008,put,9875,1591689600000000,"
        "0.2,,,,,,,,0.0222,62.5,SYN.BTC-9JUN20,9757,,,,,\n"
        "deribit,BTC-9JUN20-9875-P,1591574400513000,1591574400596008,put,9875,1591689600000000,"
        "0.2,,,,,,,,0.0222,,SYN.BTC-9JUN20,9757,,,,,\n"
        "okex-options,BTC-USD-200626-9000-C,1591574400513000,1591574400596008,call,9000,"
        "1593158400000000,,,,,,,,,0.1,70,BTC-USD,9757,,,,,\n"
        "deribit,BTC-8JUN20-9000-C,1591603140000000,1591574400596008,call,9000,1591603200000000,"
        ",,,,,,,,0.1,70,SYN.BTC-8JUN20,9757,,,,,\n"
        "deribit,ETH-26JUN20-200-C,1591603200000000,1591603200000008,call,200,1593158400000000,"
        ",,,,,,,,0.1,70,ETH-26JUN20,240.25,,,,,\n");
    exception_log log;
    auto const m = load_market(path, log);
    expect_counts_add_up(m, log);
    EXPECT_EQ(m.rows_read, 7U);
    EXPECT_EQ(m.rows_used, 3U);
    EXPECT_EQ(m.rows_superseded, 1U);
    EXPECT_EQ(listed(m),
              "BTC-9JUN20-9875-P BTC-26JUN20-9000-C ETH-26JUN20-200-C BTC-26JUN20 ETH-26JUN20 "
              "BTC-PERPETUAL ETH-PERPETUAL ");
    EXPECT_EQ(m.quotes[0].time.value, 1591574400413000000);
    EXPECT_EQ(m.quotes[0].underlying, 9757);
    EXPECT_EQ(m.quotes[0].vol, 0.625);
    EXPECT_TRUE(std::isnan(m.quotes[0].bid));
    EXPECT_EQ(m.quotes[3].mark, 9800.5);
    EXPECT_EQ(m.underlyings[0].index, 9757);  // no index in this format: the nearest forward
    EXPECT_EQ(m.underlyings[1].index, 240.25);
    EXPECT_EQ(text_of(log),
              "5|mark_iv|is empty\n"
              "6|symbol|has more than four parts: 'BTC-USD-200626-9000-C'\n"
              "7||expired at 2020-06-08T08:00:00Z, before the latest observation at "
              "2020-06-08T08:00:00Z\n");
}

TEST_F(load_market_test, files_that_cannot_be_used) {
    EXPECT_EQ(message_of(""), ": is empty, a header line was expected");
    EXPECT_EQ(message_of("a,b,c\n1,2,3\n"),
              ":1: the header is of no chain format we know: neither Deribit's (instrument_name, "
              "implied_volatility, ...) nor Tardis's (symbol, local_timestamp, mark_iv, ...)");
    EXPECT_EQ(message_of("instrument_name,implied_volatility,mark_price\n"),
              ":1: the header lacks timestamp, underlying, index_price; it has instrument_name, "
              "implied_volatility, mark_price");
    EXPECT_EQ(message_of(deribit_header), ": holds no record that can be used");
    EXPECT_EQ(
        message_of(std::string(deribit_header) + "x\n"),
        ": holds no record that can be used; the first of 1 rejected, in line 2: has 1 fields "
        "where the header has 15");
    EXPECT_EQ(message_of("\x80\x81\n"), ":1: the header is not UTF-8 text");
    EXPECT_EQ(message_of(std::string(2 << 20, 'x')), ":1: the line is longer than 1 MiB");
}

}  // namespace
}  // namespace lockstep

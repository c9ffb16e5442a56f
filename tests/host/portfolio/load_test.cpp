#include "host/portfolio/load.h"

#include <gtest/gtest.h>
#include <tbb/global_control.h>

#include <fstream>
#include <string>

#include "host/base/error.h"
#include "host/market/load.h"
#include "tests/host/scratch.h"

namespace lockstep {
namespace {

class load_portfolio_test : public testing::Test {
  protected:
    load_portfolio_test() {
        put("chain.csv",
            "timestamp,instrument_name,underlying,underlying_name,mark_price,implied_volatility,"
            "index_price\n"
            "2026-08-22T15:33:51Z,BTC-25JUN27-100000-P,80000,BTC-25JUN27,0.3,0.5,77000\n"
            "2026-08-22T15:33:51Z,SOL_USDC-25JUN27-200-C,200,,10,0.5,195\n");
        exception_log log;
        market_ = load_market((folder_.path() / "chain.csv").string(), log);
        put("accounts.csv", "account\nA1\nA2\nA3\n");
        put("cash.csv", "account,asset,amount\nA1,BTC,1.5\nA2,USDC,-0.000000001\n");
        put("positions.csv", "account,instrument,quantity,entry_price\n");
    }
    void put(char const* name, std::string const& text) const {
        std::ofstream(folder_.path() / name, std::ios::binary) << text;
    }
    portfolio load() {
        log_ = exception_log();
        auto loaded = load_portfolio(folder_.path(), market_, log_);
        EXPECT_EQ(loaded.rows_read, loaded.rows_used + loaded.rows_rejected);
        EXPECT_EQ(loaded.rows_rejected, log_.size());
        EXPECT_EQ(loaded.rows_used,
                  loaded.accounts.size() + loaded.cash.size() + loaded.positions.size());
        return loaded;
    }
    /// file:line|field|reason of the last load
    std::string rejected() const {
        std::string out;
        for (auto const& row : log_)
            out += std::filesystem::path(row.file).filename().string() + ":" +
                   std::to_string(row.line) + "|" + row.field + "|" + row.reason + "\n";
        return out;
    }
    std::string message() {
        try {
            load();
        } catch (input_error const& error) {
            std::string text = error.what();
            auto const folder = folder_.path().string() + "/";
            for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder))
                text.erase(at, folder.size());
            return text;
        }
        return "loaded";
    }

    scratch_folder folder_;
    market market_;
    exception_log log_;
};

TEST_F(load_portfolio_test, what_is_there) {
    put("positions.csv",
        "quantity,entry_price,instrument,account\n"
        "-0.1,,BTC-25JUN27-100000-P,A2\n"
        "100,77000.5,BTC-PERPETUAL,A1\n"
        "12345678.123456789,0.01,BTC-25JUN27,A1\n"
        "1,not read for an option,SOL_USDC-25JUN27-200-C,A3\n");
    auto const p = load();
    EXPECT_EQ(rejected(), "");
    EXPECT_EQ(p.accounts, (std::vector<std::string>{"A1", "A2", "A3"}));
    ASSERT_EQ(p.cash.size(), 2U);
    EXPECT_EQ(p.cash[0].account.value, 0U);
    EXPECT_EQ(market_.assets[p.cash[0].asset.value], "BTC");
    EXPECT_EQ(p.cash[0].amount.nanos, 1'500'000'000);
    EXPECT_EQ(market_.assets[p.cash[1].asset.value], "USDC");
    EXPECT_EQ(p.cash[1].amount.nanos, -1);
    ASSERT_EQ(p.positions.size(), 4U);
    EXPECT_EQ(p.positions[0].account.value, 1U);
    EXPECT_EQ(market_.names[p.positions[0].instrument.value], "BTC-25JUN27-100000-P");
    EXPECT_EQ(p.positions[0].size.nanos, -100'000'000);
    EXPECT_EQ(p.positions[0].entry.nanos, 0);
    EXPECT_EQ(p.positions[1].entry.nanos, 77'000'500'000'000);
    EXPECT_EQ(p.positions[2].size.nanos, 12'345'678'123'456'789);
    EXPECT_EQ(p.positions[3].entry.nanos, 0);
}

TEST_F(load_portfolio_test, every_rejection) {
    put("accounts.csv", "account\nA1\nA2\n\nA1\n\"\"\nA3\nA2\nA\xFF\n");
    put("cash.csv",
        "account,asset,amount\nA1,BTC,1\nA9,BTC,1\nA1,DOGE,1\nA1,BTC,2\nA1,USDC,\nA2,BTC,nan\n"
        "A2,BTC,1e-10\nA2,BTC,9223372037\nA2,BTC,x\nA2,BTC\n,BTC,1\nA2,,1\nA2,BTC,7\n");
    put("positions.csv",
        "account,instrument,quantity,entry_price\n"
        "A1,BTC-PERPETUAL,10,77000\n"
        "A9,BTC-PERPETUAL,10,77000\n"
        "A1,BTC-25JUN27-1-P,1,\n"
        "A1,BTC-25JUN27-100000-P,0,\n"
        "A1,BTC-25JUN27-100000-P,-0.0000000000,\n"
        "A1,BTC-25JUN27-100000-P,inf,\n"
        "A1,BTC-25JUN27-100000-P,0.0000000001,\n"
        "A1,BTC-25JUN27-100000-P,,\n"
        "A1,BTC-25JUN27-100000-P,1e10,\n"
        "A1,BTC-25JUN27,1,\n"
        "A1,BTC-25JUN27,1,0\n"
        "A1,BTC-25JUN27,1,-5\n"
        "A1,BTC-25JUN27,1,five\n"
        "A1,BTC-PERPETUAL,11,77000\n"
        "A2,BTC-PERPETUAL,12,77000\n"
        "A1,BTC-PERPETUAL,13,77000\n"
        "A1,BTC-25JUN27-100000-P,5,\n"
        "A1,,5,\n"
        "A1,BTC-25JUN27-100000-P,6,\r\n"
        "A1,BTC-25JUN27,1,77000,\n");
    auto const p = load();
    EXPECT_EQ(rejected(),
              "accounts.csv:5|account|is named already in line 2\n"
              "accounts.csv:6|account|is empty\n"
              "accounts.csv:8|account|is named already in line 3\n"
              "accounts.csv:9||is not UTF-8 text\n"
              "cash.csv:3|account|is no account of accounts.csv: 'A9'\n"
              "cash.csv:4|asset|is no settlement asset of the market: 'DOGE'\n"
              "cash.csv:5||gives the account's cash in this asset again after line 2\n"
              "cash.csv:6|amount|is empty\n"
              "cash.csv:7|amount|is not finite: 'nan'\n"
              "cash.csv:8|amount|has more than nine decimals: '1e-10'\n"
              "cash.csv:9|amount|is out of range: '9223372037'\n"
              "cash.csv:10|amount|is not a number: 'x'\n"
              "cash.csv:11||has 2 fields where the header has 3\n"
              "cash.csv:12|account|is empty\n"
              "cash.csv:13|asset|is empty\n"
              "positions.csv:3|account|is no account of accounts.csv: 'A9'\n"
              "positions.csv:4|instrument|is not listed in the market: 'BTC-25JUN27-1-P'\n"
              "positions.csv:5|quantity|is zero\n"
              "positions.csv:6|quantity|is zero\n"
              "positions.csv:7|quantity|is not finite: 'inf'\n"
              "positions.csv:8|quantity|has more than nine decimals: '0.0000000001'\n"
              "positions.csv:9|quantity|is empty\n"
              "positions.csv:10|quantity|is out of range: '1e10'\n"
              "positions.csv:11|entry_price|is empty\n"
              "positions.csv:12|entry_price|is not above zero\n"
              "positions.csv:13|entry_price|is not above zero\n"
              "positions.csv:14|entry_price|is not a number: 'five'\n"
              "positions.csv:15||gives the account's position in this instrument again after line "
              "2\n"
              "positions.csv:17||gives the account's position in this instrument again after line "
              "2\n"
              "positions.csv:19|instrument|is empty\n"
              "positions.csv:20||gives the account's position in this instrument again after line "
              "18\n"
              "positions.csv:21||has 5 fields where the header has 4\n");
    EXPECT_EQ(p.accounts.size(), 3U);
    ASSERT_EQ(p.cash.size(), 2U);
    EXPECT_EQ(p.cash[1].amount.nanos, 7'000'000'000);
    ASSERT_EQ(p.positions.size(), 3U);
    EXPECT_EQ(p.positions[0].size.nanos, 10'000'000'000);
    EXPECT_EQ(p.positions[1].size.nanos, 12'000'000'000);
    EXPECT_EQ(p.positions[2].size.nanos, 5'000'000'000);
    EXPECT_EQ(p.rows_read, 7U + 13 + 20);
}

TEST_F(load_portfolio_test, files_that_cannot_be_used) {
    put("positions.csv", "");
    EXPECT_EQ(message(), "positions.csv: is empty, a header line was expected");
    put("positions.csv", "\n\n");
    EXPECT_EQ(message(), "positions.csv: is empty, a header line was expected");
    put("positions.csv", "account,quantity\n");
    EXPECT_EQ(message(), "positions.csv:1: the header lacks instrument; it has account, quantity");
    put("positions.csv", "account,instrument,quantity,account\n");
    EXPECT_EQ(message(), "positions.csv:1: the header names the column 'account' twice");
    put("positions.csv", "account,instrument,quantity\nA1," + std::string(3 << 20, 'x') + "\n");
    EXPECT_EQ(message(), "positions.csv:2: the line is longer than 1 MiB");
    std::filesystem::remove(folder_.path() / "positions.csv");
    EXPECT_EQ(message(), "positions.csv: cannot be opened: No such file or directory");
    put("cash.csv.gz", "");
    EXPECT_EQ(message(),
              "cash.csv: stands beside cash.csv.gz, and which one counts is unclear; remove one");
}

/// Large enough for several blocks, with rejects and repeats strewn in; what comes out is known
/// by construction, and must not depend on the number of threads.
TEST_F(load_portfolio_test, many_blocks_keep_order_and_line_numbers) {
    constexpr std::uint32_t accounts = 60'000;
    std::string names = "account\n", text = "account,instrument,quantity,entry_price\n", expected;
    for (std::uint32_t a = 0; a < accounts; ++a) names += "account-" + std::to_string(a) + "\n";
    std::uint64_t line = 1;
    std::vector<std::int64_t> sizes;
    for (std::uint32_t i = 0; i < 10 * accounts; ++i) {
        std::uint32_t const account = i % accounts;
        ++line;
        auto const name = "account-" + std::to_string(account);
        if (i % 100'003 == 77) {
            text += "nobody-" + std::to_string(i) + ",BTC-PERPETUAL,1,1\n";
            expected += "positions.csv:" + std::to_string(line) +
                        "|account|is no account of accounts.csv: 'nobody-" + std::to_string(i) +
                        "'\n";
        } else if (i >= 9 * accounts + 59'990) {
            text += name + ",BTC-PERPETUAL,1,1\n";  // the account's first line held the same
            expected += "positions.csv:" + std::to_string(line) +
                        "||gives the account's position in this instrument again after line " +
                        std::to_string(account + 2) + "\n";
        } else if (i < accounts) {
            text += name + ",BTC-PERPETUAL," + std::to_string(i + 1) + ",1\n";
            sizes.push_back(std::int64_t{i + 1} * 1'000'000'000);
        } else if (i < 2 * accounts) {
            text += name + ",BTC-25JUN27," + std::to_string(i + 1) + ",1\n";
            sizes.push_back(std::int64_t{i + 1} * 1'000'000'000);
        } else {
            text += "\n";  // no record at all
        }
    }
    put("accounts.csv", names);
    put("positions.csv", text);
    for (std::size_t threads : {1UL, 2UL, 5UL}) {
        tbb::global_control const limit(tbb::global_control::max_allowed_parallelism, threads);
        auto const p = load();
        EXPECT_EQ(rejected(),
                  "cash.csv:2|account|is no account of accounts.csv: 'A1'\n"
                  "cash.csv:3|account|is no account of accounts.csv: 'A2'\n" +
                      expected);
        ASSERT_EQ(p.positions.size(), sizes.size());
        for (std::size_t at = 0; at < sizes.size(); ++at)
            ASSERT_EQ(p.positions[at].size.nanos, sizes[at]) << at;
    }
}

}  // namespace
}  // namespace lockstep

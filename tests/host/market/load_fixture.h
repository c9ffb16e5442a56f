// What every test of loading a chain needs: files with its text, and what became of them in words.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "host/base/error.h"
#include "host/market/load.h"
#include "tests/host/scratch.h"

namespace lockstep {

class load_market_test : public testing::Test {
  protected:
    std::string file_with(std::string const& text, char const* name = "chain.csv") const {
        auto const path = (folder_.path() / name).string();
        std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    std::string message_of(std::string const& text) const {
        exception_log log;
        auto const path = file_with(text);
        try {
            load_market(path, log);
        } catch (input_error const& error) {
            std::string message = error.what();
            auto const at = message.find(path);
            return at == 0 ? message.substr(path.size()) : message;
        }
        return "loaded";
    }

    scratch_folder folder_;
};

/// line|field|reason
inline std::string text_of(exception_log const& log) {
    std::string out;
    for (auto const& row : log)
        out += std::to_string(row.line) + "|" + row.field + "|" + row.reason + "\n";
    return out;
}

inline std::string listed(market const& m) {
    std::string out;
    for (auto const& name : m.names) out += name + " ";
    return out;
}

inline void expect_counts_add_up(market const& m, exception_log const& log) {
    EXPECT_EQ(m.rows_read, m.rows_used + m.rows_superseded + m.rows_rejected);
    EXPECT_EQ(m.rows_rejected, log.size());
    EXPECT_EQ(m.instruments.size(), m.names.size());
    EXPECT_EQ(m.instruments.size(), m.quotes.size());
    EXPECT_EQ(m.instruments.size(), m.by_name.size());
    for (std::uint32_t at = 0; at < m.names.size(); ++at) EXPECT_EQ(m.by_name.at(m.names[at]), at);
}

inline constexpr char const* deribit_header =
    "timestamp,instrument_name,underlying,underlying_name,option_type,strike,expiry_datetime,"
    "bid_price,ask_price,mark_price,futures_price,futures_instrument_name,implied_volatility,"
    "open_interest,index_price\n";

}  // namespace lockstep

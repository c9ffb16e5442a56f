// Option quotes of one moment as a surface is fitted to them, whatever file they come from: a chain
// with its own forwards, or a plain table of listed options whose forwards put-call parity gives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/market.h"
#include "pricing/instrument.h"

namespace lockstep {

struct option_quote {
    std::string name;
    std::uint32_t book = 0;  // row in quote_table::books
    option_type type = option_type::call;
    bool inverse = false;  // prices are in coins of the underlying
    double strike = 0;
    utc_ns expiry;
    double forward = not_quoted;  // of its expiry; absent: parity gives it
    double bid = not_quoted, ask = not_quoted, mark = not_quoted;
};

/// Options that belong on one surface: one underlying, settled in one asset.
struct quote_book {
    std::string name;
    double spot = not_quoted;
};

struct quote_table {
    std::string source;
    utc_ns time;
    std::vector<quote_book> books;
    std::vector<option_quote> quotes;
    std::uint64_t rows_read = 0, rows_rejected = 0;
};

/// The options of a market. Zero bids and asks are what an empty book says: not_quoted.
quote_table quotes_of(market const& market);

/// Reads any chain that load_market() knows, or a table of listed options (data/FORMATS.md): the
/// header decides. Rejected records go to `exceptions`; throws input_error when nothing can be
/// used.
quote_table load_quotes(std::string const& path, exception_log& exceptions);

}  // namespace lockstep

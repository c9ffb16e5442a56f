// A market at one moment: what is listed and what it is quoted at. Loaders fill it, everything
// downstream reads it by index.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pricing/base/time.h"
#include "pricing/instrument.h"

namespace lockstep {

inline constexpr double not_quoted = std::numeric_limits<double>::quiet_NaN();

/// What the market says of one instrument. A value that the source does not give is not_quoted.
struct quote {
    utc_ns time;                     // of the observation
    double underlying = not_quoted;  // forward of the expiry (options); the mark itself for futures
    double vol = not_quoted;         // implied, as a fraction
    double bid = not_quoted, ask = not_quoted, mark = not_quoted;  // coin for inverse options
    double open_interest = not_quoted;
};

struct underlying_row {
    std::string name;  // BTC
    double index = not_quoted;
};

/// Everything listed, in the order of first appearance in the source; futures and perpetuals that
/// a chain only implies come after its options.
struct market {
    utc_ns time;                      // the latest observation, see chain_clock.h
    std::string source;               // file it was read from
    std::vector<std::string> assets;  // settlement assets by asset_id: BTC, ETH, USDC
    std::vector<underlying_row> underlyings;
    std::vector<instrument_row> instruments;
    std::vector<std::string> names;                          // by instrument
    std::vector<quote> quotes;                               // by instrument
    std::unordered_map<std::string, std::uint32_t> by_name;  // looked up, never iterated

    // rows_read = rows_used + rows_superseded + rows_rejected, always.
    std::uint64_t rows_read = 0;        // records in the source
    std::uint64_t rows_used = 0;        // records that became instruments
    std::uint64_t rows_superseded = 0;  // records that a later one of the same stream updates
    std::uint64_t rows_rejected = 0;    // records named in the exceptions
};

}  // namespace lockstep

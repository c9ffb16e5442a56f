// From what a source lists to a market. Each format's reader turns its records into listings; here
// they get their ids, and the futures and perpetuals that options only imply join them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/instrument_name.h"
#include "host/market/market.h"

namespace lockstep {

/// One record that can be used.
struct listing {
    std::string name;
    instrument_terms terms;
    quote seen;
    double index = not_quoted;        // of the underlying, when the record gives it
    std::string future;               // the future that the forward comes from; empty for SYN.
    double future_mark = not_quoted;  // its price
    std::uint64_t line = 0;
};

/// A price for a perpetual from another file.
struct perpetual_mark {
    std::string name;
    double mark;
    std::uint64_t line;
};

/// Gives every listing its place, in order. A listing that has expired by `time`, that of the
/// chain, is rejected. Then come the futures that listings name as their forward, at the median of
/// the prices they were seen at, and one perpetual for each pair of underlying and settlement
/// asset, at its price in `perpetuals` or else at the index.
///
/// The index of an underlying is the median of what its records say, because a snapshot takes some
/// seconds and no single record is the truth; where no record gives one, it is the forward of the
/// nearest expiry. Medians are the lower one of an even count, so they are always a price seen.
market market_of(std::string const& source, utc_ns time, std::vector<listing>&& listings,
                 std::vector<perpetual_mark> const& perpetuals, exception_log& exceptions);

}  // namespace lockstep

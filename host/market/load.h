// The one way in for a market: a file in any chain format that we know, recognised by its header.
#pragma once

#include <string>

#include "host/base/exceptions.h"
#include "host/market/market.h"

namespace lockstep {

struct market_options {
    std::string perpetuals;  // a file of perpetual prices; none: they are priced at the index
};

/// Reads a chain (plain, .gz or "-"). Rejected records are appended to `exceptions` in the order of
/// their lines, and in the result rows_read = rows_used + rows_superseded + rows_rejected.
/// Throws input_error when the file cannot be used at all, or when no record of it can.
market load_market(std::string const& path, exception_log& exceptions,
                   market_options const& options = {});

}  // namespace lockstep

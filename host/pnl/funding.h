// Funding that perpetuals paid between two moments. It moves cash and no value, so an explained
// change of value has it beside its terms.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/base/exceptions.h"
#include "host/market/market.h"

namespace lockstep {

/// What a long position of one contract has received, by instrument, in the units of its risk array
/// (margin/risk_array.h): minus rate x price of a linear one, minus rate / price of an inverse one,
/// each payment after `listed.time` and up to `until` rounded to the nearest. Reads a CSV with the
/// columns time, instrument, rate (a share of the notional; longs pay when it is positive) and
/// price. Records that cannot be used are rejected, of whatever time; only that an instrument has
/// to be listed is not asked of those of another time, when there were others.
std::vector<std::int64_t> read_funding(std::string const& path, market const& listed, utc_ns until,
                                       exception_log& rejected);

}  // namespace lockstep

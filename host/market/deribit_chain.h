// The Deribit chain snapshot: one record for each listed option, as collected from the exchange's
// book summaries (data/FORMATS.md has the columns). Time to expiry comes from the timestamps, and
// the forward from `underlying`; the column time_to_maturity, which counts years of 365.25 days, is
// not read. A record whose columns contradict its instrument name is rejected.
#pragma once

#include <string>
#include <vector>

#include "host/io/csv_table.h"
#include "host/market/listing.h"

namespace lockstep {

/// True when the header is of this format.
bool is_deribit_chain(csv_reader const& table);

/// Reads every record; the rejected ones are in the table's exceptions.
std::vector<listing> read_deribit_chain(csv_reader& table);

/// Prices of perpetuals out of a file with the columns obs_datetime, instrument_name and
/// perp_futures_mark_price, taken at exactly `time`. Throws input_error when it has none for then.
std::vector<perpetual_mark> read_perpetual_marks(std::string const& path, utc_ns time,
                                                 exception_log& exceptions);

}  // namespace lockstep

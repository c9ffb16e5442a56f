// A table of listed European options without a forward: type, strike, expiry, bid, ask, time; spot,
// underlying and mark where they are known (data/FORMATS.md).
#pragma once

#include "host/io/csv_table.h"
#include "host/surface/quote_table.h"

namespace lockstep {

/// True when the header is of this format and of no chain.
bool is_listed_quotes(csv_reader const& table);

/// Reads every record; the rejected ones are in the table's exceptions. Throws input_error when no
/// record can be used.
quote_table read_listed_quotes(csv_reader& table);

}  // namespace lockstep

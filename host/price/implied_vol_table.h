// `lockstep iv`: a table of option prices in, the same table with implied vols out.
#pragma once

#include "host/price/row_stream.h"

namespace lockstep {

/// Finds the implied vol of every row of `input` and writes the row, as it stood, with vol,
/// vol_error, status and reason behind it. Rows without a vol as in price_table(). Throws
/// input_error when the header is not usable.
row_summary implied_vol_table(block_reader& input, backend& with, int threads,
                              text_sink const& write);

}  // namespace lockstep

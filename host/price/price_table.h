// `lockstep price`: a table of contracts in, the same table with values out.
#pragma once

#include "host/price/row_stream.h"

namespace lockstep {

/// Values every row of `input` and writes it, as it stood, with price, every Greek, status and
/// reason behind it. A row without a value keeps its place: its values are blank. A row that is no
/// record of this table stands whole and quoted in the first column. Throws input_error when the
/// header is not usable. `threads` read and write rows; the backend has its own.
row_summary price_table(block_reader& input, backend& with, int threads, text_sink const& write);

}  // namespace lockstep

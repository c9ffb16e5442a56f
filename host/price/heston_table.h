#pragma once

#include "host/price/row_stream.h"
#include "pricing/model/heston.h"

namespace lockstep {

/// `lockstep heston price`: values every row of a table of options under one set of parameters.
row_summary heston_table(block_reader& input, backend& with, int threads, text_sink const& write,
                         heston_parameters const& parameters);

}  // namespace lockstep

#include "host/price/implied_vol_table.h"

#include "host/price/implied_vol_block.h"

namespace lockstep {

row_summary implied_vol_table(block_reader& input, backend& with, int threads,
                              text_sink const& write) {
    return stream_rows<implied_vol_header, implied_vol_block>(input, with, threads, write);
}

}  // namespace lockstep

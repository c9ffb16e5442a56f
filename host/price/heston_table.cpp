#include "host/price/heston_table.h"

#include "host/price/heston_block.h"

namespace lockstep {

row_summary heston_table(block_reader& input, backend& with, int threads, text_sink const& write,
                         heston_parameters const& parameters) {
    return stream_rows<heston_header, heston_block>(input, with, threads, write, parameters);
}

}  // namespace lockstep

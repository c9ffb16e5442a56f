#include "host/price/price_table.h"

#include "host/price/price_block.h"

namespace lockstep {

row_summary price_table(block_reader& input, backend& with, int threads, text_sink const& write) {
    return stream_rows<price_header, price_block>(input, with, threads, write);
}

}  // namespace lockstep

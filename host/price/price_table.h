// `lockstep price`: a table of contracts in, the same table with values out, a block at a time and
// in bounded memory, whatever the size of the table.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "host/io/line_reader.h"
#include "kernels/backend.h"

namespace lockstep {

struct price_summary {
    std::uint64_t rows = 0;
    std::uint64_t rows_without_value = 0;
    std::vector<std::string> repeated_columns;  // in the input, and again among the results
};

/// Where the text of the result goes, in order.
using text_sink = std::function<void(std::string_view)>;

/// Values every row of `input` and writes it, as it stood, with price, every Greek, status and
/// reason behind it. A row without a value keeps its place: its values are blank. A row that is no
/// record of this table stands whole and quoted in the first column. Throws input_error when the
/// header is not usable. `threads` read and write rows; the backend has its own.
price_summary price_table(block_reader& input, backend& with, int threads, text_sink const& write);

}  // namespace lockstep

// Rows of an input of `lockstep price`, read from text into columns. A row that cannot be read
// keeps its place: it carries a status and a reason instead of inputs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/price/exercise_rows.h"
#include "host/price/payoff_rows.h"
#include "host/price/price_columns.h"
#include "host/price/row_fields.h"
#include "pricing/model/black.h"
#include "pricing/model/future.h"

namespace lockstep {

enum class row_kind : std::uint8_t {
    option = 0,  // European, with a yield alone
    future = 1,
    perpetual = 2,
    payoff = 3,
    american = 4,
    scheduled = 5,  // with cash dividends, or Bermudan
};

struct price_row {
    row_status status = row_status::readable;
    row_kind kind = row_kind::option;
    option_inputs in{};
    exercise_terms exercise;
    perpetual_terms funding{};
    bool has_funding = false;
    std::string reason;  // empty for a readable row
};

/// Reads one line. `record` is scratch that the caller keeps from line to line; a row of kind
/// payoff has its inputs in `payoff`, which may be null where the table has no such rows.
price_row read_price_row(csv_layout const& layout, csv_record& record, std::string_view text,
                         payoff_row* payoff);

}  // namespace lockstep

// Every instrument of a market valued at the market's time: model price, all Greeks, and, where
// there is none, the reason.
#pragma once

#include <cstdint>
#include <vector>

#include "host/market/market.h"
#include "kernels/backend.h"
#include "kernels/views.h"
#include "pricing/model/option.h"

namespace lockstep {

/// Why an instrument has no value. The order is that in which the reasons are looked for.
enum class value_status : std::uint8_t {
    valued = 0,
    underlying_is_not_quoted,
    instrument_has_expired,
    index_is_not_quoted,  // of the underlying: margin rules need it
    vol_is_not_quoted,
    inputs_are_out_of_range,    // negative price or vol, or so large that a value overflows
    risk_array_leaves_64_bits,  // the value is fine, but its gains do not fit the integers
};
char const* sentence(value_status status);
char const* word(value_status status);  // for a cell: "vol_is_not_quoted"

/// Columns by instrument. Futures and perpetuals have their mark as price and no other column.
struct valuation {
    std::vector<double> time;                         // years to expiry, zero for a perpetual
    std::vector<double> columns[option_value_count];  // NaN where there is none
    std::vector<value_status> status;

    std::size_t size() const { return status.size(); }
    double price(std::size_t i) const { return columns[0][i]; }
    /// What group_positions asks for.
    std::vector<std::uint8_t> valued() const;
    std::uint64_t count_valued() const;
};

valuation value_instruments(market const& market, backend& device);

/// Options whose value lies far from the mark that they were quoted at, by more than a fiftieth of
/// their underlying (of a coin, where they settle in it) and a tenth of the mark: vol, forward or
/// mark of the record is likely to be wrong. An exchange's own agree to a thousandth of it.
struct marks_apart {
    std::uint64_t options = 0;
    std::uint32_t farthest = 0;  // instrument, if there is one
};
marks_apart compare_with_marks(market const& market, valuation const& values);

}  // namespace lockstep

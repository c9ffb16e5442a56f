// The columns that `lockstep price` understands, and what a header must have.
#pragma once

#include <array>
#include <cstdint>

#include "host/price/table_header.h"

namespace lockstep {

enum class price_field : std::uint8_t {
    kind,
    type,
    spot,
    forward,
    strike,
    time,
    rate,
    dividend,
    vol,
    settle,
    funding_rate,
    funding_interest,
    funding_interval,
    funding_spot,
    payoff,
    style,
    barrier,
    upper_barrier,
    rebate,
    cash,
    monitoring,
    second_strike,
    first_fixing,
    fixings,
    past_fixings,
    average,
    first_vol,
    window,
    extreme,
    spot_2,
    forward_2,
    dividend_2,
    vol_2,
    correlation,
    strike_2,
    quantity,
    quantity_2,
    foreign_rate,
    exchange_vol,
    exchange_rate,
    cash_dividends,
    exercise_dates,
};
inline constexpr std::size_t price_field_count = 42;

inline constexpr std::array<csv_column, price_field_count> price_columns{{
    {"kind", false},
    {"type", false},
    {"spot", false},
    {"forward", false},
    {"strike", false},
    {"time", false},
    {"rate", false},
    {"dividend", false},
    {"vol", false},
    {"settle", false},
    {"funding_rate", false},
    {"funding_interest", false},
    {"funding_interval", false},
    {"funding_spot", false},
    {"payoff", false},
    {"style", false},
    {"barrier", false},
    {"upper_barrier", false},
    {"rebate", false},
    {"cash", false},
    {"monitoring", false},
    {"second_strike", false},
    {"first_fixing", false},
    {"fixings", false},
    {"past_fixings", false},
    {"average", false},
    {"first_vol", false},
    {"window", false},
    {"extreme", false},
    {"spot_2", false},
    {"forward_2", false},
    {"dividend_2", false},
    {"vol_2", false},
    {"correlation", false},
    {"strike_2", false},
    {"quantity", false},
    {"quantity_2", false},
    {"foreign_rate", false},
    {"exchange_vol", false},
    {"exchange_rate", false},
    {"cash_dividends", false},
    {"exercise_dates", false},
}};

/// The header of an input of `lockstep price`. A table without a kind or a payoff column holds
/// plain options alone and must have their columns; with one, each row says what it needs. A table
/// with a second underlying has results for it. Throws input_error.
class price_header : public table_header {
  public:
    price_header(std::string const& file, text_line const& line);
};

inline bool has_payoffs(csv_layout const& layout) {
    return layout.has(static_cast<std::size_t>(price_field::payoff));
}
inline bool has_pairs(csv_layout const& layout) {
    return has_payoffs(layout) && (layout.has(static_cast<std::size_t>(price_field::spot_2)) ||
                                   layout.has(static_cast<std::size_t>(price_field::forward_2)));
}

}  // namespace lockstep

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
};
inline constexpr std::size_t price_field_count = 14;

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
}};

/// The header of an input of `lockstep price`. A table without a kind column holds options alone
/// and must have their columns; with one, each row says what it needs. Throws input_error.
class price_header : public table_header {
  public:
    price_header(std::string const& file, text_line const& line);
};

}  // namespace lockstep

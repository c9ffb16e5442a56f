// The columns that `lockstep price` understands, and what a header must have.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "host/io/csv_table.h"

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

/// The header of an input. A table without a kind column holds options alone and must have their
/// columns; with one, each row says what it needs. Throws input_error.
class price_header {
  public:
    price_header(std::string const& file, text_line const& line);
    price_header(price_header const&) = delete;  // the record points into the text
    price_header& operator=(price_header const&) = delete;

    csv_layout const& layout() const { return layout_; }
    std::string const& text() const { return text_; }
    /// Names that the header has and the results add again.
    std::vector<std::string> const& repeated() const { return repeated_; }

  private:
    void require_columns(std::string const& file, std::uint64_t line) const;

    std::string text_;
    csv_record record_;
    csv_layout layout_;
    std::vector<std::string> repeated_;
};

}  // namespace lockstep

// One block of rows on its way through `lockstep heston price`; see price_block.h. Rows that follow
// each other and differ in strike and type alone are valued as one expiry.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/price/row_fields.h"
#include "host/price/table_header.h"
#include "kernels/backend.h"
#include "kernels/heston_batch.h"

namespace lockstep {

enum class heston_field : std::uint8_t { type, forward, spot, strike, time, rate, dividend };

inline constexpr std::array<csv_column, 7> heston_columns{{
    {"type", true},
    {"forward", false},
    {"spot", false},
    {"strike", true},
    {"time", true},
    {"rate", false},
    {"dividend", false},
}};

class heston_header : public table_header {
  public:
    heston_header(std::string const& file, text_line const& line);
};

class heston_block {
  public:
    heston_block(csv_layout const& layout, heston_parameters const& parameters)
        : layout_(layout), parameters_(parameters) {}

    /// Takes the lines of a block; their text must stay until the block is written.
    void take(std::vector<std::string_view> lines);
    std::size_t size() const { return lines_.size(); }

    void read(std::size_t begin, std::size_t end);
    void value(backend& with);
    /// Appends rows as text and returns how many of them have no value.
    std::size_t write(std::size_t begin, std::size_t end, std::string& out) const;

  private:
    void read_row(std::size_t i, csv_record& record);
    std::string reason_of(std::size_t i) const;

    struct row_state {
        row_status status = row_status::readable;
        std::string reason;
    };

    csv_layout const& layout_;
    heston_parameters const parameters_;
    std::vector<std::string_view> lines_;
    std::vector<row_state> rows_;
    std::vector<heston_expiry> terms_;  // by row
    std::vector<heston_expiry> expiries_;
    std::vector<std::uint32_t> begin_;
    std::vector<double> strike_, values_;
    std::vector<std::uint8_t> flags_, status_;
};

}  // namespace lockstep

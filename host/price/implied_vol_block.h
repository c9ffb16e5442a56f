// One block of rows on its way through `lockstep iv`; see price_block.h.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "host/price/gathered_options.h"
#include "host/price/row_fields.h"
#include "host/price/table_header.h"
#include "kernels/backend.h"
#include "pricing/model/black.h"
#include "pricing/model/implied_vol_status.h"

namespace lockstep {

enum class implied_vol_field : std::uint8_t {
    type,
    forward,
    strike,
    time,
    price,
    discount,
    model,
    style,
    spot,
};

inline constexpr std::array<csv_column, 9> implied_vol_columns{{
    {"type", true},
    {"forward", true},
    {"strike", true},
    {"time", true},
    {"price", true},
    {"discount", false},
    {"model", false},
    {"style", false},
    {"spot", false},
}};

class implied_vol_header : public table_header {
  public:
    implied_vol_header(std::string const& file, text_line const& line);
};

/// The American rows of a block, side by side, and where they stand in it.
struct american_rows {
    gathered_options options;  // whose vol is what is looked for
    std::vector<double> price, vol, error;
    std::vector<std::uint8_t> status;

    void clear();
    void add(std::size_t place_in_block, option_inputs const& in, double price_paid);
    void value(backend& with);
};

class implied_vol_block {
  public:
    explicit implied_vol_block(csv_layout const& layout) : layout_(layout) {}

    /// Takes the lines of a block; their text must stay until the block is written.
    void take(std::vector<std::string_view> lines);
    std::size_t size() const { return lines_.size(); }

    void read(std::size_t begin, std::size_t end);
    void value(backend& with);
    /// Appends rows as text and returns how many of them have no vol.
    std::size_t write(std::size_t begin, std::size_t end, std::string& out) const;

  private:
    void read_row(std::size_t i, csv_record& record);
    void collect_american();
    std::string reason_of(std::size_t i) const;

    struct row_state {
        row_status status = row_status::readable;
        std::string reason;
    };

    csv_layout const& layout_;
    std::vector<std::string_view> lines_;
    std::vector<row_state> rows_;
    std::vector<double> forward_, strike_, time_, price_, discount_, vol_, error_;
    std::vector<double> spot_;  // zero: the option is on the forward
    std::vector<std::uint8_t> flags_, status_, american_;
    american_rows americans_;
};

}  // namespace lockstep

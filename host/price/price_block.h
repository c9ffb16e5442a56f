// One block of rows on its way through `lockstep price`: read, valued, written. Rows are read and
// written in pieces by several threads; every row has its own place, so the text does not depend on
// who wrote it.
#pragma once

#include <string>
#include <vector>

#include "host/price/exercise_block.h"
#include "host/price/payoff_block.h"
#include "host/price/price_rows.h"
#include "kernels/backend.h"

namespace lockstep {

class price_block {
  public:
    explicit price_block(csv_layout const& layout)
        : layout_(layout), has_payoffs_(has_payoffs(layout)), has_pairs_(has_pairs(layout)) {}

    /// Takes the lines of a block; their text must stay until the block is written.
    void take(std::vector<std::string_view> lines);
    std::size_t size() const { return lines_.size(); }

    void read(std::size_t begin, std::size_t end);
    void value(backend& with);
    /// Appends rows as text and returns how many of them have no value.
    std::size_t write(std::size_t begin, std::size_t end, std::string& out) const;

  private:
    void place_option(std::size_t i, option_inputs const& in);
    void value_exercised(backend& with);
    void value_future_row(std::size_t i);
    void write_values(std::size_t i, std::string& out) const;

    bool computed(std::size_t i) const;

    csv_layout const& layout_;
    bool has_payoffs_, has_pairs_;
    std::vector<std::string_view> lines_;
    std::vector<price_row> rows_;
    std::vector<double> underlying_, strike_, time_, rate_, dividend_, vol_;
    std::vector<std::uint8_t> flags_;
    std::vector<double> values_[option_value_count];
    std::vector<std::uint8_t> status_;
    payoff_block payoffs_;  // empty in a table without payoffs
    american_block americans_;
    schedule_block scheduled_;
};

}  // namespace lockstep

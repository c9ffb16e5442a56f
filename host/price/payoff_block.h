// The rows of a block whose payoff is more than a plain option's, on their way through the row
// models; see price_block.h.
#pragma once

#include <string>
#include <vector>

#include "host/price/payoff_rows.h"
#include "kernels/backend.h"

namespace lockstep {

class payoff_block {
  public:
    /// Room for a block of rows, none of which needs to be such a row.
    void resize(std::size_t rows) {
        rows_.resize(rows);
        values_.resize(rows);
    }
    payoff_row& row(std::size_t i) { return rows_[i]; }

    /// Values the rows that `which` names, model by model.
    void value(backend& with, std::vector<std::size_t> const& which);

    bool computed(std::size_t i) const { return values_[i].verdict.code == 0; }
    /// Appends a row's results: `columns` of every row, then those of a pair where the table has
    /// them, then status and reason.
    void write(std::size_t i, std::size_t columns, bool pairs, std::string& out) const;

  private:
    struct row_result {
        row_verdict verdict{};
        std::size_t count = 0;
        std::array<double, row_outputs_max> values{};
    };

    void value_model(backend& with, row_model model, std::vector<std::size_t> const& which);

    std::vector<payoff_row> rows_;
    std::vector<row_result> values_;
    std::vector<double> inputs_[row_inputs_max], outputs_[row_outputs_max];
    std::vector<std::uint8_t> flags_, verdicts_;
};

}  // namespace lockstep

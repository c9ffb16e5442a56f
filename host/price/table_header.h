// The header of a table of contracts, and what its results are called.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/io/csv_table.h"

namespace lockstep {

class table_header {
  public:
    /// `results` are the columns that the command adds; status and reason follow them. Throws
    /// input_error when a column of `columns` is named twice.
    table_header(std::string const& file, text_line const& line,
                 std::span<csv_column const> columns, std::span<char const* const> results);
    table_header(table_header const&) = delete;  // the record points into the text
    table_header& operator=(table_header const&) = delete;

    csv_layout const& layout() const { return layout_; }
    std::string const& text() const { return text_; }
    /// ",price,delta,...,status,reason".
    std::string const& results() const { return results_; }
    /// Names that the header has and the results add again.
    std::vector<std::string> const& repeated() const { return repeated_; }

  protected:
    /// Throws input_error that names what is missing, unless it is empty.
    void refuse_without(std::string const& missing) const;

  private:
    std::string file_;
    std::uint64_t line_;
    std::string text_;
    csv_record record_;
    csv_layout layout_;
    std::string results_;
    std::vector<std::string> repeated_;
};

}  // namespace lockstep

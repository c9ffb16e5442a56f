// exceptions.csv of a run over a portfolio: records that were rejected as they were read, then
// positions that were left out and what else the run has to say.
#pragma once

#include "host/io/result_file.h"
#include "host/report/table_cells.h"

namespace lockstep {

/// A rejected record.
inline void rejected_line(std::string& out, exception_row const& row) {
    row_text line(out);
    line.text(row.file);
    row.line == 0 ? line.none() : line.integer(static_cast<std::int64_t>(row.line));
    line.text(row.account).text(row.instrument).text(row.field).text(row.reason);
}

/// Rejected records, then `others` rows as append_row(text, i) writes them.
template <class RowT>
file_record write_exceptions(std::filesystem::path const& folder, exception_log const& rejected,
                             std::size_t others, RowT const& append_row) {
    result_file file(folder, "exceptions.csv");
    file.write("file,line,account,instrument,field,reason\n");
    write_rows(file, rejected, rejected_line);
    write_rows(file, others, append_row);
    return file.finish();
}

}  // namespace lockstep

#include "host/market/load.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "host/base/error.h"
#include "host/io/csv_table.h"
#include "host/market/deribit_chain.h"
#include "host/market/listing.h"
#include "host/market/tardis_chain.h"

namespace lockstep {
namespace {

utc_ns latest_of(std::vector<listing> const& rows) {
    utc_ns latest{};
    for (auto const& row : rows)
        if (latest < row.seen.time) latest = row.seen.time;
    return latest;
}

[[noreturn]] void report_nothing_usable(std::string const& file, exception_log const& rejected) {
    std::string message = file + ": holds no record that can be used";
    if (!rejected.empty()) {
        exception_row const first = rejected.front();
        message += "; the first of " + std::to_string(rejected.size()) + " rejected, in line " +
                   std::to_string(first.line) + ": " + first.field +
                   (first.field.empty() ? "" : " ") + first.reason;
    }
    throw input_error(message);
}

}  // namespace

market load_market(std::string const& path, exception_log& exceptions,
                   market_options const& options) {
    exception_log rejected;
    csv_reader table(path, rejected);
    std::vector<listing> rows;
    std::uint64_t superseded = 0;
    if (is_deribit_chain(table)) {
        rows = read_deribit_chain(table);
    } else if (is_tardis_chain(table)) {
        auto read = read_tardis_chain(table);
        rows = std::move(read.rows);
        superseded = read.superseded;
    } else {
        throw input_error(table.file() +
                          ":1: the header is of no chain format we know: neither Deribit's "
                          "(instrument_name, implied_volatility, ...) nor Tardis's (symbol, "
                          "local_timestamp, mark_iv, ...)");
    }
    std::vector<perpetual_mark> perpetuals;
    if (!options.perpetuals.empty())
        perpetuals = read_perpetual_marks(options.perpetuals, latest_of(rows), exceptions);
    market out = market_of(table.file(), std::move(rows), perpetuals, rejected);
    out.rows_read = table.records_read();
    out.rows_superseded = superseded;
    out.rows_rejected += table.records_rejected();
    rejected.sort_by_line();
    if (out.rows_used == 0) report_nothing_usable(table.file(), rejected);
    for (perpetual_mark const& given : perpetuals)
        if (!out.by_name.contains(given.name))
            exceptions.push_back({options.perpetuals, given.line, "instrument_name",
                                  "is no perpetual of this market: " + in_quotes(given.name)});
    exceptions.append(rejected);
    return out;
}

}  // namespace lockstep

#include "host/market/load.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "host/base/error.h"
#include "host/io/csv_table.h"
#include "host/io/timestamp.h"
#include "host/market/chain_clock.h"
#include "host/market/deribit_chain.h"
#include "host/market/listing.h"
#include "host/market/tardis_chain.h"

namespace lockstep {
namespace {

/// The time of the chain. Records whose clock is ahead of it leave for the exceptions.
utc_ns take_chain_time(std::string const& file, std::vector<listing>& rows,
                       exception_log& rejected) {
    std::vector<utc_ns> seen;
    seen.reserve(rows.size());
    for (listing const& row : rows) seen.push_back(row.seen.time);
    chain_clock const clock(std::move(seen));
    std::erase_if(rows, [&](listing const& row) {
        std::string fault = clock.fault_of(row.seen.time);
        if (fault.empty()) return false;
        rejected.push_back({file, row.line, "timestamp", std::move(fault), {}, row.name});
        return true;
    });
    return clock.time();
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

/// What the file of perpetual prices has too much, and what it lacks.
void compare_perpetuals(std::string const& file, std::vector<perpetual_mark> const& given,
                        market const& out, exception_log& exceptions) {
    for (perpetual_mark const& row : given)
        if (!out.by_name.contains(row.name))
            exceptions.push_back({file,
                                  row.line,
                                  "instrument_name",
                                  "is no perpetual of this market: " + in_quotes(row.name),
                                  {},
                                  row.name});
    constexpr std::uint64_t header = 1;
    for (std::size_t i = out.rows_used; i < out.names.size(); ++i)  // that the chain implies
        if (out.instruments[i].kind == instrument_kind::perpetual &&
            std::ranges::find(given, out.names[i], &perpetual_mark::name) == given.end())
            exceptions.push_back({file,
                                  header,
                                  "instrument_name",
                                  "has no price of " + out.names[i] + " for " +
                                      time_text(out.time) +
                                      ", the time of the chain: the index stands in its place",
                                  {},
                                  out.names[i]});
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
    std::size_t const usable = rows.size();
    utc_ns const time = take_chain_time(table.file(), rows, rejected);
    std::size_t const ahead = usable - rows.size();
    std::vector<perpetual_mark> perpetuals;
    if (!options.perpetuals.empty())
        perpetuals = read_perpetual_marks(options.perpetuals, time, exceptions);
    market out = market_of(table.file(), time, std::move(rows), perpetuals, rejected);
    out.rows_read = table.records_read();
    out.rows_superseded = superseded;
    out.rows_rejected += table.records_rejected() + ahead;
    rejected.sort_by_line();
    if (out.rows_used == 0) report_nothing_usable(table.file(), rejected);
    if (!options.perpetuals.empty())
        compare_perpetuals(options.perpetuals, perpetuals, out, exceptions);
    exceptions.append(rejected);
    return out;
}

}  // namespace lockstep

#include "host/surface/listed_quotes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "host/base/error.h"
#include "host/io/number_text.h"
#include "host/io/timestamp.h"
#include "host/market/chain_clock.h"
#include "host/market/record_checks.h"

namespace lockstep {

namespace {

enum column : std::size_t { type, strike, expiry, bid, ask, time, spot, underlying, mark };

constexpr std::array<csv_column, 9> quote_columns{{{"type"},
                                                   {"strike"},
                                                   {"expiry"},
                                                   {"bid"},
                                                   {"ask"},
                                                   {"time"},
                                                   {"spot", false},
                                                   {"underlying", false},
                                                   {"mark", false}}};

/// A moment, or a day, which means its first instant in UTC.
bool take_time(csv_reader& table, std::size_t at, utc_ns& value) {
    std::string text(table[at]);
    constexpr std::size_t length_of_day = 10;
    if (text.size() == length_of_day) text += "T00:00:00Z";
    std::optional<utc_ns> const parsed = parse_timestamp(text);
    if (!parsed) {
        table.reject(at, "is not a time: " + in_quotes(table[at]));
        return false;
    }
    value = *parsed;
    return true;
}

bool take_type(csv_reader& table, option_type& value) {
    std::string_view const text = table[type];
    bool const call = text == "C" || text == "c" || text == "call";
    bool const put = text == "P" || text == "p" || text == "put";
    if (!call && !put) {
        table.reject(type, "is neither C nor P: " + in_quotes(text));
        return false;
    }
    value = call ? option_type::call : option_type::put;
    return true;
}

struct record {
    option_quote quote;
    utc_ns time;
    std::string book;
    double spot = not_quoted;
    std::uint64_t line = 0;
};

bool take_record(csv_reader& table, record& row) {
    option_quote& q = row.quote;
    if (!take_type(table, q.type) || !positive_number(table, strike, q.strike) ||
        !take_time(table, expiry, q.expiry) || !take_time(table, time, row.time) ||
        !amount_or_none(table, bid, q.bid) || !amount_or_none(table, ask, q.ask) ||
        !amount_or_none(table, mark, q.mark))
        return false;
    if (!table[spot].empty() && !positive_number(table, spot, row.spot)) return false;
    if (!(row.time < q.expiry)) {
        table.reject(expiry, "expired at " + time_text(q.expiry) + ", before it was observed at " +
                                 time_text(row.time));
        return false;
    }
    for (double* price : {&q.bid, &q.ask, &q.mark})
        if (!(*price > 0)) *price = not_quoted;
    row.book = table[underlying].empty() ? "listed" : table[underlying];
    row.line = table.line();
    return true;
}

/// What a contract is called here: the table gives it no name.
std::string name_of(std::string const& book, option_quote const& q) {
    std::string name = book + "-" + time_text(q.expiry).substr(0, 10) + "-";
    append_double(name, q.strike);
    return name + (q.type == option_type::call ? "-C" : "-P");
}

/// Each contract once.
std::vector<record> read_records(csv_reader& table) {
    std::vector<record> rows;
    std::map<std::string, std::uint64_t> first_line;
    while (table.next()) {
        record row;
        if (!take_record(table, row)) continue;
        row.quote.name = name_of(row.book, row.quote);
        auto const [seen, is_new] = first_line.try_emplace(row.quote.name, row.line);
        if (is_new)
            rows.push_back(std::move(row));
        else
            table.reject(strike, "is listed already in line " + std::to_string(seen->second));
    }
    return rows;
}

}  // namespace

bool is_listed_quotes(csv_reader const& table) {
    return table.names("strike") && table.names("expiry") && table.names("bid") &&
           !table.names("instrument_name") && !table.names("symbol");
}

quote_table read_listed_quotes(csv_reader& table) {
    table.choose(quote_columns);
    quote_table out;
    out.source = table.file();
    std::vector<record> rows = read_records(table);
    std::vector<utc_ns> seen;
    for (record const& row : rows) seen.push_back(row.time);
    chain_clock const clock(std::move(seen));
    out.time = clock.time();
    std::map<std::string, std::uint32_t> books;
    for (record& row : rows) {
        if (std::string fault = clock.fault_of(row.time); !fault.empty()) {
            table.reject_line(row.line, time, std::move(fault));
            continue;
        }
        auto const [at, new_book] =
            books.try_emplace(row.book, static_cast<std::uint32_t>(out.books.size()));
        if (new_book) out.books.push_back({row.book, row.spot});
        row.quote.book = at->second;
        if (std::isnan(out.books[at->second].spot)) out.books[at->second].spot = row.spot;
        out.quotes.push_back(std::move(row.quote));
    }
    out.rows_read = table.records_read();
    out.rows_rejected = table.records_rejected();
    if (out.quotes.empty()) throw input_error(table.file() + ": holds no record that can be used");
    return out;
}

}  // namespace lockstep

#include "host/surface/quote_table.h"

#include <utility>

#include "host/market/load.h"
#include "host/risk/books.h"
#include "host/surface/listed_quotes.h"

namespace lockstep {

namespace {

double quoted(double price) { return price > 0 ? price : not_quoted; }

}  // namespace

quote_table quotes_of(market const& market) {
    quote_table out;
    out.source = market.source;
    out.time = market.time;
    out.rows_read = market.rows_read;
    out.rows_rejected = market.rows_rejected;
    book_table const books = open_books(market);
    for (book_row const& book : books.rows)
        out.books.push_back(
            {name_of_book(market, book), market.underlyings[book.underlying.value].index});
    for (std::size_t i = 0; i < market.instruments.size(); ++i) {
        instrument_row const& row = market.instruments[i];
        if (row.kind != instrument_kind::option) continue;
        quote const& seen = market.quotes[i];
        out.quotes.push_back({market.names[i], books.of_instrument[i], row.type,
                              row.settle == settlement::inverse, units(row.strike), row.expiry,
                              seen.underlying, quoted(seen.bid), quoted(seen.ask),
                              quoted(seen.mark)});
    }
    return out;
}

quote_table load_quotes(std::string const& path, exception_log& exceptions) {
    {
        exception_log rejected;
        csv_reader table(path, rejected);
        if (is_listed_quotes(table)) {
            quote_table out = read_listed_quotes(table);
            rejected.sort_by_line();
            exceptions.append(rejected);
            return out;
        }
    }
    return quotes_of(load_market(path, exceptions));
}

}  // namespace lockstep

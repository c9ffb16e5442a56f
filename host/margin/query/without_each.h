// For models that ask about every underlying by itself and add up: without a leg its own underlying
// alone is asked again, and that values no leg again.
#pragma once

#include <type_traits>
#include <vector>

#include "host/margin/query/model.h"

namespace lockstep {

/// `books` are those of the query's underlyings, in their order: `totals(leg)` says what a book
/// amounts to without that leg of the query, or with all of them. `amounts_of` takes a vector of
/// such totals, one for each underlying.
template <class Book, class AmountsOf>
std::vector<margin_amounts> amounts_by_underlying(margin_query const& q,
                                                  std::vector<Book> const& books,
                                                  AmountsOf const& amounts_of) {
    using totals = std::decay_t<decltype(books.front().totals(no_leg))>;
    std::vector<totals> rest;
    for (Book const& book : books) rest.push_back(book.totals(no_leg));
    std::vector<margin_amounts> all(q.legs.size());
    for (std::size_t u = 0; u < books.size(); ++u) {
        totals const whole = rest[u];
        for (std::size_t leg = 0; leg < q.legs.size(); ++leg) {
            if (q.legs[leg].terms.underlying != q.underlyings[u].name) continue;
            rest[u] = books[u].totals(leg);
            all[leg] = amounts_of(rest);
        }
        rest[u] = whole;
    }
    return all;
}

}  // namespace lockstep

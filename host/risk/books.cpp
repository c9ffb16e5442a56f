#include "host/risk/books.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "host/base/error.h"
#include "margin/scenario.h"

namespace lockstep {

namespace {

using book_key = std::tuple<std::uint32_t, std::uint32_t, settlement>;

book_key key_of(instrument_row const& row) {
    return {row.settle_asset.value, row.underlying.value, row.settle};
}

}  // namespace

book_table open_books(market const& market) {
    std::map<book_key, std::set<std::int64_t>> expiries;
    for (instrument_row const& row : market.instruments)
        expiries[key_of(row)].insert(row.expiry.value);
    book_table books;
    std::map<book_key, std::uint32_t> place;
    for (auto const& [key, times] : expiries) {
        place[key] = static_cast<std::uint32_t>(books.rows.size());
        book_row book{{std::get<1>(key)}, {std::get<0>(key)}, std::get<2>(key), {}};
        for (std::int64_t const time : times) book.expiries.push_back({time});
        if (times.size() > expiry_buckets_max)
            throw input_error(market.source + ": " + name_of_book(market, book) + " has " +
                              std::to_string(times.size()) + " expiries; a margin rule holds " +
                              std::to_string(expiry_buckets_max));
        books.rows.push_back(std::move(book));
    }
    for (instrument_row const& row : market.instruments) {
        std::uint32_t const book = place[key_of(row)];
        auto const& times = books.rows[book].expiries;
        auto const at = std::lower_bound(times.begin(), times.end(), row.expiry);
        books.of_instrument.push_back(book);
        books.bucket.push_back(static_cast<std::uint8_t>(at - times.begin()));
    }
    return books;
}

std::string name_of_book(market const& market, book_row const& book) {
    std::string const& underlying = market.underlyings[book.underlying.value].name;
    std::string const& asset = market.assets[book.asset.value];
    return underlying == asset ? underlying : underlying + " in " + asset;
}

}  // namespace lockstep

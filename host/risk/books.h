// Books: one underlying settled in one asset. A book is what a margin rule and a scenario set are
// made for, what a netting set is cut out of, and what the pictures of the report are drawn by.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/market/market.h"
#include "pricing/instrument.h"

namespace lockstep {

struct book_row {
    underlying_id underlying;
    asset_id asset;
    settlement settle;
    std::vector<utc_ns> expiries;  // ascending; zero stands for perpetuals and comes first
};

/// Books in the order asset, underlying, settlement, so that those of one asset lie side by side.
struct book_table {
    std::vector<book_row> rows;
    std::vector<std::uint32_t> of_instrument;  // book
    std::vector<std::uint8_t> bucket;          // place of the instrument's expiry in its book
};

/// Throws input_error when a book has more expiries than a margin rule can hold.
book_table open_books(market const& market);

/// "BTC", or "BTC in USDC" where the settlement asset is another.
std::string name_of_book(market const& market, book_row const& book);

}  // namespace lockstep

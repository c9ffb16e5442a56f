// Accounts, cash and positions for a market. Sizes and leverage follow account_shape.h; each
// account trades in one settlement asset, one in five in two, and holds small futures where it
// cannot afford an option's smallest size. An account's cash is what its drawn leverage leaves once
// its positions are valued, so equity = notional / leverage to the last decimal of the cash.
//
// The signs of positions lean against what the instrument's earlier holders have in sum, and one
// more account, HOUSE, holds the remainder: the positions of every instrument sum to zero.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "host/market/market.h"

namespace lockstep {

struct book_plan {
    std::uint64_t seed = 1;
    std::uint64_t accounts = 1000;
    double positions_per_account = 10;  // on average, the HOUSE not counted
};

/// Where the three tables go, and who wants to know how far it is.
struct book_sink {
    std::function<void(std::string_view)> accounts, cash, positions;
    std::function<void(std::uint64_t accounts_done)> progress;
};

struct book_counts {
    std::uint64_t accounts = 0, cash = 0, positions = 0;
    std::uint64_t of_house = 0;  // positions of the HOUSE, among the others
};

book_counts write_book(book_plan const& plan, market const& market, book_sink const& to);

}  // namespace lockstep

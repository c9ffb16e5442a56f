// Concentration: who holds how much of what. Of each book the accounts that lean on it most, and of
// each instrument the largest holders on either side.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/risk/book_overview.h"
#include "host/risk/netting_sets.h"
#include "margin/portfolio.h"

namespace lockstep {

/// A netting set among the largest of its book, by the magnitude of its delta.
struct book_leader {
    std::uint32_t book, set;
};

/// A holder of an instrument among the largest, by the magnitude of its position.
struct instrument_leader {
    std::uint32_t instrument;
    account_id account;
    std::int64_t nanos;  // signed
};

/// Sums over all sets of a book.
struct book_total {
    int128 delta = 0;  // of magnitudes
    int128 initial_margin = 0;
};

struct concentration {
    std::vector<book_total> totals;                 // by book
    std::vector<book_leader> of_books;              // by book, largest first, then by account
    std::vector<instrument_leader> of_instruments;  // likewise by instrument
};

/// The `top` largest of each.
concentration find_concentration(std::size_t books, std::size_t instruments,
                                 netting_sets const& sets, std::span<margin_row const> margins,
                                 std::size_t top);

}  // namespace lockstep

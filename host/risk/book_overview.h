// What whole books would gain and which way they lean: scenario sums over everybody, and
// sensitivities by expiry and by strike.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/risk/books.h"
#include "host/risk/netting_sets.h"
#include "host/risk/overview.h"
#include "kernels/views.h"
#include "margin/portfolio.h"

namespace lockstep {

/// What everybody together holds of one instrument.
struct holding {
    std::int64_t long_nanos = 0, short_nanos = 0;  // both >= 0; bounds when they leave 64 bits
    std::uint32_t positions = 0;
};

std::vector<holding> add_up_holdings(std::size_t instruments, netting_sets const& sets);

/// Everything that the overview of the books is drawn from.
struct book_sources {
    market const& listed;
    book_table const& books;
    netting_sets const& sets;
    std::span<scenario_set const> scenario_sets;  // by book
    risk_matrix const& arrays;
    std::span<margin_row const> margins;  // by netting set
    std::span<holding const> holdings;    // by instrument
};

/// One overview for each book, in order. Amounts of a scenario are rounded down once for each
/// netting set.
std::vector<book_overview> look_over_books(book_sources const& from);

}  // namespace lockstep

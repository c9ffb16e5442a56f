// Surfaces: an SVI curve for each expiry and one SSVI surface for each book, free of butterfly and
// calendar arbitrage over all strikes.
//
// Expiries are fitted on their own first, all at once. Then each book is gone through by time.
// Where a curve crosses the one before it, either of the two can give way: the later one is fitted
// again above the earlier, the earlier one beneath the later (and above its own predecessor), and
// the cheaper of both stays, by the quotes' spreads. So a wing that no quote speaks of gives way to
// one that quotes hold. What neither can mend, and what has too few quotes, borrows: the SSVI
// surface's curve or a neighbour's, scaled until it fits between; that always exists, because what
// is free of butterflies stays so when it is scaled down.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "host/surface/slices.h"
#include "kernels/backend.h"
#include "pricing/market/ssvi_fit.h"
#include "pricing/market/variance_surface.h"

namespace lockstep {

struct book_surface {
    std::uint32_t first = 0, last = 0;  // slices [first, last)
    ssvi_fit_result ssvi{};
    std::vector<expiry_curve> curves;  // of the slices that have one, by time
};

struct surface_fit {
    std::vector<surface_slice> slices;  // books in order, by time
    std::vector<book_surface> books;    // as in the quote table; empty where it has no options
};

surface_fit fit_surfaces(quote_table const& table, surface_options const& options, backend& device);

/// What a set of slices comes to: one line of the tables by days to expiry.
struct slice_totals {
    std::uint64_t slices = 0, by_status[slice_status_count] = {};
    std::uint64_t with_curve = 0, arbitrage_free = 0;
    std::uint64_t quotes = 0, inside = 0;
    double squares = 0;  // of (fitted - quoted) vol, over all quotes

    void add(surface_slice const& slice);
    slice_totals& operator+=(slice_totals const& other);
    double rmse() const;
};

/// Buckets of days to expiry: below 1, 2, 7, 30, 90, and the rest.
inline constexpr std::size_t day_buckets = 6;
std::size_t bucket_of(surface_slice const& slice);
char const* name_of_bucket(std::size_t bucket);

/// A table for people: a line for each bucket that has slices, and one for all.
std::string totals_table(std::span<slice_totals const> by_bucket);

}  // namespace lockstep

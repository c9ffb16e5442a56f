// From quotes to what a curve is fitted to: the options of each expiry, their implied vols, the
// forward they stand on, and which of them count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host/surface/quote_table.h"
#include "kernels/backend.h"
#include "pricing/market/put_call_parity.h"
#include "pricing/market/svi_fit.h"
#include "pricing/market/variance_quote.h"

namespace lockstep {

enum class fitted_price : std::uint8_t { mid, mark };

struct surface_options {
    fitted_price price = fitted_price::mid;
};

/// Why a quote counts for the fit, or why not; the first reason in this order is given.
enum class quote_use : std::uint8_t {
    used = 0,
    other_side_is_used,  // the option of the same strike that is out of the money says the same
    is_not_quoted,       // neither bid nor ask; or, on marks, no mark
    has_no_bid,
    has_no_ask,
    is_crossed,       // bid above ask
    has_no_forward,   // parity gave none
    has_no_vol,       // outside of what any vol gives
    is_too_wide,      // bid and ask are further apart, in vol, than half of the vol itself
    is_in_the_money,  // and only marked: its time value is below what the forward may be off
};
inline constexpr unsigned quote_use_count = 10;
char const* word(quote_use use);

struct surface_quote {
    std::uint32_t row = 0;  // in quote_table::quotes
    quote_use use = quote_use::is_not_quoted;
    double k = not_quoted;  // ln(K / F)
    double vol = not_quoted, vol_bid = not_quoted, vol_ask = not_quoted;
    double fitted = not_quoted;  // vol of the curve
};

/// What became of an expiry. From `no_usable_quotes` on it has no curve.
enum class slice_status : std::uint8_t {
    fitted = 0,  // the best fit is free of arbitrage
    repaired,    // it was not; the best one that is stands here
    // The SSVI surface's curve, or a neighbour's where that crosses one, scaled:
    borrowed_for_few_quotes,  // fewer strikes than unknowns
    borrowed_for_arbitrage,   // no repair passed the checks
    no_usable_quotes,
    no_forward,  // put-call parity gave none
};
inline constexpr unsigned slice_status_count = 6;
char const* word(slice_status status);
char const* sentence(slice_status status);

struct surface_slice {
    std::uint32_t book = 0;
    utc_ns expiry;
    double time = 0;  // years
    double forward = not_quoted;
    double discount = 1;
    bool by_parity = false;  // forward and discount are of the options themselves
    parity_line parity{};
    std::vector<surface_quote> quotes;   // by strike, calls first
    std::vector<variance_quote> points;  // what is fitted, by k
    // The answer.
    slice_status status = slice_status::no_usable_quotes;
    svi_raw curve{};
    double theta = not_quoted;   // variance at the money of the SSVI surface
    std::uint8_t found = 0;      // svi_arbitrage bits of the best fit
    std::uint8_t remaining = 0;  // and of the curve that stands here
    svi_least butterfly{};       // least g
    svi_least calendar{};        // least distance to the next one with a curve
    double rmse = not_quoted;    // of the vols used
    double worst = not_quoted;
    std::uint32_t used = 0, inside = 0;  // quotes; those whose bid and ask the curve lies between

    bool has_curve() const { return status < slice_status::no_usable_quotes; }
};

/// The expiries of every book by time, books in their order.
std::vector<surface_slice> make_slices(quote_table const& table, surface_options const& options,
                                       backend& device);

}  // namespace lockstep

// One underlying of a portfolio as a combined commodity of margin/model/span.h, whose expiries are
// its months: every leg with its array, and what the legs amount to, all of them or without one.
#pragma once

#include <vector>

#include "host/margin/query/portfolio.h"
#include "margin/model/span.h"

namespace lockstep {

struct span_parameters {
    double price_share, vol_share;
    double extreme_multiple, extreme_cover;
    double look_ahead_days;
    double calendar_share, short_option_share;
};

/// What a commodity amounts to, in nanos.
struct span_totals {
    int128 sums[span::scenario_count];  // of contracts x losses
    span::scan_result scan;
    span::commodity_amounts amounts;
    int128 open_gain;  // of what is no option
};

class span_book {
  public:
    /// Throws input_error, naming the leg.
    span_book(margin_query const& q, query_underlying const& u, span_parameters const& p);
    /// Without that leg of the query: to the bit those of a book of the others.
    span_totals totals(std::size_t without = no_leg) const;

  private:
    struct row {
        std::size_t leg;         // of the query
        std::size_t tier;        // the last is of what has no expiry
        std::int64_t contracts;  // in nanos
        span::risk_array array;
        double delta;  // of all contracts
        int128 short_minimum, open_gain;
    };

    row row_of(margin_query const& q, query_underlying const& u, span_parameters const& p,
               std::size_t leg) const;
    void add_spreads(query_underlying const& u, span_parameters const& p);

    std::vector<row> rows_;
    std::uint32_t tiers_;
    std::vector<span::calendar_spread> spreads_;
};

}  // namespace lockstep

// Every instrument revalued in every scenario, by the backend.
#pragma once

#include <cstdint>
#include <vector>

#include "host/risk/valuation.h"
#include "host/tail/history.h"

namespace lockstep {

/// Gains of one contract in nanos of a US dollar, by instrument and scenario. What is settled in
/// coins counts at the scenario's price of the coin.
struct tail_gains {
    std::size_t scenarios = 0;
    std::vector<std::int64_t> cells;
    std::int64_t const* of(std::size_t instrument) const {
        return cells.data() + instrument * scenarios;
    }
};

/// Instruments that are not valued gain nothing. Throws input_error when the history lacks an
/// underlying of the market, or when a gain leaves the range of an amount.
tail_gains gains_in(market const& listed, valuation const& values, tail_history const& history,
                    backend& device);

}  // namespace lockstep

// Standard margin by formula, Deribit style: of options, and of futures and perpetuals. Amounts are
// shares of the underlying's price U: coins for a coin-settled option, and times U in quote
// currency.
//
//   long option   nothing beyond what it is worth
//   short call    IM = max(0.15 - OTM/U, 0.10) + mark              MM = 0.075 + mark
//   short put     IM = max(max(0.15 - OTM/U, 0.10) + mark, MM)     MM = max(0.075, 0.075 mark) +
//   mark
//
// with the mark in coins. Source: a mirror of the exchange's documentation, not the page itself;
// the rates are parameters.
#pragma once

#include "pricing/base/platform.h"

namespace lockstep::standard {

struct option_rates {
    double initial;        // 0.15 at the money, less by how far out of it
    double initial_floor;  // 0.10
    double maintenance;    // 0.075
};

struct option_margin {
    double initial, maintenance;
};

/// Of one short option, its mark included, as shares of U. `mark` is in coins.
LOCKSTEP_HD option_margin short_option(bool is_call, double underlying, double strike, double mark,
                                       option_rates const& rates) {
    double const gap = is_call ? strike - underlying : underlying - strike;
    double const out = gap > 0 ? gap / underlying : 0.0;
    double const share = rates.initial - out;
    double const initial = (share > rates.initial_floor ? share : rates.initial_floor) + mark;
    if (is_call) return {initial, rates.maintenance + mark};
    double const by_mark = rates.maintenance * mark;
    double const maintenance = (by_mark > rates.maintenance ? by_mark : rates.maintenance) + mark;
    return {initial > maintenance ? initial : maintenance, maintenance};
}

/// (base + slope x size) x size x price of a future or a perpetual; size in coins.
LOCKSTEP_HD double position(double size, double price, double base, double slope) {
    double const units = size < 0 ? -size : size;
    return (base + slope * units) * units * price;
}

}  // namespace lockstep::standard

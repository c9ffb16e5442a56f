// How one account of a portfolio comes to hold what it holds in a ledger: what it pays in, what it
// trades, and what it takes out again, so that it ends with its cash and its gains. The ledger lets
// nobody open beyond initial margin: an account of higher leverage, which comes by it when marks
// move, opens with its margin.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "host/generate/log_market.h"
#include "host/portfolio/portfolio.h"

namespace lockstep {

struct opening_trade {
    std::uint32_t instrument;
    std::int64_t size;   // nanos, signed
    std::int64_t price;  // nanos, a multiple of the tick
};

struct opening {
    std::vector<opening_trade> trades;
    std::int64_t deposit = 0;    // nanos, before the trades
    std::int64_t withdraw = 0;   // after them
    std::uint32_t left_out = 0;  // positions that have no price or no whole number of lots
    bool is_richer = false;      // it keeps more than a hundredth of its deposit too much
};

/// `held`: an account's positions in what is settled in one asset; `cash` what it has there beside
/// them. Premiums of bought options count as equity, as they do in the portfolio.
opening open_account(log_market const& market, std::span<holding_row const> held,
                     std::int64_t cash);

}  // namespace lockstep

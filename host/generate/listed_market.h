// The instruments of a generated log: what is listed, where it is marked, when it ends and what
// follows it.
#pragma once

#include <cstdint>
#include <vector>

#include "host/generate/draws.h"
#include "host/generate/market_mood.h"
#include "margin/state/transaction.h"

namespace lockstep {

/// One seat of the market and the instrument that is listed on it now.
struct market_seat {
    std::uint32_t shape = 0;
    std::uint32_t instrument = 0;
    std::uint32_t asset = 0;
    std::int64_t tick = 0, lot = 0;  // nanos
    double walk = 0;                 // the mark in ticks, without the mood of the market
    std::int64_t mark_ticks = 0;
    std::int64_t until = 0;  // block time in ns; 0: never ends
};

struct market_plan {
    std::uint32_t seats = 0;
    std::uint32_t assets = 1;     // with 2, inverse contracts settle in the second one
    bool every_contract = false;  // else linear perpetuals
    market_mood mood = market_mood::calm;
    std::int64_t life_ns = 0;  // of what expires, about
};

class listed_market {
  public:
    explicit listed_market(market_plan const& plan);

    std::uint32_t size() const { return static_cast<std::uint32_t>(seats_.size()); }
    market_seat const& operator[](std::uint32_t seat) const { return seats_[seat]; }

    /// Lists the next instrument on a seat.
    transaction_row list(std::uint32_t seat, std::int64_t now);
    /// Marks a seat where it stands.
    transaction_row mark(std::uint32_t seat) const;
    /// The mark wanders on; `progress` through the log, 0 to 1, sets what the mood adds: calm
    /// nothing, swinging four waves of a fifth, crashing a fall by half in a tenth of the time.
    void move(std::uint32_t seat, double progress, draws& d);
    transaction_row expire(std::uint32_t seat) const;
    /// Notices are carried out: mostly where the option is in the money by its own price, else at
    /// the money, or far beyond what its mark has seen.
    transaction_row assign(std::uint32_t seat, draws& d) const;
    bool is_perpetual(std::uint32_t seat) const { return seats_[seat].until == 0; }
    bool is_option(std::uint32_t seat) const;
    /// The seat, or the next one with an option; when there is none, the seat.
    std::uint32_t option_from(std::uint32_t seat) const;

  private:
    /// A price of what an option is written on: in the money by so much, if that is above zero.
    std::int64_t price_behind(std::uint32_t seat, std::int64_t in_the_money) const;
    std::int64_t own_price(std::uint32_t seat) const;

    market_plan const plan_;
    std::vector<market_seat> seats_;
    std::uint32_t listed_ = 0;
};

}  // namespace lockstep

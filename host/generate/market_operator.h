// What the operator of a generated exchange says: marks, payments, fees, suspensions, and orders
// taken off the books.
#pragma once

#include "host/generate/crowd.h"
#include "host/generate/listed_market.h"
#include "host/generate/transaction_mix.h"
#include "margin/state/transaction.h"

namespace lockstep {

class market_operator {
  public:
    market_operator(listed_market& market, crowd const& people)
        : market_(market), people_(people) {}

    /// The command for an event of the operator's; `progress` through the log, 0 to 1.
    transaction_row says(market_event event, double progress, draws& d);

  private:
    transaction_row suspension(draws& d);
    static void tier(transaction_row& t, bool in_coin, draws& d);
    transaction_row newcomer(draws& d) const;
    transaction_row of_an_asset(market_event event, draws& d) const;
    std::uint32_t seat_for(market_event event, draws& d) const;
    void whom_or_what(transaction_row& t, draws& d) const;

    listed_market& market_;
    crowd const& people_;
    transaction_row suspended_{};
};

}  // namespace lockstep

// Cash in a generated log: into the exchange, out of it, between accounts, at once or promised. Of
// the promises that were sent a bounded number is remembered, to be kept or voided later.
#pragma once

#include <cstdint>
#include <vector>

#include "host/generate/crowd.h"
#include "margin/state/transaction.h"

namespace lockstep {

class cash_flow {
  public:
    explicit cash_flow(crowd const& people) : people_(people) {}

    /// A deposit, withdrawal, payment into the fund or transfer of up to ten units.
    transaction_row some(transaction_kind kind, draws& d) const;
    /// Two to four transfers, each by the receiver of the one before; now and then of too much.
    std::vector<transaction_row> from_hand_to_hand(draws& d) const;
    /// A pending transfer; one in three ends by itself, up to eight seconds later.
    transaction_row promise(std::int64_t now, draws& d) const;
    void sent(transaction_row const& promise, draws& d);
    bool knows_any() const { return !promises_.empty(); }
    /// Posts one, in half or whole, or voids it; one in eight may be tried again.
    transaction_row keep(draws& d);

  private:
    crowd const& people_;
    std::vector<transaction_row> promises_;
};

}  // namespace lockstep

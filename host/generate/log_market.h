// A market as a generated log lists it: terms of every instrument, and its mark as the integers of
// the ledger, brought from tick to tick.
#pragma once

#include <cstdint>
#include <vector>

#include "host/generate/contracts.h"
#include "host/market/market.h"
#include "host/watch/tick.h"
#include "kernels/backend.h"
#include "margin/state/listing.h"
#include "margin/state/transaction.h"

namespace lockstep {

class log_market {
  public:
    /// Throws input_error for an underlying whose lots and ticks are not known.
    log_market(market const& first, backend& device);

    /// Instruments have the market's numbers. Rows are as the ledger has them, mark included; zero
    /// where there is no price.
    std::vector<listing_row> const& listings() const { return listings_; }
    market const& now() const { return now_; }
    /// Whether the last tick quoted the instrument.
    bool is_quoted(std::uint32_t instrument) const { return quoted_[instrument] != 0; }
    bool is_option(std::uint32_t instrument) const {
        return now_.instruments[instrument].kind == instrument_kind::option;
    }

    transaction_row list(std::uint32_t instrument) const;
    transaction_row mark(std::uint32_t instrument) const;
    /// New marks for what the tick quotes.
    void apply(tick const& t);
    void expired(std::uint32_t instrument);

  private:
    void value();

    market now_;
    backend& device_;
    contracts terms_;
    std::vector<listing_row> listings_;
    std::vector<std::uint8_t> quoted_;
};

}  // namespace lockstep

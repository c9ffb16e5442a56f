// What a contract pays at a settlement price. These are the formulas of the contract in doubles; a
// ledger quantises them where it books them (pricing/base/quantise.h).
#pragma once

#include "pricing/base/platform.h"
#include "pricing/instrument.h"

namespace lockstep {

/// max(+-(S - K), 0), in quote currency for one unit of the underlying.
LOCKSTEP_HD double intrinsic_value(option_type type, double settlement_price, double strike) {
    double const gain =
        type == option_type::put ? strike - settlement_price : settlement_price - strike;
    return gain > 0.0 ? gain : 0.0;
}

/// What the holder of `quantity` options (negative: the writer) receives at expiry: quote currency
/// when linear, coins when inverse. The settlement price must be positive when inverse.
LOCKSTEP_HD double option_payoff(settlement settle, option_type type, double quantity,
                                 double settlement_price, double strike) {
    double const paid = quantity * intrinsic_value(type, settlement_price, strike);
    return settle == settlement::inverse ? paid / settlement_price : paid;
}

/// Gain of a future or perpetual entered at `entry_price`. Linear: `quantity` is coins and the gain
/// q (S - F0) quote currency. Inverse: `quantity` is the notional N in quote currency and the gain
/// N / F0 - N / S coins; both prices must be positive.
LOCKSTEP_HD double future_payoff(settlement settle, double quantity, double entry_price,
                                 double settlement_price) {
    return settle == settlement::inverse ? quantity / entry_price - quantity / settlement_price
                                         : quantity * (settlement_price - entry_price);
}

}  // namespace lockstep

// What a watch is told: new prices, and what the ledger says of an account. Names have become ids
// by then (host/watch/tick_reader.h).
#pragma once

#include <vector>

#include "pricing/base/ids.h"
#include "pricing/base/money.h"
#include "pricing/base/time.h"

namespace lockstep {

/// What a feed's price can be: outside, in nanos it comes to nothing or does not fit.
inline bool is_price(double x) { return x >= 1e-9 && x <= 9e9; }

/// A price that a feed sends as missing, or that cannot be one, is NaN here: its instrument is
/// quarantined until a good one comes.
struct mark_change {
    instrument_id instrument;
    double underlying;  // forward of an option's expiry; the mark itself of a future or perpetual
    double vol;         // of an option, as a fraction; not looked at otherwise
};

struct index_change {
    underlying_id underlying;
    double index;  // USD
};

/// Prices of one moment. A reader lets each instrument stand once; of several changes of one the
/// last one counts.
struct tick {
    utc_ns time;
    std::vector<index_change> indexes;
    std::vector<mark_change> marks;
};

/// An account's cash in one asset is now this much.
struct cash_command {
    account_id account;
    asset_id asset;
    money amount;
};

/// An account now holds this much of an instrument; zero: none. The entry price is that of a future
/// or perpetual.
struct position_command {
    account_id account;
    instrument_id instrument;
    quantity size;
    price entry;
};

/// Instruments are settled, each at a delivery price: what they pay goes to cash, positions are
/// gone.
struct settle_command {
    struct delivery {
        instrument_id instrument;
        price at;
    };
    std::vector<delivery> deliveries;
};

}  // namespace lockstep

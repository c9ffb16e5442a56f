// What a feed of ticks fixes: the delivery price of what expires, averaged over the half hour
// before, and the funding rate of each perpetual, every hour, out of its premiums over the index.
// Integers from end to end: who has the ticks comes to the same figures.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "host/market/market.h"
#include "host/watch/tick.h"
#include "margin/settlement/average_price.h"
#include "margin/settlement/funding_rate.h"

namespace lockstep {

inline constexpr std::int64_t funding_period_ns = 3'600'000'000'000;

/// Rates in trillionths. An hour's rate is an eighth of premium + clamp(interest - premium, band),
/// both of eight hours, within the cap; the premium is the mean of the hour's samples without
/// `tail_ppm` of them at either end.
struct funding_terms {
    std::int64_t interest = 100'000'000;  // 0.01 %
    std::int64_t band = 500'000'000;      // 0.05 %
    std::int64_t cap = 40'000'000'000;    // 4 % an hour
    std::int64_t tail_ppm = 50'000;
};

/// Of everything that expires at this time and is written on this underlying.
struct delivery_price {
    utc_ns expiry;
    underlying_id underlying;
    price at;  // USD, rounded down
    std::vector<instrument_id> instruments;
};

struct funding_fixing {
    utc_ns time;  // end of the hour
    instrument_id instrument;
    std::int64_t rate;  // billionths of the notional for the hour, toward zero; > 0: longs pay
    std::uint32_t samples;
};

struct fixed_by_tick {
    std::vector<delivery_price> deliveries;  // by expiry, then underlying
    std::vector<funding_fixing> funding;     // by instrument
};

class fixings {
  public:
    /// Begins with the prices of the market.
    explicit fixings(market const& listed, funding_terms const& terms = {});

    /// What falls due up to the tick's time, by the prices before it. To an average a price holds
    /// until the next one, also while the feed says that it has none; what has none is no sample of
    /// a premium. Ticks come in the order of their times.
    fixed_by_tick hear(tick const& t);

  private:
    struct index_price {
        std::int64_t last = 0;  // nanos; 0: none yet
        bool is_quoted = false;
    };
    struct perpetual {
        instrument_id instrument;
        underlying_id underlying;
        std::int64_t mark = 0;  // nanos; 0: none
        std::vector<std::int64_t> premiums;
    };
    struct expiring {
        std::vector<instrument_id> instruments;
        bool is_open = false;
        price_average average{};
    };

    void deliver(std::int64_t until, std::vector<delivery_price>& into);
    void fund(std::int64_t until, std::vector<funding_fixing>& into);
    void take(tick const& t);
    void sample();

    funding_terms const terms_;
    std::int64_t last_;                 // time of the prices
    std::vector<index_price> indexes_;  // by underlying
    std::vector<perpetual> perpetuals_;
    std::vector<std::uint32_t> perpetual_of_;  // by instrument; its place above, or none
    std::map<std::pair<std::int64_t, std::uint32_t>, expiring> expiring_;  // time, underlying
};

}  // namespace lockstep

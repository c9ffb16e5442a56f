// What a chain gives to fit: its options out of the money, by underlying and expiry.
#pragma once

#include <string>
#include <vector>

#include "host/heston/fit.h"
#include "host/market/market.h"

namespace lockstep {

struct heston_chain_options {
    double days_min = 2.0;  // to expiry: nearer ones say more of the day's news than of a model
    double delta_min = 0.02;
};

struct heston_chain {
    std::string underlying;
    std::vector<std::string> names;  // of the quotes
    heston_quotes quotes;            // forwards, without rates
};

/// One chain for each underlying that has options, in the market's order: an empty one where none
/// of them takes part, so that whoever asked hears of it. An expiry's forward is
/// the median of what its options were quoted on. An option takes part when it is quoted a vol, has
/// the days left, is out of the money and has a delta of at least delta_min at its vol.
std::vector<heston_chain> heston_chains_of(market const& seen, heston_chain_options const& options);

}  // namespace lockstep

// What a generated log is made of: how often each thing happens.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "host/generate/draws.h"

namespace lockstep {

enum class market_event : std::uint8_t {
    transfer,
    deposit,
    withdraw,
    insure,   // a payment into the insurance fund
    promise,  // a pending transfer, with or without a time
    keep,     // an earlier one is posted, in part or whole, or voided
    order,
    cancel,
    amend,
    mass_cancel,
    combo,
    trade,  // a block trade
    chain,  // of transfers, or of orders
    mark,
    funding,
    session,
    fees,
    suspend,    // an account or an instrument, or the latter but for what reduces; later its return
    account,    // a new one, which stays empty
    interest,   // on the cash of an asset
    socialise,  // some of an asset's deficit, where there is one
    exercise,   // notice for some of an option, American or not
    advise,     // on an option's expiry
    assign,     // what notice was given for, of an option
    tier,       // an instrument's leverage tier is set, or taken away
};
inline constexpr std::size_t market_events = 25;

struct transaction_mix {
    std::array<std::uint32_t, market_events> weights{};
    /// Equal accounts, linear perpetuals that never move, orders that rest or take at once.
    bool plain = false;

    market_event draw(draws& d) const;
};

/// "transfers", "orders" or "mixed" (plain ones), "day" (everything), or weights of the events
/// above: "order=40,cancel=20,mark=5". Throws input_error for anything else.
transaction_mix mix_of(std::string_view text);

}  // namespace lockstep

// What a position pays or is paid when something happens to its instrument: funding, a session's
// settlement, expiry. Whoever pays rounds up and whoever is paid rounds down, so that what rounding
// leaves over is never negative; it goes to the asset's remainder.
#pragma once

#include "margin/ledger/notional.h"
#include "margin/ledger/tiers.h"
#include "margin/settlement/exercise.h"
#include "margin/state/listing.h"
#include "margin/state/position.h"

namespace lockstep {

/// What a position of `size` is worth at a price, on the side of the cost: size * price, or
/// -size / price for inverse futures; rounded toward -inf.
LOCKSTEP_HD constexpr int128 signed_value(listing_row const& l, std::int64_t size,
                                          std::int64_t at) {
    bool const inverse = l.contract.settle == settlement::inverse;
    std::int64_t const magnitude = size < 0 ? -size : size;
    bool const owed = inverse ? size > 0 : size < 0;  // the value is negative
    int128 const value = notional(l, magnitude, at, owed ? rounding::up : rounding::down);
    return owed ? -value : value;
}

/// What the position gains when it is brought to a price: futures only, see `cost`.
LOCKSTEP_HD constexpr int128 future_gain(listing_row const& l, position_row const& p,
                                         std::int64_t at) {
    return signed_value(l, p.size.nanos, at) - p.cost.nanos;
}

/// Funding of a perpetual: longs pay rate * notional to shorts when the rate is positive.
/// `rate` in billionths. The result is what the position receives.
LOCKSTEP_HD constexpr int128 funding_payment(listing_row const& l, position_row const& p,
                                             std::int64_t rate) {
    std::int64_t const magnitude = p.size.nanos < 0 ? -p.size.nanos : p.size.nanos;
    bool const pays = (p.size.nanos > 0) == (rate > 0);
    int128 const at_mark =
        notional(l, magnitude, l.mark.nanos, pays ? rounding::up : rounding::down);
    int128 const flow = at_mark * (rate < 0 ? -rate : rate);
    return pays ? -divide(flow, nanos_per_unit, rounding::up)
                : divide(flow, nanos_per_unit, rounding::down);
}

/// Cash settlement of exercised options at a delivery price: max(±(S - K), 0) a contract, divided
/// by S when inverse. `size` below zero is assigned. The result is what the position receives.
LOCKSTEP_HD constexpr int128 option_payoff(listing_row const& l, std::int64_t size,
                                           std::int64_t delivery) {
    std::int64_t const distance = in_the_money(l.contract, delivery);
    if (distance <= 0) return 0;
    bool const owed = size < 0;
    int128 const magnitude = owed ? -static_cast<int128>(size) : size;
    int128 const denominator = l.contract.settle == settlement::inverse ? delivery : nanos_per_unit;
    int128 const cash =
        divide(magnitude * distance, denominator, owed ? rounding::up : rounding::down);
    return owed ? -cash : cash;
}

/// What the check asks of one position at the current mark, rounded against the account.
struct position_check {
    int128 initial;
    int128 maintenance;
    int128 unrealised;  // gain of a future since it was last settled; of an option, nothing
    int128 owed = 0;    // to buy a sold option back; part of both margins
};
/// `tiers`: the instrument's, or null; `least_ppm`: an isolated account's own initial rate, or 0.
LOCKSTEP_HD constexpr position_check check_position(listing_row const& l, tier_row const* tiers,
                                                    position_row const& p,
                                                    std::uint32_t least_ppm = 0) {
    bool const option = l.contract.kind == instrument_kind::option;
    std::int64_t const held = option && p.size.nanos > 0 ? 0  // paid for in full
                              : p.size.nanos < 0         ? -p.size.nanos
                                                         : p.size.nanos;
    if (held == 0 && tiers == nullptr) return {0, 0, option ? 0 : -int128{p.cost.nanos}};
    int128 const at_mark = notional(l, held, l.mark.nanos, rounding::up);
    int128 const at_worst =
        tiers == nullptr ? at_mark : notional(l, worst_size(l, p), l.mark.nanos, rounding::up);
    int128 const owed = option ? premium(held, l.mark.nanos, rounding::up) : 0;
    return {initial_margin(l, tiers, at_worst, least_ppm) + owed,
            maintenance_margin(l, tiers, at_mark) + owed,
            option ? 0 : future_gain(l, p, l.mark.nanos), owed};
}

}  // namespace lockstep

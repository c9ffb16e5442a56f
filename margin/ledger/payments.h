// What a position pays or is paid when something happens to its instrument: funding, a session's
// settlement, expiry. Whoever pays rounds up and whoever is paid rounds down, so that what rounding
// leaves over is never negative; it goes to the asset's remainder.
#pragma once

#include "margin/ledger/notional.h"
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
    int128 const at_mark = notional(l, magnitude, l.mark.nanos, rounding::down);
    bool const pays = (p.size.nanos > 0) == (rate > 0);
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
LOCKSTEP_HD constexpr position_check check_position(listing_row const& l, position_row const& p,
                                                    std::uint32_t initial_ppm) {
    std::int64_t const magnitude = p.size.nanos < 0 ? -p.size.nanos : p.size.nanos;
    bool const option = l.contract.kind == instrument_kind::option;
    if (magnitude == 0) return {0, 0, -static_cast<int128>(p.cost.nanos)};
    if (option && p.size.nanos > 0) return {0, 0, 0};  // paid for in full
    int128 const at_mark = notional(l, magnitude, l.mark.nanos, rounding::up);
    int128 const owed = option ? premium(magnitude, l.mark.nanos, rounding::up) : 0;
    return {share_ppm(at_mark, initial_ppm, rounding::up) + owed,
            share_ppm(at_mark, l.maintenance_ppm, rounding::up) + owed,
            option ? 0 : future_gain(l, p, l.mark.nanos), owed};
}
LOCKSTEP_HD constexpr position_check check_position(listing_row const& l, position_row const& p) {
    return check_position(l, p, l.initial_ppm);
}

}  // namespace lockstep

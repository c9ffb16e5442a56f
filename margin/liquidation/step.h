// How an account under its maintenance margin is brought back: which position, how much of it, and
// no worse than which price. Pure integers over the ledger's rows; host/block places the orders.
//
// The waterfall, each stage tried before the next:
//   order     bounded reduce-only orders through the book, at no worse than the price at which the
//             account's margin ratio would fall
//   takeover  the backstop account takes a position at its bankruptcy price
//   deleverage  positions on the other side, most profitable and most leveraged first, are closed
//             against it at the bankruptcy price; the insurance fund covers what is below zero
//   socialise  what the fund could not pay, the winners of the last settlement do, in proportion
//              (margin/settlement/socialise.h)
//
// Source: dYdX v4 (bankruptcy price by share of the maintenance margin, one piece at a time),
// Hyperliquid's documentation (a fifth first, takeover below two thirds of the requirement).
#pragma once

#include <cstdint>

#include "margin/ledger/notional.h"
#include "margin/ledger/payments.h"
#include "margin/state/account.h"
#include "margin/state/listing.h"
#include "margin/state/position.h"
#include "margin/state/transaction.h"

namespace lockstep::liquidation {

struct terms {
    std::uint32_t step_ppm = 200'000;  // of a position, at once
    std::uint32_t backstop_parts = 2;  // thirds of the maintenance margin: with less equity than
                                       // that the book is left out
    std::int64_t whole_below_nanos = 100'000 * nanos_per_unit;  // notional closed in one step
};

enum class stage : std::uint8_t { none = 0, order, takeover };

/// What the last check found, and cash as it is now: an account that has put in cash since is not
/// liquidated. What it owes on options sold counts against equity here and not as margin, so that
/// equity is what closing everything at the marks would leave.
LOCKSTEP_HD constexpr int128 equity_of(account_row const& a) {
    return static_cast<int128>(a.cash.nanos) + a.unrealised.nanos - a.owed.nanos;
}
LOCKSTEP_HD constexpr int128 margin_of(account_row const& a) {
    return static_cast<int128>(a.maintenance.nanos) - a.owed.nanos;
}

LOCKSTEP_HD constexpr bool is_liquidated(account_row const& a) {
    return (a.flags & account_flag::liquidating) != 0;
}

LOCKSTEP_HD constexpr stage stage_of(account_row const& a, terms const& t) {
    int128 const equity = equity_of(a);
    if (!is_liquidated(a)) return stage::none;       // as the check found
    if (equity >= margin_of(a)) return stage::none;  // cash has come in since
    bool const near = equity * 3 >= margin_of(a) * t.backstop_parts;
    return near ? stage::order : stage::takeover;
}

/// A position that may be closed: its own requirement, and whether it goes before others. Futures
/// and perpetuals go before options, the larger requirement before the smaller, and of equals the
/// lower instrument.
struct candidate {
    bool is_option;
    int128 maintenance;
    std::uint32_t instrument;
};

LOCKSTEP_HD constexpr bool goes_before(candidate const& a, candidate const& b) {
    if (a.is_option != b.is_option) return b.is_option;
    if (a.maintenance != b.maintenance) return a.maintenance > b.maintenance;
    return a.instrument < b.instrument;
}

LOCKSTEP_HD constexpr std::int64_t magnitude(std::int64_t x) { return x < 0 ? -x : x; }

LOCKSTEP_HD constexpr order_side closing_side(position_row const& p) {
    return p.size.nanos > 0 ? order_side::sell : order_side::buy;
}

/// How much of the position one step closes, a whole number of lots: all of a small one, else its
/// share, and never less than a lot.
LOCKSTEP_HD constexpr std::int64_t step_size(listing_row const& l, position_row const& p,
                                             terms const& t) {
    std::int64_t const held = magnitude(p.size.nanos);
    int128 const value = notional(l, held, l.mark.nanos, rounding::up);
    if (value <= t.whole_below_nanos) return held;
    auto const share = static_cast<std::int64_t>(share_ppm(held, t.step_ppm, rounding::up));
    auto const lots =
        static_cast<std::int64_t>(divide(share, l.lot.nanos, rounding::up)) * l.lot.nanos;
    return lots < held ? lots : held;
}

/// What a part of a position releases of its margin in tiers: one that is closed alone the dearest
/// of them first; one of several that together close it whole its share, lest they release more
/// than there is.
enum class part : std::uint8_t { alone, of_whole };

/// What the account may lose against the mark when `size` of the position is closed: its equity by
/// the share of the maintenance margin that this releases, rounded down. Below zero when the
/// account is bankrupt: then closing must gain.
LOCKSTEP_HD constexpr int128 loss_allowed(account_row const& a, listing_row const& l,
                                          tier_row const* tiers, position_row const& p,
                                          std::int64_t size, part which) {
    position_row rest = p;
    rest.size.nanos += p.size.nanos > 0 ? -size : size;
    // Of 64 bits each, so that no product leaves 128: no row holds more.
    auto const margin = [&l, tiers](position_row const& of) {
        position_check const check = check_position(l, tiers, of);
        return int128{narrow(check.maintenance - check.owed).value};
    };
    int128 const released = tiers != nullptr && which == part::of_whole
                                ? divide(margin(p) * size, magnitude(p.size.nanos), rounding::down)
                                : margin(p) - margin(rest);
    if (margin_of(a) <= 0 || released <= 0) return 0;
    int128 const equity = narrow(equity_of(a)).value;
    return narrow(divide(equity * released, margin_of(a), rounding::down)).value;
}

/// As much of one part of the account's margin as unreserved equity is there for all of it: of its
/// initial margin, or of who is being liquidated of the maintenance margin, as the steps count.
LOCKSTEP_HD constexpr int128 as_far_as_there(account_row const& a, int128 part) {
    int128 const left = equity_of(a) - a.reserved.nanos;  // open orders may lose what they hold
    int128 const needed = static_cast<int128>(a.requirement.nanos) + a.unrealised.nanos;
    int128 const whole = is_liquidated(a) ? margin_of(a) : needed - a.owed.nanos;
    if (left <= 0) return 0;
    if (left >= whole) return part;  // as of everybody who has free cash
    return divide(narrow(part).value * left, whole, rounding::down);
}

/// What a holder who closes `size` may lose against the mark because the margin of that part binds
/// it anyway: its margin at the lowest rate, as far as there is any. It grows with the size alone,
/// is rounded down, and is no more than what the part's margin falls by, whichever goes first: so
/// all parts of all positions together, and free cash, are no more than there is.
LOCKSTEP_HD constexpr int128 loss_covered(account_row const& a, listing_row const& l,
                                          std::int64_t size) {
    std::uint32_t const initial = a.isolated_ppm > l.initial_ppm ? a.isolated_ppm : l.initial_ppm;
    return as_far_as_there(
        a, share_ppm(notional(l, size, l.mark.nanos, rounding::down),
                     is_liquidated(a) ? l.maintenance_ppm : initial, rounding::down));
}

/// What all orders on a position may together lose of its margin: with tiers that of the worst
/// position to which its open orders lead.
LOCKSTEP_HD constexpr int128 margin_at_stake(account_row const& a, listing_row const& l,
                                             tier_row const* tiers, position_row const& p) {
    position_check const check = check_position(l, tiers, p, a.isolated_ppm);
    return as_far_as_there(a, (is_liquidated(a) ? check.maintenance : check.initial) - check.owed);
}

/// The worst price at which `size` may be closed so that the account's ratio of equity to
/// maintenance margin does not fall: mark less (sold) or plus (bought) the allowed loss per
/// contract, to the tick, in the account's favour; at least one tick. A fee that is due beside
/// is paid from the same share, as far as it goes. Zero when the instrument has no price to compute
/// one from.
LOCKSTEP_HD constexpr std::int64_t bankruptcy_price(account_row const& a, listing_row const& l,
                                                    tier_row const* tiers, position_row const& p,
                                                    std::int64_t size, part which, int128 fee = 0) {
    if (size <= 0 || l.mark.nanos <= 0 || p.size.nanos == 0) return 0;
    bool const sells = p.size.nanos > 0;
    bool const inverse_future =
        l.contract.settle == settlement::inverse && l.contract.kind != instrument_kind::option;
    int128 const allowed = loss_allowed(a, l, tiers, p, size, which);
    int128 const loss = allowed <= 0 ? allowed : allowed > fee ? allowed - fee : 0;
    int128 limit = 0;
    if (inverse_future) {
        // size / price is coin: the closing value may differ from the mark's by the loss.
        int128 const at_mark = divide(static_cast<int128>(size) * nanos_per_unit, l.mark.nanos,
                                      sells ? rounding::up : rounding::down);
        int128 const coins = sells ? at_mark + loss : at_mark - loss;
        if (coins <= 0) return sells ? l.tick.nanos : 0;
        limit = divide(static_cast<int128>(size) * nanos_per_unit, coins,
                       sells ? rounding::up : rounding::down);
    } else {
        int128 const apart = divide(loss * nanos_per_unit, size, rounding::down);
        limit = sells ? l.mark.nanos - apart : l.mark.nanos + apart;
    }
    int128 const ticks = divide(limit, l.tick.nanos, sells ? rounding::up : rounding::down);
    int128 const price = ticks * l.tick.nanos;
    if (price < l.tick.nanos) return l.tick.nanos;
    return narrow(price).value;
}

/// Who is deleveraged first: gain as a share of the cost, times notional as a share of equity, in
/// billionths; holders without a gain or without equity come last. Published, and computed from
/// rows alone, so that anyone can compute it again. Options, which carry no cost, rank by leverage.
LOCKSTEP_HD constexpr std::int64_t deleverage_rank(account_row const& a, listing_row const& l,
                                                   position_row const& p) {
    int128 const equity = equity_of(a);
    std::int64_t const held = magnitude(p.size.nanos);
    int128 const value = notional(l, held, l.mark.nanos, rounding::down);
    if (equity <= 0 || held == 0) return 0;
    std::int64_t const leverage =
        narrow(divide(narrow(value).value * int128{nanos_per_unit}, equity, rounding::down)).value;
    if (l.contract.kind == instrument_kind::option) return leverage;
    int128 const gain = future_gain(l, p, l.mark.nanos);
    int128 const cost = p.cost.nanos < 0 ? -static_cast<int128>(p.cost.nanos) : p.cost.nanos;
    if (gain <= 0 || cost == 0) return 0;
    std::int64_t const profit =
        narrow(divide(narrow(gain).value * int128{nanos_per_unit}, cost, rounding::down)).value;
    return narrow(divide(static_cast<int128>(profit) * leverage, nanos_per_unit, rounding::down))
        .value;
}

}  // namespace lockstep::liquidation

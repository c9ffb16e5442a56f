// Margin of perpetuals by leverage, dYdX and Hyperliquid style: requirements are shares of
// notional, a position is liquidated when the account's net value falls below them, at a price
// between fair and bankrupt. All of it is integers: quantities in base quantums, amounts in quote
// quantums, prices as fractions; nothing is divided where a verdict is made.
//
// Source: dYdX v4 (rounding and signs from its published test rows, data/reference/
// dydx_v4_liquidation.csv); the liquidation price of a single position from Hyperliquid's
// documentation. Names: NC net collateral (TNC of the account), PNNV net notional value of the
// position (signed), PMMR / TMMR maintenance margin of the position / the account.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/money.h"

namespace lockstep::leverage {

/// A price as numerator / denominator: quote quantums for base quantums.
struct fraction {
    int128 numerator, denominator;  // denominator > 0
};

/// Shares of notional. The maintenance share is a part of the initial one.
struct tier {
    std::int64_t initial_ppm;
    std::int64_t maintenance_of_initial_ppm;
};

/// What a position is worth and asks for, in quote quantums.
struct position_risk {
    int128 notional;     // signed, toward zero
    int128 initial;      // >= 0, rounded up
    int128 maintenance;  // >= 0, rounded up
};

/// The account: net collateral = quote balance + all notionals, and its maintenance requirement.
struct account_risk {
    int128 net_collateral;
    int128 maintenance;
};

enum class liquidation_status : std::uint8_t {
    computed = 0,
    size_delta_is_zero,
    size_delta_does_not_close,  // of the position's own sign, or larger than it
    amount_overflows,
};

struct liquidation_quote {
    int128 quantums;
    liquidation_status status;
};

LOCKSTEP_HD constexpr int128 magnitude(int128 x) { return x < 0 ? -x : x; }

/// IMR = ceil(|q| p IMF), MMR = ceil(IMR x share). `size` in base quantums.
LOCKSTEP_HD constexpr position_risk risk_of(std::int64_t size, fraction price, tier const& t) {
    int128 const value = magnitude(size) * price.numerator;
    int128 const whole = value / price.denominator;
    position_risk risk{};
    risk.notional = size < 0 ? -whole : whole;
    risk.initial = divide(value * t.initial_ppm, price.denominator * ppm, rounding::up);
    risk.maintenance = divide(risk.initial * t.maintenance_of_initial_ppm, ppm, rounding::up);
    return risk;
}

/// An initial share that grows with open interest: base + (1 - base) (OI - lower) / (upper -
/// lower), rounded up, held between base and one.
LOCKSTEP_HD constexpr std::int64_t scaled_initial_ppm(std::int64_t base_ppm, int128 open_interest,
                                                      int128 lower, int128 upper) {
    if (open_interest <= lower || upper <= lower) return base_ppm;
    if (open_interest >= upper) return ppm;
    return base_ppm + static_cast<std::int64_t>(divide((ppm - base_ppm) * (open_interest - lower),
                                                       upper - lower, rounding::up));
}

LOCKSTEP_HD constexpr bool is_liquidatable(account_risk const& a) {
    return a.maintenance > 0 && a.net_collateral < a.maintenance;
}

/// A change of size must close some or all of the position.
LOCKSTEP_HD constexpr liquidation_status refuse_delta(std::int64_t size, std::int64_t delta) {
    if (delta == 0) return liquidation_status::size_delta_is_zero;
    bool const same_way = (size > 0) == (delta > 0);
    if (size == 0 || same_way || magnitude(delta) > magnitude(size))
        return liquidation_status::size_delta_does_not_close;
    return liquidation_status::computed;
}

/// What the account must receive for changing its position by `delta` so that it ends with nothing
/// when all of it is closed so: -dNNV - floor(TNC |dMMR| / TMMR). Rounded up: the insurance fund
/// never pays by rounding.
LOCKSTEP_HD constexpr liquidation_quote bankruptcy_quote(std::int64_t size, std::int64_t delta,
                                                         fraction price, tier const& t,
                                                         account_risk const& a) {
    liquidation_status const refused = refuse_delta(size, delta);
    if (refused != liquidation_status::computed) return {0, refused};
    position_risk const before = risk_of(size, price, t);
    position_risk const after = risk_of(size + delta, price, t);
    int128 const notional_change = after.notional - before.notional;
    int128 const released = magnitude(after.maintenance - before.maintenance);
    int128 const share = divide(a.net_collateral * released, a.maintenance, rounding::down);
    return {-notional_change - share, liquidation_status::computed};
}

/// A share in its lowest terms, so that products with it stay small.
LOCKSTEP_HD constexpr fraction reduced(int128 numerator, int128 denominator) {
    int128 a = numerator, b = denominator;
    while (b != 0) {
        int128 const rest = a % b;
        a = b;
        b = rest;
    }
    return a == 0 ? fraction{0, 1} : fraction{numerator / a, denominator / a};
}

/// The worst price at which a liquidation may trade: fair price moved toward the account's loss by
/// clamp(BA (1 - TNC / TMMR), 0, 1) x spread x PMMR. A fraction with a positive denominator; exact,
/// but that a clamped share without small terms counts to 1e-12, so that 128 bits hold the products
/// with any notional of 64. Sizes and prices as in risk_of.
LOCKSTEP_HD constexpr fraction fillable_price(std::int64_t size, fraction price, tier const& t,
                                              account_risk const& a,
                                              std::int64_t bankruptcy_adjustment_ppm,
                                              std::int64_t spread_to_maintenance_ppm) {
    position_risk const risk = risk_of(size, price, t);
    int128 const lacking = a.maintenance > a.net_collateral ? a.maintenance - a.net_collateral : 0;
    fraction const adjustment = reduced(bankruptcy_adjustment_ppm, ppm);
    fraction share =
        reduced(adjustment.numerator * lacking, adjustment.denominator * a.maintenance);
    if (share.numerator > share.denominator) share = {1, 1};
    constexpr int128 finest = 1'000'000'000'000;
    if (share.denominator > finest)
        share = {divide(share.numerator * finest, share.denominator, rounding::down), finest};
    fraction const spread = reduced(spread_to_maintenance_ppm, ppm);
    // (PNNV - share x spread x PMMR) / size, both signed by the size
    int128 const whole = share.denominator * spread.denominator;
    int128 const numerator =
        risk.notional * whole - share.numerator * spread.numerator * risk.maintenance;
    return size < 0 ? fraction{-numerator, -whole * size} : fraction{numerator, whole * size};
}

/// What a liquidation pays to the insurance fund (positive) or takes from it: at most `fee_max_ppm`
/// of what was traded, and nothing that would leave the account below bankruptcy. `fill_quote` is
/// what the fill moves, signed as the account sees it.
LOCKSTEP_HD constexpr liquidation_quote insurance_delta(int128 fill_quote,
                                                        liquidation_quote bankruptcy,
                                                        std::int64_t fee_max_ppm) {
    if (bankruptcy.status != liquidation_status::computed) return bankruptcy;
    int128 const over = fill_quote - bankruptcy.quantums;
    if (over <= 0) return {over, liquidation_status::computed};
    int128 const fee = magnitude(fill_quote) * fee_max_ppm / ppm;
    return {over < fee ? over : fee, liquidation_status::computed};
}

/// Where a position's account runs out of maintenance margin, in price units. At zero or below: a
/// long is never liquidated there, and a short always.
///   price - side x available / size / (1 - l x side),  l = 1 / (2 x maximum leverage)
/// The one formula here in doubles: it is shown to people and decides nothing.
LOCKSTEP_HD double liquidation_price(double price, double size, double available,
                                     double leverage_max) {
    double const side = size < 0 ? -1.0 : 1.0;
    double const l = 0.5 / leverage_max;
    return price - side * available / (size * side) / (1.0 - l * side);
}

}  // namespace lockstep::leverage

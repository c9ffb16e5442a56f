// SPAN: sixteen scenarios of price and volatility, a loss array for every contract, and charges and
// credits between months and between commodities. Arrays and amounts are integers in nanos of the
// performance-bond currency; a positive array value is a loss of one long contract.
//
// Source: CME's own slides and report notes on SPAN; the array of McMillan, Options as a Strategic
// Investment, chapter 34, and one of NSE Clearing (data/reference/span_risk_arrays.json). The
// weights of the composite delta are those of the exchange's parameter files; the one of the centre
// is from memory and the only value that makes them sum to one.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/decimal.h"
#include "pricing/base/money.h"
#include "pricing/base/quantise.h"
#include "pricing/base/view.h"
#include "pricing/model/black.h"

namespace lockstep::span {

inline constexpr std::uint32_t scenario_count = 16;

/// Price moves in thirds of the scan range; scenarios 15 and 16 are the extreme moves, of which a
/// part is covered. Odd scenarios raise the vol, even ones lower it, extreme ones leave it.
struct scenario {
    int thirds;  // of the price scan range; +-3 x multiple when extreme
    int vol;     // +1, -1, 0
    bool extreme;
};

inline constexpr scenario scenarios[scenario_count] = {
    {0, 1, false},  {0, -1, false},  {1, 1, false}, {1, -1, false},
    {-1, 1, false}, {-1, -1, false}, {2, 1, false}, {2, -1, false},
    {-2, 1, false}, {-2, -1, false}, {3, 1, false}, {3, -1, false},
    {-3, 1, false}, {-3, -1, false}, {3, 0, true},  {-3, 0, true}};

/// Scan ranges of one combined commodity and month.
struct scan_range {
    double price = 0;             // one price scan range, in price units
    double vol = 0;               // one vol scan range, absolute
    double extreme_multiple = 0;  // 2 or 3
    double extreme_cover = 0;     // 0.35 or 0.33: the part of an extreme loss that counts
    double look_ahead_years = 0;
};

/// A contract as it is priced for its array: a future, or an option on one.
struct contract {
    double forward = 0, strike = 0, years = 0, vol = 0, rate = 0;
    double value_of_point = 0;  // money per price unit of one contract
    double carry = 0;           // by how much the forward falls over the look-ahead
    bool is_option = false, is_call = false;
};

/// Losses of one long contract, its value, and its delta in contracts of the future.
struct risk_array {
    std::int64_t losses[scenario_count];
    std::int64_t value;
    double composite_delta;
};

LOCKSTEP_HD double contract_price(contract const& c, double forward, double vol, double years) {
    if (!c.is_option) return forward;
    option_inputs const in{.underlying = forward > 0 ? forward : 0.0,
                           .strike = c.strike,
                           .time = years > 0 ? years : 0.0,
                           .rate = c.rate,
                           .dividend = 0,
                           .vol = vol > 0 ? vol : 0.0,
                           .flags = c.is_call ? 0u : std::uint64_t{option_flag::put}};
    return value_option(in, option_depth::price).price;
}

/// Of one long future of the same forward, in units of contracts.
LOCKSTEP_HD double contract_delta(contract const& c, double forward, double years) {
    if (!c.is_option) return 1.0;
    option_inputs const in{.underlying = forward > 0 ? forward : 0.0,
                           .strike = c.strike,
                           .time = years > 0 ? years : 0.0,
                           .rate = c.rate,
                           .dividend = 0,
                           .vol = c.vol,
                           .flags = c.is_call ? 0u : std::uint64_t{option_flag::put}};
    return value_option(in, option_depth::first_greeks).delta;
}

/// Price points at -1, -2/3, ... +1 scan ranges, weighted.
inline constexpr double delta_weights[7] = {0.037, 0.111, 0.217, 0.270, 0.217, 0.111, 0.037};

LOCKSTEP_HD double composite_delta(contract const& c, scan_range const& range) {
    double sum = 0;
    for (int i = 0; i < 7; ++i) {
        double const forward = c.forward + (i - 3) * range.price / 3.0;
        sum += delta_weights[i] * contract_delta(c, forward, c.years - range.look_ahead_years);
    }
    return sum;
}

/// The whole array; losses rounded up to a nano, but never beyond what there is to lose: the value
/// of an option. A value that does not fit comes back flagged.
LOCKSTEP_HD bool make_array(contract const& c, scan_range const& range, risk_array& array) {
    double const now = contract_price(c, c.forward, c.vol, c.years);
    double const later = c.years - range.look_ahead_years;
    checked_int64 const value = quantise(now * c.value_of_point, 1e9, rounding::down);
    bool fits = true;
    for (std::uint32_t s = 0; s < scenario_count; ++s) {
        scenario const& sc = scenarios[s];
        double const multiple = sc.extreme ? range.extreme_multiple : 1.0;
        double const moved = c.forward + sc.thirds * range.price * multiple / 3.0;
        double const loss =
            now - contract_price(c, moved - c.carry, c.vol + sc.vol * range.vol, later);
        double const counted = sc.extreme ? loss * range.extreme_cover : loss;
        checked_int64 const nanos = quantise(counted * c.value_of_point, 1e9, rounding::up);
        bool const all = c.is_option && nanos.value > value.value;
        array.losses[s] = all ? value.value : nanos.value;
        fits = fits && !nanos.overflowed;
    }
    array.value = c.is_option ? value.value : 0;  // a future's gains are paid daily
    array.composite_delta = composite_delta(c, range);
    return fits && !value.overflowed;
}

// ---- one combined commodity ---------------------------------------------------------------------

/// The largest loss over the scenarios, never below zero, and the one that makes it: of equals, the
/// first. `sums` holds the sixteen sums of contracts x losses.
struct scan_result {
    int128 risk;
    std::uint32_t active;
};

LOCKSTEP_HD scan_result scan_risk(int128 const* sums) {
    scan_result found{0, 0};
    for (std::uint32_t s = 0; s < scenario_count; ++s)
        if (sums[s] > found.risk) found = {sums[s], s};
    return found;
}

/// The scenario with the same price move and the opposite vol; extreme ones are their own.
LOCKSTEP_HD std::uint32_t paired(std::uint32_t s) { return s < 14 ? s ^ 1u : s; }

/// Splits the active scenario's loss: what time and vol alone do (the average of scenarios 1 and 2;
/// half the difference to the paired one), and what is left is the risk of the price.
LOCKSTEP_HD int128 price_risk(int128 const* sums, scan_result const& scan) {
    int128 const time = divide(sums[0] + sums[1], 2, rounding::down);
    int128 const vol = divide(sums[scan.active] - sums[paired(scan.active)], 2, rounding::down);
    int128 const left = scan.risk - time - vol;
    return left > 0 ? left : 0;
}

/// One spread between months: legs of a long and a short tier, how much delta one spread uses of
/// each, and its rate.
struct calendar_spread {
    std::uint32_t tier_a, tier_b;
    double deltas_a, deltas_b;  // per spread
    std::int64_t charge;        // nanos for one spread
};

/// Forms spreads in order of priority, using up the tiers' net deltas; returns the charge. Spreads
/// are counted in whole and broken numbers: delta is not an integer.
LOCKSTEP_HD int128 calendar_charge(view<double> tier_deltas, view<calendar_spread const> spreads) {
    int128 total = 0;
    for (calendar_spread const& spread : spreads) {
        double& a = tier_deltas[spread.tier_a];
        double& b = tier_deltas[spread.tier_b];
        if (!(a * b < 0)) continue;
        double const of_a = (a < 0 ? -a : a) / spread.deltas_a;
        double const of_b = (b < 0 ? -b : b) / spread.deltas_b;
        double const formed = of_a < of_b ? of_a : of_b;
        double const sign = a < 0 ? -1.0 : 1.0;
        a -= sign * formed * spread.deltas_a;
        b += sign * formed * spread.deltas_b;
        total += quantise(formed * static_cast<double>(spread.charge), 1.0, rounding::up).value;
    }
    return total;
}

/// Everything that the last formula takes, in nanos.
struct commodity_amounts {
    int128 scan = 0;
    int128 calendar = 0;
    int128 delivery = 0;       // of contracts in their delivery month
    int128 credit = 0;         // between commodities
    int128 short_minimum = 0;  // short options x their rate
    int128 option_value = 0;   // net: bought less sold
};

/// max(scan + calendar + delivery - credit, minimum of short options), times a ratio in thousandths
/// (initial to maintenance), - net option value, >= 0. Source: CME, PB Requirement Listing: the SPAN
/// requirement is split into maintenance and initial before the option value is taken off.
LOCKSTEP_HD int128 requirement(commodity_amounts const& a, std::uint32_t thousandths = 1000) {
    int128 const risk = a.scan + a.calendar + a.delivery - a.credit;
    int128 const held = risk > a.short_minimum ? risk : a.short_minimum;
    int128 const total = divide(held * thousandths, 1000, rounding::up) - a.option_value;
    return total > 0 ? total : 0;
}

// ---- between commodities ------------------------------------------------------------------------

/// Weighted price risk: what one delta of a commodity risks.
LOCKSTEP_HD double weighted_price_risk(int128 price_risk_nanos, double net_delta) {
    double const size = net_delta < 0 ? -net_delta : net_delta;
    return size > 0 ? static_cast<double>(price_risk_nanos) / size : 0.0;
}

/// One leg's credit: weighted price risk x deltas used x share, rounded down.
LOCKSTEP_HD int128 spread_credit(double weighted_risk, double deltas, double share) {
    return quantise(weighted_risk * deltas * share, 1.0, rounding::down).value;
}

}  // namespace lockstep::span

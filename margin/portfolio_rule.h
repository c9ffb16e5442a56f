// The rule of portfolio margin: exact sums over a netting set's positions in, a requirement out.
// Deribit-style: worst of 27 + 8 scenarios after the dampening of extended moves and the offset of
// gains, plus roll shock, delta shock and add-ons. All of it is integers, and pure, so that one
// text serves the serial specification, the vector lanes and the device.
//
// Rounding. The worst scenario's loss is rounded to the nearest nano, ties up, before anything is
// added to it (so do the exchange's own published figures). Every other part of a requirement is
// rounded up and every credit (gains, dampeners, values) down, once, at the end of its formula.
#pragma once

#include <cstdint>

#include "margin/portfolio.h"
#include "pricing/base/decimal.h"

namespace lockstep {

// ---- amounts ------------------------------------------------------------------------------------

/// Decimal places by which a sum is finer than a nano; may be negative.
LOCKSTEP_HD int places_below_nano(margin_rules const& rules, int lot_exponent) {
    return rules.places - lot_exponent;
}

/// A sum in units of 10^-(places dropped) of its own, rounded as asked.
LOCKSTEP_HD checked_int128 drop_places(int128 sum, int places, rounding direction) {
    if (places >= 0) return {divide_by_power_of_ten(sum, places, direction), false};
    return multiply_by_power_of_ten(sum, -places);
}

/// The same to the nearest, ties up: one digit more is kept, then five of it added.
LOCKSTEP_HD checked_int128 drop_places_nearest(int128 sum, int places) {
    if (places <= 0) return drop_places(sum, places, rounding::down);
    return {divide_by_power_of_ten(divide_by_power_of_ten(sum, places - 1, rounding::down) + 5, 1,
                                   rounding::down),
            false};
}

/// Writes what fits and flags what does not.
LOCKSTEP_HD money settle_amount(checked_int128 amount, std::uint16_t& flags) {
    checked_int64 fitted = narrow(amount.value);
    if (amount.overflowed || fitted.overflowed) flags |= margin_flag::amount_does_not_fit;
    return {fitted.value};
}

// ---- scenarios ----------------------------------------------------------------------------------

/// A rule's dampener in the units of a set's sums, rounded down: it is a credit to losses. Where it
/// leaves Integer it is beyond every sum, and the bound does the same.
template <class Integer>
LOCKSTEP_HD Integer dampener_of(margin_rules const& rules, std::uint32_t scenario,
                                int lot_exponent) {
    checked_int128 exact = drop_places(rules.dampener[scenario], lot_exponent - 9, rounding::down);
    if constexpr (sizeof(Integer) == 8) return narrow(exact.value).value;
    return static_cast<Integer>(exact.value);
}

/// A gain or loss pulled toward zero, never across.
template <class Integer>
LOCKSTEP_HD Integer dampen(Integer gain, Integer dampener) {
    Integer above = gain > dampener ? gain - dampener : Integer{0};
    Integer below = gain < -dampener ? gain + dampener : Integer{0};
    return gain > 0 ? above : below;
}

/// Scenarios in order of gain; of equals, the lower id is worse.
template <class Integer>
struct scenario_gain {
    Integer gain;
    std::uint32_t id;
};

template <class Integer>
LOCKSTEP_HD bool is_worse(scenario_gain<Integer> a, scenario_gain<Integer> b) {
    return a.gain < b.gain || (a.gain == b.gain && a.id < b.id);
}

template <class Integer>
struct worst_scenarios {
    scenario_gain<Integer> worst, second;
};

template <class Integer>
LOCKSTEP_HD constexpr scenario_gain<Integer> no_gain() {
    constexpr int bits = static_cast<int>(8 * sizeof(Integer)) - 2;
    return {static_cast<Integer>((static_cast<Integer>(1) << bits) - 1 +
                                 (static_cast<Integer>(1) << bits)),
            no_scenario};
}

template <class Integer>
LOCKSTEP_HD void consider(worst_scenarios<Integer>& found, scenario_gain<Integer> candidate) {
    if (is_worse(candidate, found.worst)) {
        found.second = found.worst;
        found.worst = candidate;
    } else if (is_worse(candidate, found.second)) {
        found.second = candidate;
    }
}

/// What a scenario's dampened sum counts for, in trillionths of the settle asset: a loss whole, a
/// gain in part, each rounded against the account.
LOCKSTEP_HD checked_int128 counted_gain_1e12(int128 gain, margin_rules const& rules,
                                             int lot_exponent) {
    checked_int128 exact =
        drop_places(gain, places_below_nano(rules, lot_exponent) - 3, rounding::down);
    if (exact.value <= 0) return exact;
    int128 const most = static_cast<int128>(rules.gain_max_nanos) * 1000;
    int128 const room = int128_bound / nanos_per_unit;
    int128 const held = exact.value < room ? exact.value : room;
    int128 const part = divide_by_power_of_ten(held * rules.gain_offset_ppb, 9, rounding::down);
    return {part < most ? part : most, exact.overflowed};
}

/// The loss in a scenario, in nanos: a true loss to the nearest, a gain (below zero) as counted.
LOCKSTEP_HD checked_int128 counted_loss(int128 gain, margin_rules const& rules, int lot_exponent) {
    if (gain < 0) return drop_places_nearest(-gain, places_below_nano(rules, lot_exponent));
    checked_int128 counted = counted_gain_1e12(gain, rules, lot_exponent);
    return {-divide_by_power_of_ten(counted.value, 3, rounding::down), counted.overflowed};
}

// ---- shocks beside the scenarios ----------------------------------------------------------------

/// One bucket's part of the roll shock, |net delta| x rate in 1e-24 of the settle asset.
LOCKSTEP_HD checked_int128 roll_part(int128 delta, std::int64_t rate, margin_rules const& rules,
                                     int lot_exponent) {
    checked_int128 size = drop_places(delta < 0 ? -delta : delta,
                                      places_below_nano(rules, lot_exponent) - 3, rounding::up);
    // 64 parts below 2^119 stay below 2^125; the product in doubles is within 2^-51 of the truth.
    bool fits = static_cast<double>(size.value) * static_cast<double>(rate) < 0x1p118;
    if (size.overflowed || !fits) return {static_cast<int128>(1) << 119, true};
    return {size.value * rate, false};
}

/// Extra charge for a net delta beyond a threshold: min(excess x |delta| x increment, share x
/// |delta| x index), in USD, converted at the index for coins. Source: a third party's reading of
/// the exchange, unverified; both published captures have 0 here.
LOCKSTEP_HD checked_int128 delta_shock(money net_delta, margin_rules const& rules) {
    int128 const delta = net_delta.nanos < 0 ? -static_cast<int128>(net_delta.nanos)
                                             : static_cast<int128>(net_delta.nanos);
    int128 const exposure = divide_by_power_of_ten(delta * rules.index_nanos, 9, rounding::up);
    int128 const excess = exposure - rules.delta_shock_threshold_nanos;
    if (excess <= 0 || rules.delta_shock_increment_1e12 == 0) return {0, false};
    bool const coin = rules.settle == settlement::inverse;
    int128 const whole = coin ? delta : exposure;  // both in nanos of the settle asset
    int128 const most =
        narrow(divide_by_power_of_ten(
                   narrow(whole).value * static_cast<int128>(rules.delta_shock_max_ppb), 9,
                   rounding::up))
            .value;
    int128 const share =
        narrow(divide_by_power_of_ten(
                   narrow(excess).value * static_cast<int128>(rules.delta_shock_increment_1e12), 12,
                   rounding::up))
            .value;  // of one whole unit of delta, in nanos of USD
    int128 const charge_usd = divide_by_power_of_ten(share * delta, 9, rounding::up);
    int128 const charge =
        coin ? divide(narrow(charge_usd).value * static_cast<int128>(nanos_per_unit),
                      rules.index_nanos, rounding::up)
             : charge_usd;
    return {charge < most ? charge : most, false};
}

// ---- the rule -----------------------------------------------------------------------------------

/// What the rule has taken from the sums, lane by lane or all at once: then `requirement` adds up.
struct margin_parts {
    checked_int128 worst_loss, second_worst_loss;  // nanos
    checked_int128 roll_1e24;
    money sensitivities[sensitivity_count];
    std::uint32_t worst_scenario, second_worst_scenario;
    std::uint32_t positions;
    std::uint16_t flags;
};

LOCKSTEP_HD margin_row requirement(margin_parts const& parts, margin_rules const& rules,
                                   margin_addons const& addons) {
    margin_row row{};
    std::uint16_t flags = parts.flags;
    row.worst_loss = settle_amount(parts.worst_loss, flags);
    row.second_worst_loss = settle_amount(parts.second_worst_loss, flags);
    for (std::uint32_t j = 0; j < sensitivity_count; ++j)
        row.sensitivities[j] = parts.sensitivities[j];

    int128 const roll_1e12 = divide_by_power_of_ten(parts.roll_1e24.value, 12, rounding::up);
    row.roll_shock = settle_amount(
        {divide_by_power_of_ten(roll_1e12, 3, rounding::up), parts.roll_1e24.overflowed}, flags);
    row.delta_shock = settle_amount(
        delta_shock(parts.sensitivities[static_cast<int>(sensitivity::delta)], rules), flags);

    int128 const loss = row.worst_loss.nanos > 0 ? row.worst_loss.nanos : 0;
    int128 const matrix_1e12 =
        (loss + row.delta_shock.nanos + addons.contingency.nanos) * 1000 + roll_1e12;
    int128 const matrix = divide_by_power_of_ten(matrix_1e12, 3, rounding::up);
    row.risk_matrix_margin = settle_amount({matrix, false}, flags);
    row.initial_margin =
        settle_amount({matrix + addons.open_orders.nanos + addons.mmp.nanos, false}, flags);
    row.maintenance_margin = settle_amount(
        {divide_by_power_of_ten(matrix_1e12 * rules.maintenance_ppb, 12, rounding::up), false},
        flags);
    row.worst_scenario = static_cast<std::uint8_t>(parts.worst_scenario);
    row.second_worst_scenario = static_cast<std::uint8_t>(parts.second_worst_scenario);
    row.flags = flags;
    row.positions = parts.positions;
    return row;
}

/// One sensitivity's sum in nanos of its unit; a credit where it is one, so rounded down.
template <class Integer>
LOCKSTEP_HD money sensitivity_nanos(Integer sum, margin_rules const& rules, int lot_exponent,
                                    std::uint16_t& flags) {
    return settle_amount(drop_places(sum, places_below_nano(rules, lot_exponent), rounding::down),
                         flags);
}

/// The whole rule, serially: the specification that the lanes and the device must equal.
template <class Integer>
LOCKSTEP_HD margin_row portfolio_margin(portfolio_sums<Integer> const& sums,
                                        margin_rules const& rules, margin_addons const& addons) {
    int const lot = sums.lot_exponent;
    worst_scenarios<Integer> found{no_gain<Integer>(), no_gain<Integer>()};
    for (std::uint32_t s = 0; s < rules.scenarios; ++s) {
        Integer const gain = sums.scenarios[s];
        bool const plain = rules.dampener[s] == 0;
        consider(found, {plain ? gain : dampen(gain, dampener_of<Integer>(rules, s, lot)), s});
    }
    margin_parts parts{};
    parts.flags = sums.flags;
    parts.positions = sums.positions;
    parts.worst_scenario = found.worst.id;
    parts.second_worst_scenario = found.second.id;
    if (found.worst.id != no_scenario)
        parts.worst_loss = counted_loss(found.worst.gain, rules, lot);
    if (found.second.id != no_scenario)
        parts.second_worst_loss = counted_loss(found.second.gain, rules, lot);
    for (std::uint32_t j = 0; j < sensitivity_count; ++j)
        parts.sensitivities[j] = sensitivity_nanos(sums.sensitivities[j], rules, lot, parts.flags);
    for (std::uint32_t b = 0; b < expiry_buckets_max; ++b) {
        if ((sums.buckets >> b & 1u) == 0) continue;
        checked_int128 const part =
            roll_part(sums.bucket_deltas[b], rules.roll_rate[b], rules, lot);
        parts.roll_1e24.value += part.value;
        parts.roll_1e24.overflowed = parts.roll_1e24.overflowed || part.overflowed;
    }
    return requirement(parts, rules, addons);
}

}  // namespace lockstep

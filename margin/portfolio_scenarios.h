// What the scenarios of a netting set count for: sums pulled toward zero where a move is extended,
// the worst two of them, and of those a loss whole and a gain in part.
#pragma once

#include <cstdint>

#include "margin/portfolio_amounts.h"

namespace lockstep {

/// Brings a rule's dampeners into the units of a set's sums, rounded down: they are a credit to
/// losses. Where one leaves Integer it is beyond every sum, and the bound does the same.
struct dampener_scale {
    std::int64_t factor;  // for lots below a contract
    int places;           // for lots above one
};

LOCKSTEP_HD dampener_scale dampener_scale_of(int lot_exponent) {
    std::int64_t factor = 1;
    for (int i = lot_exponent; i < 9; ++i) factor *= 10;
    return {factor, lot_exponent > 9 ? lot_exponent - 9 : 0};
}

template <class Integer>
LOCKSTEP_HD Integer dampener_in_sums(std::int64_t dampener, dampener_scale scale) {
    std::int64_t const whole = scale.places == 0
                                   ? dampener
                                   : divide_by_power_of_ten(dampener, scale.places, rounding::down);
    int128 const exact = static_cast<int128>(whole) * scale.factor;
    if constexpr (sizeof(Integer) == 8)
        return exact > int64_max ? int64_max : static_cast<Integer>(exact);
    return static_cast<Integer>(exact);
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
LOCKSTEP_HD constexpr Integer integer_max() {
    constexpr Integer top = static_cast<Integer>(1) << (8 * sizeof(Integer) - 2);
    return top - 1 + top;
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

/// The worst two of `count` gains; the array is padded to a multiple of eight with integer_max.
/// Four passes without a branch: a compiler runs each on eight scenarios at a time.
template <class Integer>
LOCKSTEP_HD worst_scenarios<Integer> find_worst(Integer const* gains, std::uint32_t count) {
    std::uint32_t const padded = (count + 7u) / 8u * 8u;
    worst_scenarios<Integer> found{{integer_max<Integer>(), no_scenario},
                                   {integer_max<Integer>(), no_scenario}};
    Integer low = integer_max<Integer>(), next = low;
    for (std::uint32_t s = 0; s < padded; ++s) low = gains[s] < low ? gains[s] : low;
    std::uint64_t id = no_scenario;
    for (std::uint64_t s = padded; s-- > 0;) id = gains[s] == low ? s : id;
    for (std::uint64_t s = 0; s < padded; ++s) {
        Integer const other = s == id ? integer_max<Integer>() : gains[s];
        next = other < next ? other : next;
    }
    std::uint64_t id_next = no_scenario;
    for (std::uint64_t s = padded; s-- > 0;) id_next = gains[s] == next && s != id ? s : id_next;
    if (count > 0) found.worst = {low, static_cast<std::uint32_t>(id)};
    if (count > 1) found.second = {next, static_cast<std::uint32_t>(id_next)};
    return found;
}

/// What a scenario's dampened sum counts for, in trillionths of the settle asset: a loss whole, a
/// gain in part, each rounded against the account.
template <class Integer>
LOCKSTEP_HD checked_int128 counted_gain_1e12(Integer gain, margin_rules const& rules,
                                             int lot_exponent) {
    checked_int128 exact =
        drop_places(gain, places_below_nano(rules, lot_exponent) - 3, rounding::down);
    if (exact.value <= 0) return exact;
    int128 const most = static_cast<int128>(rules.gain_max_nanos) * 1000;
    int128 const room = int128_bound / nanos_per_unit;
    int128 const held = exact.value < room ? exact.value : room;
    int128 const part = divide_by_power_of_ten<9>(held * rules.gain_offset_ppb, rounding::down);
    return {part < most ? part : most, exact.overflowed};
}

/// The loss in a scenario, in nanos: a true loss to the nearest, a gain (below zero) as counted.
template <class Integer>
LOCKSTEP_HD checked_int128 counted_loss(Integer gain, margin_rules const& rules, int lot_exponent) {
    if (gain < 0)
        return drop_places_nearest(static_cast<Integer>(-gain),
                                   places_below_nano(rules, lot_exponent));
    if (gain == 0) return {0, false};
    checked_int128 counted = counted_gain_1e12(gain, rules, lot_exponent);
    return {-divide_by_power_of_ten<3>(counted.value, rounding::down), counted.overflowed};
}

}  // namespace lockstep

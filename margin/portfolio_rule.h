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

#include "margin/portfolio_amounts.h"
#include "margin/portfolio_scenarios.h"

namespace lockstep {

// ---- shocks beside the scenarios ----------------------------------------------------------------

/// One bucket's part of the roll shock, |net delta| x rate in 1e-24 of the settle asset.
template <class Integer>
LOCKSTEP_HD checked_int128 roll_part(Integer delta, std::int64_t rate, margin_rules const& rules,
                                     int lot_exponent) {
    checked_int128 size = drop_places(static_cast<Integer>(delta < 0 ? -delta : delta),
                                      places_below_nano(rules, lot_exponent) - 3, rounding::up);
    // A rate is below 2^58, and what was narrow below 2^62: the sum of 64 such parts fits.
    if constexpr (sizeof(Integer) == 8) return {size.value * rate, false};
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
    if (delta * rules.index_nanos <=
            static_cast<int128>(rules.delta_shock_threshold_nanos) * nanos_per_unit ||
        rules.delta_shock_increment_1e12 == 0)
        return {0, false};
    int128 const exposure = divide_by_power_of_ten<9>(delta * rules.index_nanos, rounding::up);
    int128 const excess = exposure - rules.delta_shock_threshold_nanos;
    bool const coin = rules.settle == settlement::inverse;
    int128 const whole = coin ? delta : exposure;  // both in nanos of the settle asset
    int128 const most =
        narrow(
            divide_by_power_of_ten<9>(
                narrow(whole).value * static_cast<int128>(rules.delta_shock_max_ppb), rounding::up))
            .value;
    int128 const share =
        narrow(divide_by_power_of_ten<12>(
                   narrow(excess).value * static_cast<int128>(rules.delta_shock_increment_1e12),
                   rounding::up))
            .value;  // of one whole unit of delta, in nanos of USD
    int128 const charge_usd = divide_by_power_of_ten<9>(share * delta, rounding::up);
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

    int128 const roll_1e12 = divide_by_power_of_ten<12>(parts.roll_1e24.value, rounding::up);
    row.roll_shock = settle_amount(
        {divide_by_power_of_ten<3>(roll_1e12, rounding::up), parts.roll_1e24.overflowed}, flags);
    row.delta_shock = settle_amount(
        delta_shock(parts.sensitivities[static_cast<int>(sensitivity::delta)], rules), flags);

    int128 const loss = row.worst_loss.nanos > 0 ? row.worst_loss.nanos : 0;
    int128 const matrix_1e12 =
        (loss + row.delta_shock.nanos + addons.contingency.nanos) * 1000 + roll_1e12;
    int128 const matrix = divide_by_power_of_ten<3>(matrix_1e12, rounding::up);
    row.risk_matrix_margin = settle_amount({matrix, false}, flags);
    row.initial_margin =
        settle_amount({matrix + addons.open_orders.nanos + addons.mmp.nanos, false}, flags);
    row.maintenance_margin = settle_amount(
        {divide_by_power_of_ten<12>(matrix_1e12 * rules.maintenance_ppb, rounding::up), false},
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
    Integer gains[scenarios_max];
    std::uint32_t const padded = (rules.scenarios + 7u) / 8u * 8u;
    for (std::uint32_t s = 0; s < padded; ++s)
        gains[s] = s < rules.scenarios ? sums.scenarios[s] : integer_max<Integer>();
    dampener_scale const scale = dampener_scale_of(lot);
    for (std::uint32_t s = rules.extended_begin; s < rules.scenarios; ++s)
        gains[s] = dampen(gains[s], dampener_in_sums<Integer>(rules.dampener[s], scale));
    worst_scenarios<Integer> const found = find_worst(gains, rules.scenarios);
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
    std::uint32_t b = 0;
    for (std::uint64_t rest = sums.buckets; rest != 0; rest >>= 1, ++b) {
        if ((rest & 1u) == 0) continue;
        checked_int128 const part =
            roll_part(sums.bucket_deltas[b], rules.roll_rate[b], rules, lot);
        parts.roll_1e24.value += part.value;
        parts.roll_1e24.overflowed = parts.roll_1e24.overflowed || part.overflowed;
    }
    return requirement(parts, rules, addons);
}

}  // namespace lockstep

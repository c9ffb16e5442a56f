// What decides about a netting set (value, initial and maintenance margin), from 64-bit sums and in
// 64 bits: the short road of portfolio_margin for the sets that are asked about on every tick. It
// leaves out what no verdict reads (ids, second worst loss, Greeks), and what is left is the same
// to the last bit. Where a bound does not prove that 64 bits hold an amount, it says so and the
// whole rule has to be asked.
//
// Products of two amounts are the only thing wider than 64 bits: a bucket's part of the roll shock
// is one 64 x 64 multiplication into a 128-bit sum, and the maintenance share is split by powers of
// ten, so that each half of the product fits.
#pragma once

#include <cstdint>

#include "margin/portfolio_rule.h"

namespace lockstep {

/// Sums that decide, in the units of portfolio_sums and below 2^62 in magnitude.
struct deciding_sums {
    std::int64_t worst_gain;  // dampened; zero where every scenario gains
    std::int64_t value, delta;
    uint128 roll_1e24;  // of all buckets, in 1e-24 of the settle asset
};

namespace detail {

/// Amounts up to here may be added to each other and multiplied by 1000 in 64 bits.
inline constexpr std::int64_t short_amount_max = std::int64_t{1} << 50;

/// n / 10^Places rounded up, for 0 <= n < 2^63; a power known to the compiler.
template <std::int64_t Divisor>
LOCKSTEP_HD std::int64_t divide_up(std::int64_t n) {
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(n) + (Divisor - 1)) / Divisor);
}

/// ceil(amount * ppb * 10^-12) for amounts below 2^62 and shares of at most one: with amount =
/// a 10^9 + b the product is (a ppb + b ppb / 10^9) 10^9, and ceil(ceil(x) / 1000) = ceil(x /
/// 1000).
LOCKSTEP_HD std::int64_t share_up_1e12(std::int64_t amount, std::int64_t ppb) {
    std::int64_t const a = amount / 1'000'000'000, b = amount % 1'000'000'000;
    return divide_up<1000>(a * ppb + divide_up<1'000'000'000>(b * ppb));
}

}  // namespace detail

/// One bucket's part of the roll shock, |net delta| x rate: below 2^120, and 64 of them below
/// 2^126.
LOCKSTEP_HD uint128 short_roll_part(std::int64_t delta, std::int64_t rate, int places) {
    std::int64_t const size =
        divide_by_power_of_ten(delta < 0 ? -delta : delta, places - 3, rounding::up);
    return static_cast<uint128>(static_cast<std::uint64_t>(size)) *
           static_cast<std::uint64_t>(rate);
}

/// A loss to the nearest nano, ties up, of a gain that is not above zero.
LOCKSTEP_HD std::int64_t nearest_loss(std::int64_t gain, int places) {
    std::int64_t const finer = divide_by_power_of_ten(-gain, places - 1, rounding::down) + 5;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(finer) / 10u);
}

/// What both short roads add up.
struct short_parts {
    std::int64_t loss, roll_1e12, shock, matrix_1e12;
};

/// `delta` is the set's in nanos. False when a bound does not prove that 64 bits hold every amount.
LOCKSTEP_HD bool add_up_shortly(deciding_sums const& sums, money delta, margin_rules const& rules,
                                margin_addons const& addons, int places, short_parts& parts) {
    std::uint16_t flags = 0;
    int128 const roll =
        divide_by_power_of_ten<12>(static_cast<int128>(sums.roll_1e24), rounding::up);
    money const shock = settle_amount(delta_shock(delta, rules), flags);
    std::int64_t const loss = nearest_loss(sums.worst_gain, places);
    std::int64_t const most = detail::short_amount_max;
    bool const fits = flags == 0 && roll <= most * 1000 && shock.nanos <= most && loss <= most &&
                      addons.contingency.nanos <= most && addons.open_orders.nanos <= most &&
                      addons.mmp.nanos <= most && addons.contingency.nanos >= 0 &&
                      addons.open_orders.nanos >= 0 && addons.mmp.nanos >= 0 &&
                      rules.maintenance_ppb >= 0 && rules.maintenance_ppb <= nanos_per_unit;
    if (!fits) return false;
    parts.loss = loss;
    parts.roll_1e12 = static_cast<std::int64_t>(roll);
    parts.shock = shock.nanos;
    parts.matrix_1e12 = (loss + shock.nanos + addons.contingency.nanos) * 1000 + parts.roll_1e12;
    return true;
}

/// Fills `row` and gives true, or gives false when the whole rule has to be asked. The caller has
/// made sure of narrow_sums_serve.
LOCKSTEP_HD bool check_shortly(deciding_sums const& sums, margin_rules const& rules,
                               margin_addons const& addons, int lot_exponent, check_row& row) {
    int const places = places_below_nano(rules, lot_exponent);
    money const delta{divide_by_power_of_ten(sums.delta, places, rounding::down)};
    short_parts parts;
    if (!add_up_shortly(sums, delta, rules, addons, places, parts)) return false;
    std::int64_t const matrix = detail::divide_up<1000>(parts.matrix_1e12);
    row.value.nanos = divide_by_power_of_ten(sums.value, places, rounding::down);
    row.initial_margin.nanos = matrix + addons.open_orders.nanos + addons.mmp.nanos;
    row.maintenance_margin.nanos = detail::share_up_1e12(parts.matrix_1e12, rules.maintenance_ppb);
    row.flags = 0;
    for (std::uint8_t& byte : row.reserved) byte = 0;
    return true;
}

/// The worst two dampened gains and their scenarios; `second.id` is no_scenario where there is one
/// scenario alone.
using narrow_worst = worst_scenarios<std::int64_t>;

/// The loss that a row shows for a scenario: a gain counts in part, and mostly not at all.
LOCKSTEP_HD bool shown_loss(std::int64_t gain, margin_rules const& rules, int lot_exponent,
                            money& loss) {
    if (gain < 0) {
        loss.nanos = nearest_loss(gain, places_below_nano(rules, lot_exponent));
        return true;
    }
    loss.nanos = 0;
    if (gain == 0 || rules.gain_offset_ppb == 0) return true;
    std::uint16_t flags = 0;
    loss = settle_amount(counted_loss(gain, rules, lot_exponent), flags);
    return flags == 0;
}

/// The whole row by the short road: `row.sensitivities`, `positions` and zeros elsewhere are there
/// already. False as with check_shortly.
LOCKSTEP_HD bool fill_shortly(narrow_worst const& found, uint128 roll_1e24,
                              margin_rules const& rules, margin_addons const& addons,
                              int lot_exponent, margin_row& row) {
    std::int64_t const worst = found.worst.gain;
    int const places = places_below_nano(rules, lot_exponent);
    deciding_sums const sums{worst < 0 ? worst : 0, 0, 0, roll_1e24};
    money const delta = row.sensitivities[static_cast<int>(sensitivity::delta)];
    short_parts parts;
    if (!add_up_shortly(sums, delta, rules, addons, places, parts)) return false;
    if (!shown_loss(worst, rules, lot_exponent, row.worst_loss)) return false;
    bool const two = found.second.id != no_scenario;
    if (two && !shown_loss(found.second.gain, rules, lot_exponent, row.second_worst_loss))
        return false;
    row.roll_shock.nanos = detail::divide_up<1000>(parts.roll_1e12);
    row.delta_shock.nanos = parts.shock;
    row.risk_matrix_margin.nanos = detail::divide_up<1000>(parts.matrix_1e12);
    row.initial_margin.nanos =
        row.risk_matrix_margin.nanos + addons.open_orders.nanos + addons.mmp.nanos;
    row.maintenance_margin.nanos = detail::share_up_1e12(parts.matrix_1e12, rules.maintenance_ppb);
    row.worst_scenario = static_cast<std::uint8_t>(found.worst.id);
    row.second_worst_scenario = static_cast<std::uint8_t>(found.second.id);
    return true;
}

}  // namespace lockstep

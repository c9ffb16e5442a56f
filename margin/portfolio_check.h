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

#include <bit>
#include <cstdint>

#include "margin/portfolio_rule.h"

namespace lockstep {

/// Sums that decide, in the units of portfolio_sums and below 2^62 in magnitude.
struct deciding_sums {
    std::int64_t worst_gain;  // dampened; zero where every scenario gains
    std::int64_t value, delta;
    std::int64_t const* bucket_deltas;
    std::uint64_t buckets;
};

namespace detail {

/// Amounts up to here may be added to each other and multiplied by 1000 in 64 bits.
inline constexpr std::int64_t short_amount_max = std::int64_t{1} << 50;

/// n / 10^Places rounded up, for 0 <= n < 2^63; a power known to the compiler.
template <std::int64_t Divisor>
LOCKSTEP_HD std::int64_t divide_up(std::int64_t n) {
    return static_cast<std::int64_t>((static_cast<std::uint64_t>(n) + (Divisor - 1)) / Divisor);
}

/// ceil(amount * ppb * 10^-12) for amounts below 2^61 and shares of at most one: with amount =
/// a 10^9 + b the product is (a ppb + b ppb / 10^9) 10^9, and ceil(ceil(x) / 1000) = ceil(x /
/// 1000).
LOCKSTEP_HD std::int64_t share_up_1e12(std::int64_t amount, std::int64_t ppb) {
    std::int64_t const a = amount / 1'000'000'000, b = amount % 1'000'000'000;
    return divide_up<1000>(a * ppb + divide_up<1'000'000'000>(b * ppb));
}

}  // namespace detail

/// The roll shock in 1e-12 of the settle asset, rounded up; 128 bits, below 2^88.
LOCKSTEP_HD int128 roll_shock_1e12(deciding_sums const& sums, margin_rules const& rules,
                                   int places) {
    uint128 total = 0;
    // From one bucket to the next, without a guess at those between: which of them a set has is
    // nothing that a processor could learn.
    for (std::uint64_t rest = sums.buckets; rest != 0; rest &= rest - 1) {
        int const b = std::countr_zero(rest);
        std::int64_t const delta = sums.bucket_deltas[b];
        std::int64_t const size =
            divide_by_power_of_ten(delta < 0 ? -delta : delta, places - 3, rounding::up);
        total += static_cast<uint128>(static_cast<std::uint64_t>(size)) *
                 static_cast<std::uint64_t>(rules.roll_rate[b]);
    }
    return divide_by_power_of_ten<12>(static_cast<int128>(total), rounding::up);
}

/// Fills `row` and gives true, or gives false when the whole rule has to be asked. The caller has
/// made sure of narrow_sums_serve.
LOCKSTEP_HD bool check_shortly(deciding_sums const& sums, margin_rules const& rules,
                               margin_addons const& addons, int lot_exponent, check_row& row) {
    int const places = places_below_nano(rules, lot_exponent);
    std::uint16_t flags = 0;
    int128 const roll = roll_shock_1e12(sums, rules, places);
    money const delta{divide_by_power_of_ten(sums.delta, places, rounding::down)};
    money const shock = settle_amount(delta_shock(delta, rules), flags);
    std::int64_t const finer =
        divide_by_power_of_ten(-sums.worst_gain, places - 1, rounding::down) + 5;
    std::int64_t const loss = static_cast<std::int64_t>(static_cast<std::uint64_t>(finer) / 10u);
    std::int64_t const most = detail::short_amount_max;
    bool const fits = flags == 0 && roll <= most * 1000 && shock.nanos <= most && loss <= most &&
                      addons.contingency.nanos <= most && addons.open_orders.nanos <= most &&
                      addons.mmp.nanos <= most && addons.contingency.nanos >= 0 &&
                      rules.maintenance_ppb >= 0 && rules.maintenance_ppb <= nanos_per_unit;
    if (!fits) return false;
    std::int64_t const matrix_1e12 =
        (loss + shock.nanos + addons.contingency.nanos) * 1000 + static_cast<std::int64_t>(roll);
    std::int64_t const matrix = detail::divide_up<1000>(matrix_1e12);
    row = {{divide_by_power_of_ten(sums.value, places, rounding::down)},
           {matrix + addons.open_orders.nanos + addons.mmp.nanos},
           {detail::share_up_1e12(matrix_1e12, rules.maintenance_ppb)},
           0,
           {}};
    return true;
}

}  // namespace lockstep

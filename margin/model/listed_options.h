// Margin of listed stock and index options: the strategy-free rule of Regulation T (per short
// option) and the risk-based TIMS of the OCC's customer portfolio margin. Amounts are in nanos.
//
// Source: pages of the OCC, Cboe, FINRA and brokers; percentages and ranges are parameters.
#pragma once

#include <cstdint>

#include "pricing/base/checked.h"
#include "pricing/base/quantise.h"
#include "pricing/base/view.h"

namespace lockstep::listed {

/// 20 % and 10 % for stocks, 15 % and 10 % for broad indices.
struct reg_t_rates {
    double base, floor;
};

inline constexpr reg_t_rates reg_t_stock{0.20, 0.10};
inline constexpr reg_t_rates reg_t_broad_index{0.15, 0.10};

/// Of one short option on `multiplier` units, premium included:
///   premium + max(base U - out of the money, floor U (call) | floor K (put)).
LOCKSTEP_HD checked_int64 reg_t_short_option(double underlying, double strike, double premium,
                                             double multiplier, bool is_call,
                                             reg_t_rates const& rates) {
    double const gap = is_call ? strike - underlying : underlying - strike;
    double const out = gap > 0 ? gap : 0.0;
    double const base = rates.base * underlying - out;
    double const floor = rates.floor * (is_call ? underlying : strike);
    return quantise((premium + (base > floor ? base : floor)) * multiplier, 1e9, rounding::up);
}

inline constexpr std::uint32_t tims_points = 10;

/// The range of a class: broad high-capitalisation indices -8 % / +6 %, other broad indices +-10 %,
/// stocks and sector indices +-15 %.
struct tims_range {
    double down, up;  // both positive shares
};

inline constexpr tims_range tims_large_index{0.08, 0.06};
inline constexpr tims_range tims_broad_index{0.10, 0.10};
inline constexpr tims_range tims_stock{0.15, 0.15};

/// Relative move of point i: ten of them, equally far apart, from -down to +up.
LOCKSTEP_HD double tims_move(tims_range const& range, std::uint32_t i) {
    return -range.down + (range.up + range.down) * i / (tims_points - 1.0);
}

/// Gains of every class at its ten points become one requirement: within a class gains and losses
/// offset in full; between classes of one group, gains count in part, point by point.
struct tims_class {
    int128 gains[tims_points];
    std::int64_t contracts;  // short and long options, and futures: each asks for the minimum
};

/// $0.375 times the multiplier, for every contract.
inline constexpr double tims_minimum_per_unit = 0.375;

/// The requirement of one group of classes: the worst point after offsets, at least the minimum.
/// `offset` is the share of one class's gains that counts against the losses of others.
LOCKSTEP_HD int128 tims_requirement(view<tims_class const> classes, std::int64_t offset_ppm,
                                    std::int64_t minimum_nanos) {
    int128 worst = 0;
    int128 contracts = 0;
    for (tims_class const& c : classes) contracts += c.contracts;
    for (std::uint32_t i = 0; i < tims_points; ++i) {
        int128 losses = 0, gains = 0;
        for (tims_class const& c : classes) (c.gains[i] < 0 ? losses : gains) += c.gains[i];
        int128 const counted = divide(gains * offset_ppm, 1'000'000, rounding::down);
        int128 const net = -losses - (classes.size() == 1 ? gains : counted);
        worst = net > worst ? net : worst;
    }
    int128 const least = contracts * minimum_nanos;
    return worst > least ? worst : least;
}

}  // namespace lockstep::listed

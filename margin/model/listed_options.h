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

/// The range of a class; as OCC names them, broad high-capitalisation indices -8 % / +6 %, other
/// broad indices +-10 %, stocks and sector indices +-15 %.
struct tims_range {
    double down, up;  // both positive shares
};

/// Relative move of point i: ten of them, equally far apart, from -down to +up.
LOCKSTEP_HD double tims_move(tims_range const& range, std::uint32_t i) {
    return -range.down + (range.up + range.down) * i / (tims_points - 1.0);
}

/// What a class gains at its ten points, netted in full within the class.
struct tims_class {
    int128 gains[tims_points];
    std::int64_t contracts;  // short and long options, and futures: each asks for the minimum
};

/// $0.375 times the multiplier, for every contract.
inline constexpr double tims_minimum_per_unit = 0.375;

/// The worst loss at any point, >= 0, of classes whose gains and losses are netted point by point.
LOCKSTEP_HD int128 tims_worst(view<tims_class const> classes) {
    int128 worst = 0;
    for (std::uint32_t i = 0; i < tims_points; ++i) {
        int128 loss = 0;
        for (tims_class const& c : classes) loss -= c.gains[i];
        worst = loss > worst ? loss : worst;
    }
    return worst;
}

/// The requirement of one group of classes, at least the minimum. Of each class a share as large as
/// the offset is netted with the others at the same point; the rest stands alone, at its own worst
/// point, since nothing says that prices of classes move together. That an offset works so is our
/// reading: sources name it as partial, with no formula. It asks for as much as counting that share
/// of gains against losses point by point does, or more.
LOCKSTEP_HD int128 tims_requirement(view<tims_class const> classes, std::int64_t offset_ppm,
                                    std::int64_t minimum_nanos) {
    constexpr std::int64_t million = 1'000'000;
    int128 alone = 0, contracts = 0;
    for (std::size_t c = 0; c < classes.size(); ++c) {
        alone += tims_worst(classes.slice(c, 1));
        contracts += classes[c].contracts;
    }
    int128 const netted = tims_worst(classes);
    int128 const risk =
        divide(alone * (million - offset_ppm) + netted * offset_ppm, million, rounding::up);
    int128 const least = contracts * minimum_nanos;
    return risk > least ? risk : least;
}

}  // namespace lockstep::listed

// What portfolio margin by scenarios is made of: the scenarios and parameters of the model, and a
// portfolio in its rows. margin/model/pmrm.h says what becomes of them.
#pragma once

#include <cstdint>

#include "pricing/base/view.h"

namespace lockstep::pmrm {

inline constexpr double seconds_per_year = 365.0 * 86400.0;
inline constexpr double seconds_per_day = 86400.0;

enum class vol_move : std::uint8_t {
    none,
    up,
    down,
    linear,   // the smile's slope: vol changes with ln(strike / forward)
    absolute  // its bend: vol changes with |ln(strike / forward)|
};

/// A skew move holds the price: its price multiplier is not applied.
struct scenario {
    double price_multiplier;
    double dampening;  // share of the gain that counts
    vol_move vol;
};

/// Rates are shares (0.5 is 50 %), times in days where they say so.
struct parameters {
    struct {
        double range_up, range_down, floor_up;  // see shocked_vol
        double power_short, power_long;
        double days_min;
    } vol;
    struct {
        double initial, maintenance;                               // factor of the worst gain
        double rate_factor_positive, add_positive, base_positive;  // static discount of gains
        double rate_factor_negative, add_negative, base_negative;  // and of debts
    } margin;
    struct {
        double up, down;      // multipliers of the forward
        double add, by_year;  // share = add + by_year x years
    } basis;
    struct {
        double peg_threshold, peg_factor;
        double confidence_threshold, confidence_share;
        double perpetual_initial, perpetual_maintenance;  // share of spot notional
        double short_option_initial, short_option_maintenance;
    } other;
    struct {
        double linear_cap, linear_by_root_year;
        double absolute_cap, absolute_by_root_year;
        double width_min, width_factor, width_static, width_by_root_year;
    } skew;
};

struct option_leg {
    double strike;
    double size;  // signed, in coins
    double vol;
    bool is_call;
};

/// One expiry and its legs, legs[first .. first + count). Legs on one strike must be neighbours.
struct expiry {
    double seconds;  // until expiry
    double forward;
    double rate;        // continuously compounded; below zero it counts as zero
    double confidence;  // least of the feeds of forward, rate and vol
    std::uint32_t first, count;
};

struct collateral {
    double value;       // in the currency of the cash
    double confidence;  // of its price feed
    double haircut_maintenance;
    double haircut_initial;  // beyond the maintenance haircut
    bool moves_with_spot;    // hedges the options: takes part in the scenarios
};

/// A perpetual's gain and funding since the last settlement are part of the mark to market.
struct portfolio {
    view<option_leg const> legs;
    view<expiry const> expiries;
    view<collateral const> collaterals;
    double perpetual_size, perpetual_price, perpetual_confidence;
    double perpetual_gain, perpetual_funding;
    double cash;
    double spot, spot_confidence;
    double stable_price;  // of one unit of cash, in USD
};

}  // namespace lockstep::pmrm

// Portfolio margin by scenarios, PMRM style (second version): a grid of price and vol moves, tails
// that count in part, shocks of the smile's slope and bend, and contingencies beside them. Cash of
// one currency (a stable coin) is what everything is counted in; options are priced by Black (1976)
// on the forward of their expiry with the vol of their own strike.
//
//   margin = worst x factor - contingencies + mark to market          (>= 0: enough)
//   worst  = min( basis contingency, gain of each scenario )
//   gain   = perpetual and collateral moved with the price
//          + sum over expiries of (shocked value x static discount - value) x dampening
//
// Source: parameters and portfolios published with the exchange's own contracts, half of which are
// in data/reference/derive_pmrm2_portfolios.json, with every scenario's gain.
#pragma once

#include <cstdint>

#include "pricing/base/exp_log.h"
#include "pricing/base/view.h"
#include "pricing/model/black.h"

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

/// Amounts in the currency of the cash; contingencies are <= 0.
struct result {
    double initial, maintenance;  // what is left above the requirement
    double mark_to_market, options_value, collateral_value;
    double worst_gain;
    double basis_contingency;
    double confidence_contingency;
    double initial_contingency;  // of perpetuals, naked shorts and collaterals, on top of:
    double maintenance_contingency;
    double initial_factor;
    std::uint32_t worst;  // a scenario, or as many as there are: the basis contingency
    bool faulty;          // a leg has no value as it stands or in a scenario: nothing else counts
};

LOCKSTEP_HD double power(double base, double exponent) {
    return exponential(exponent * logarithm(base));
}
LOCKSTEP_HD double least(double a, double b) { return a < b ? a : b; }
LOCKSTEP_HD double most(double a, double b) { return a > b ? a : b; }
LOCKSTEP_HD double magnitude(double x) { return x < 0 ? -x : x; }
LOCKSTEP_HD bool is_number(double x) { return x == x; }

/// The value of a leg, undiscounted; not a number when it has none.
LOCKSTEP_HD double leg_value(option_leg const& leg, double forward, double vol, double years) {
    option_inputs const in{.underlying = forward,
                           .strike = leg.strike,
                           .time = years,
                           .rate = 0,
                           .dividend = 0,
                           .vol = vol,
                           .flags = leg.is_call ? 0u : std::uint64_t{option_flag::put}};
    option_valuation const v = value_option(in, option_depth::price);
    return v.faults == 0 ? leg.size * v.price : quiet_nan();
}

/// up: max(floor, v (1 + range (30 / days)^p));  down: v max(0, 1 - range (30 / days)^p); one power
/// p up to thirty days, another beyond.
LOCKSTEP_HD double shocked_vol(double vol, double seconds, vol_move move, parameters const& p) {
    double const days = most(seconds / seconds_per_day, p.vol.days_min);
    bool const near = seconds <= 30.0 * seconds_per_day;
    double const reach = power(30.0 / days, near ? p.vol.power_short : p.vol.power_long);
    if (move == vol_move::up) return most(p.vol.floor_up, vol * (1.0 + p.vol.range_up * reach));
    if (move == vol_move::down) return vol * most(0.0, 1.0 - p.vol.range_down * reach);
    return vol;
}

/// v (1 + clamp(k cap / k*, -cap, cap)) with k = ln(K/F) or its magnitude; never below zero.
LOCKSTEP_HD double skewed_vol(option_leg const& leg, double forward, double years, vol_move move,
                              parameters const& p) {
    bool const linear = move == vol_move::linear;
    double const root = square_root(years);
    double const cap = linear ? fused(p.skew.linear_by_root_year, root, p.skew.linear_cap)
                              : fused(p.skew.absolute_by_root_year, root, p.skew.absolute_cap);
    double const width =
        most(p.skew.width_min, root * p.skew.width_factor *
                                   fused(root, p.skew.width_by_root_year, p.skew.width_static));
    double const k = logarithm(leg.strike / forward);
    double const shift = (linear ? k : magnitude(k)) * cap / width;
    return leg.vol * most(0.0, 1.0 + least(cap, most(-cap, shift)));
}

/// What the legs of one expiry are worth when its forward is multiplied and their vols moved.
LOCKSTEP_HD double expiry_value(portfolio const& book, expiry const& e, double multiplier,
                                vol_move move, parameters const& p) {
    double const years = e.seconds / seconds_per_year;
    bool const skew = move == vol_move::linear || move == vol_move::absolute;
    double const forward = skew ? e.forward : e.forward * multiplier;
    double const discount = exponential(-most(e.rate, 0.0) * years);
    double value = 0;
    for (option_leg const& leg : book.legs.slice(e.first, e.count)) {
        double const vol = skew ? skewed_vol(leg, forward, years, move, p)
                                : shocked_vol(leg.vol, e.seconds, move, p);
        value += leg_value(leg, forward, vol, years) * discount;
    }
    return value;
}

/// A value that comes late is worth less, a debt more: but never more than undiscounted.
LOCKSTEP_HD double static_discount(expiry const& e, bool positive, parameters const& p) {
    double const years = e.seconds / seconds_per_year;
    double const rate = most(e.rate, 0.0);
    if (positive)
        return p.margin.base_positive *
               exponential(-years * (rate * p.margin.rate_factor_positive + p.margin.add_positive));
    double const raised =
        p.margin.base_negative *
        exponential(years * (rate * p.margin.rate_factor_negative + p.margin.add_negative));
    return least(exponential(rate * years), raised);
}

/// The gain of one expiry in one scenario. A skew move counts as a loss whichever way it goes.
LOCKSTEP_HD double expiry_gain(portfolio const& book, expiry const& e, scenario const& s,
                               double value, parameters const& p) {
    double const moved = expiry_value(book, e, s.price_multiplier, s.vol, p);
    double const gain = moved * static_discount(e, moved > 0, p) - value;
    bool const skew = s.vol == vol_move::linear || s.vol == vol_move::absolute;
    return (skew ? -magnitude(gain) : gain) * s.dampening;
}

/// The gain of the whole portfolio in one scenario. `values` holds each expiry's value unmoved.
LOCKSTEP_HD double scenario_gain(portfolio const& book, scenario const& s,
                                 view<double const> values, parameters const& p) {
    bool const skew = s.vol == vol_move::linear || s.vol == vol_move::absolute;
    double const move = skew ? 0.0 : (s.price_multiplier - 1.0) * s.dampening;
    double gain = book.perpetual_size * book.perpetual_price * move;
    for (collateral const& c : book.collaterals)
        if (c.moves_with_spot) gain += c.value * move;
    for (std::size_t i = 0; i < book.expiries.size(); ++i)
        gain += expiry_gain(book, book.expiries[i], s, values[i], p);
    return gain;
}

/// A forward that moves on its own: the worse of two moves, by expiry.
LOCKSTEP_HD double basis_contingency(portfolio const& book, view<double const> values,
                                     parameters const& p) {
    double sum = 0;
    for (std::size_t i = 0; i < book.expiries.size(); ++i) {
        expiry const& e = book.expiries[i];
        double const up = expiry_value(book, e, p.basis.up, vol_move::none, p) - values[i];
        double const down = expiry_value(book, e, p.basis.down, vol_move::none, p) - values[i];
        double const years = e.seconds / seconds_per_year;
        sum += least(least(up, down), 0.0) * fused(p.basis.by_year, years, p.basis.add);
    }
    return sum;
}

/// Sizes of options sold and not covered by others of the same strike and expiry.
LOCKSTEP_HD double naked_shorts(portfolio const& book) {
    double sum = 0;
    for (expiry const& e : book.expiries) {
        double net = 0;
        for (std::uint32_t i = 0; i < e.count; ++i) {
            option_leg const& leg = book.legs[e.first + i];
            if (i > 0 && leg.strike != book.legs[e.first + i - 1].strike) {
                sum += most(-net, 0.0);
                net = 0;
            }
            net += leg.size;
        }
        sum += most(-net, 0.0);
    }
    return sum;
}

/// Prices that their own feeds do not trust are charged by notional, in the initial margin alone.
LOCKSTEP_HD double confidence_contingency(portfolio const& book, parameters const& p) {
    auto const share = [&p](double confidence) {
        return confidence < p.other.confidence_threshold
                   ? (1.0 - confidence) * p.other.confidence_share
                   : 0.0;
    };
    double charge = 0;
    for (collateral const& c : book.collaterals)
        charge += share(least(c.confidence, book.spot_confidence)) * c.value;
    double base = book.spot_confidence;
    if (book.perpetual_size != 0) {
        base = least(base, book.perpetual_confidence);
        charge += share(base) * magnitude(book.perpetual_size) * book.spot;
    }
    for (expiry const& e : book.expiries) {
        double size = 0;
        for (option_leg const& leg : book.legs.slice(e.first, e.count)) size += magnitude(leg.size);
        charge += share(least(base, e.confidence)) * size * book.spot;
    }
    return -charge;
}

/// Every part of both margins. `gains` receives one number for each scenario, `values` one for each
/// expiry; both are caller's memory of exactly those sizes.
LOCKSTEP_HD result evaluate(portfolio const& book, view<scenario const> scenarios,
                            parameters const& p, view<double> gains, view<double> values) {
    result r{};
    for (std::size_t i = 0; i < book.expiries.size(); ++i) {
        values[i] = expiry_value(book, book.expiries[i], 1.0, vol_move::none, p);
        r.options_value += values[i];
    }
    r.faulty = !is_number(r.options_value);
    r.basis_contingency = basis_contingency(book, values, p);
    r.worst_gain = least(r.basis_contingency, 0.0);
    r.worst = static_cast<std::uint32_t>(scenarios.size());
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
        gains[s] = scenario_gain(book, scenarios[s], values, p);
        r.faulty |= !is_number(gains[s]);
        if (!(gains[s] < r.worst_gain)) continue;
        r.worst_gain = gains[s];
        r.worst = static_cast<std::uint32_t>(s);
    }
    double const notional = magnitude(book.perpetual_size) * book.spot;
    double const naked = naked_shorts(book) * book.spot;
    double maintenance = notional * p.other.perpetual_maintenance;
    double initial = notional * p.other.perpetual_initial;
    maintenance += naked * p.other.short_option_maintenance;
    initial += naked * p.other.short_option_initial;
    for (collateral const& c : book.collaterals) {
        r.collateral_value += c.value;
        maintenance += c.value * c.haircut_maintenance;
        initial += c.value * c.haircut_initial;
    }
    r.maintenance_contingency = -maintenance;
    r.initial_contingency = -initial;
    r.confidence_contingency = confidence_contingency(book, p);
    r.initial_factor = p.margin.initial;
    if (book.stable_price < p.other.peg_threshold)
        r.initial_factor += (p.other.peg_threshold - book.stable_price) * p.other.peg_factor;
    r.mark_to_market = book.cash + r.collateral_value + r.options_value + book.perpetual_gain +
                       book.perpetual_funding;
    r.maintenance = r.worst_gain * p.margin.maintenance - maintenance + r.mark_to_market;
    r.initial = r.worst_gain * r.initial_factor - maintenance - initial + r.confidence_contingency +
                r.mark_to_market;
    return r;
}

}  // namespace lockstep::pmrm

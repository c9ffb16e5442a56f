// What options are worth under the moves of portfolio margin by scenarios: vols up, down or along
// the smile, forwards multiplied. Every leg has a value of its own under every move, so that
// whoever asks what a portfolio is worth without one of its legs need not value the others again.
#pragma once

#include <cstdint>

#include "margin/model/pmrm_portfolio.h"
#include "pricing/base/exp_log.h"
#include "pricing/model/black.h"

namespace lockstep::pmrm {

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

LOCKSTEP_HD bool is_skew(vol_move move) {
    return move == vol_move::linear || move == vol_move::absolute;
}

/// What a portfolio is valued under: as it stands, its forwards moved on their own, each scenario.
/// Values stand in this order, those of one move side by side.
enum move_place : std::size_t { as_it_stands, forward_up, forward_down, first_scenario };

struct move {
    double multiplier;  // of the forward; a skew move holds it
    vol_move vol;
};

LOCKSTEP_HD std::size_t move_count(view<scenario const> scenarios) {
    return first_scenario + scenarios.size();
}

LOCKSTEP_HD move move_at(std::size_t place, view<scenario const> scenarios, parameters const& p) {
    if (place == as_it_stands) return {1.0, vol_move::none};
    if (place == forward_up) return {p.basis.up, vol_move::none};
    if (place == forward_down) return {p.basis.down, vol_move::none};
    scenario const& s = scenarios[place - first_scenario];
    return {s.price_multiplier, s.vol};
}

/// What each leg of one expiry is worth, discounted, when the expiry is moved.
LOCKSTEP_HD void value_legs(portfolio const& book, expiry const& e, move const& m,
                            parameters const& p, view<double> values) {
    double const years = e.seconds / seconds_per_year;
    bool const skew = is_skew(m.vol);
    double const forward = skew ? e.forward : e.forward * m.multiplier;
    double const discount = exponential(-most(e.rate, 0.0) * years);
    for (std::uint32_t i = e.first; i < e.first + e.count; ++i) {
        option_leg const& leg = book.legs[i];
        double const vol = skew ? skewed_vol(leg, forward, years, m.vol, p)
                                : shocked_vol(leg.vol, e.seconds, m.vol, p);
        values[i] = leg_value(leg, forward, vol, years) * discount;
    }
}

/// The same of every leg under every move: `values` has a row of all legs for each move.
LOCKSTEP_HD void value_all_legs(portfolio const& book, view<scenario const> scenarios,
                                parameters const& p, view<double> values) {
    for (std::size_t m = 0; m < move_count(scenarios); ++m)
        for (expiry const& e : book.expiries)
            value_legs(book, e, move_at(m, scenarios, p), p,
                       values.slice(m * book.legs.size(), book.legs.size()));
}

inline constexpr std::size_t no_leg = ~std::size_t{0};

/// What one expiry is worth under every move: the sum of its legs in their order, but for the leg
/// `without`, as it would be if there were no such leg. `values` has a row of all expiries for each
/// move.
LOCKSTEP_HD void value_expiry(portfolio const& book, std::size_t expiry,
                              view<double const> leg_values, std::size_t without,
                              view<double> values) {
    auto const& e = book.expiries[expiry];
    view<double const> row{leg_values.data, book.legs.size()};
    for (std::size_t at = expiry; at < values.size(); at += book.expiries.size()) {
        double sum = 0;
        for (std::size_t i = e.first; i < e.first + e.count; ++i)
            if (i != without) sum += row[i];
        values[at] = sum;
        row.data += row.size();
    }
}

LOCKSTEP_HD void value_expiries(portfolio const& book, view<double const> leg_values,
                                view<double> values) {
    for (std::size_t i = 0; i < book.expiries.size(); ++i)
        value_expiry(book, i, leg_values, no_leg, values);
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

}  // namespace lockstep::pmrm

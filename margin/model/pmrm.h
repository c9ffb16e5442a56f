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

#include "margin/model/pmrm_value.h"

namespace lockstep::pmrm {

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

/// Of one expiry: what it is worth under each move, in steps of as many as there are expiries.
LOCKSTEP_HD double value_at(view<double const> values, portfolio const& book, std::size_t move,
                            std::size_t expiry) {
    return values[move * book.expiries.size() + expiry];
}

/// The gain of one expiry in one scenario. A skew move counts as a loss whichever way it goes.
LOCKSTEP_HD double expiry_gain(expiry const& e, scenario const& s, double moved, double value,
                               parameters const& p) {
    double const gain = moved * static_discount(e, moved > 0, p) - value;
    return (is_skew(s.vol) ? -magnitude(gain) : gain) * s.dampening;
}

/// The gain of the whole portfolio in the scenario of that place.
LOCKSTEP_HD double scenario_gain(portfolio const& book, view<scenario const> scenarios,
                                 std::size_t place, view<double const> values,
                                 parameters const& p) {
    scenario const& s = scenarios[place];
    double const move = is_skew(s.vol) ? 0.0 : (s.price_multiplier - 1.0) * s.dampening;
    double gain = book.perpetual_size * book.perpetual_price * move;
    for (collateral const& c : book.collaterals)
        if (c.moves_with_spot) gain += c.value * move;
    for (std::size_t i = 0; i < book.expiries.size(); ++i)
        gain += expiry_gain(book.expiries[i], s, value_at(values, book, first_scenario + place, i),
                            value_at(values, book, as_it_stands, i), p);
    return gain;
}

/// A forward that moves on its own: the worse of two moves, by expiry.
LOCKSTEP_HD double basis_contingency(portfolio const& book, view<double const> values,
                                     parameters const& p) {
    double sum = 0;
    for (std::size_t i = 0; i < book.expiries.size(); ++i) {
        double const value = value_at(values, book, as_it_stands, i);
        double const up = value_at(values, book, forward_up, i) - value;
        double const down = value_at(values, book, forward_down, i) - value;
        double const years = book.expiries[i].seconds / seconds_per_year;
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

/// Every part of both margins, of a portfolio whose expiries are worth `values` (value_expiries).
/// `gains` receives one number for each scenario; it is caller's memory of exactly that size.
LOCKSTEP_HD result evaluate(portfolio const& book, view<scenario const> scenarios,
                            parameters const& p, view<double const> values, view<double> gains) {
    result r{};
    for (std::size_t i = 0; i < book.expiries.size(); ++i)
        r.options_value += value_at(values, book, as_it_stands, i);
    r.faulty = !is_number(r.options_value);
    r.basis_contingency = basis_contingency(book, values, p);
    r.worst_gain = least(r.basis_contingency, 0.0);
    r.worst = static_cast<std::uint32_t>(scenarios.size());
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
        gains[s] = scenario_gain(book, scenarios, s, values, p);
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

// Standard margin by formula, SRM style: per expiry of an underlying, the better of two worlds. In
// one each option stands alone and only what is sold asks for margin; in the other the whole expiry
// can lose no more than its worst payoff, plus a charge for calls that nothing covers. Perpetuals
// and coins held as collateral are charged by notional; prices that are not trusted, and a cash
// coin that has left its peg, cost more initial margin.
//
// Every function returns what counts toward the margin: negative amounts are requirements.
// Source: rules and 28 portfolios published with the exchange's own contracts; half of them are in
// data/reference/derive_srm_portfolios.json. Where no published case says, the comment does.
#pragma once

#include <cstdint>

#include "pricing/base/view.h"
#include "pricing/model/black.h"

namespace lockstep::srm {

/// Shares of notional or of the underlying's price.
struct parameters {
    double short_initial;  // 0.15: of an option at the money, less by how far it is out of it
    double short_floor;    // 0.10: but never less
    double short_maintenance;
    double put_initial_factor;  // 1.05: a put asks this many times its maintenance at least
    double unpaired_initial, unpaired_maintenance;  // 1.2, 1.1: of the forward, per uncovered call
    double perpetual_initial, perpetual_maintenance;
    double base_initial, base_maintenance;  // of a held coin's value, what counts
    double peg_threshold, peg_factor;
    double confidence_threshold, confidence_share;
};

/// An option with its mark (undiscounted Black price) already known.
struct option_leg {
    double strike;
    double size;  // signed, in coins
    double mark;  // of one, in cash
    bool is_call;
};

/// One expiry and its legs, legs[first .. first + count).
struct expiry {
    double forward;     // settlement price of the legs as far as it is known
    double confidence;  // least of the feeds behind the marks
    std::uint32_t first, count;
};

/// Everything of one underlying.
struct market {
    view<option_leg const> legs;
    view<expiry const> expiries;
    double index, index_confidence;
    double perpetual_size, perpetual_price, perpetual_confidence;
    double perpetual_gain, perpetual_funding;
    double coins;  // held as collateral
};

struct requirement {
    double initial, maintenance;
};

/// In the last half hour a settlement price is partly known: `fixed` of it has been averaged
/// already. What is left is an option on the unknown part with the strike moved by the known one.
/// Undiscounted, per coin, in cash. An option whose known part has passed its strike is a forward.
LOCKSTEP_HD double settling_option_mark(option_leg const& leg, double forward, double average,
                                        double fixed, double vol, double years) {
    double const unknown = forward * (1.0 - fixed);
    double const strike = leg.strike - average * fixed;
    if (strike <= 0) return leg.is_call ? unknown - strike : 0.0;
    option_inputs const in{.underlying = unknown,
                           .strike = strike,
                           .time = years,
                           .rate = 0,
                           .dividend = 0,
                           .vol = vol,
                           .flags = leg.is_call ? 0u : std::uint64_t{option_flag::put}};
    return value_option(in, option_depth::price).price;
}

/// The mark of what settles at that price: the average so far and the forward for the rest.
LOCKSTEP_HD double settling_forward(double forward, double average, double fixed) {
    return average * fixed + forward * (1.0 - fixed);
}

/// One option by itself: an option bought asks for nothing and counts for nothing.
LOCKSTEP_HD requirement isolated_option(option_leg const& leg, double index, parameters const& p) {
    if (leg.size >= 0) return {0, 0};
    double const out = leg.is_call ? leg.strike - index : index - leg.strike;
    double const distance = out > 0 ? out / index : 0.0;
    double const share = p.short_initial - distance;
    double initial = (share > p.short_floor ? share : p.short_floor) * index + leg.mark;
    double maintenance = p.short_maintenance * index;
    if (!leg.is_call) {
        double const by_mark = p.short_maintenance * leg.mark;
        maintenance = by_mark > maintenance ? by_mark : maintenance;
    }
    maintenance += leg.mark;
    double const least = p.put_initial_factor * maintenance;
    if (!leg.is_call && least > initial) initial = least;
    return {leg.size * initial, leg.size * maintenance};
}

/// What the expiry pays when its underlying settles at `at`.
LOCKSTEP_HD double payoff(view<option_leg const> legs, double at) {
    double sum = 0;
    for (option_leg const& leg : legs) {
        double const inside = leg.is_call ? at - leg.strike : leg.strike - at;
        if (inside > 0) sum += leg.size * inside;
    }
    return sum;
}

/// Where the worst payoff may lie: at zero, or at a strike.
LOCKSTEP_HD std::size_t corner_count(view<option_leg const> legs) { return 1 + legs.size(); }
LOCKSTEP_HD double corner(view<option_leg const> legs, std::size_t i) {
    return i == 0 ? 0.0 : legs[i - 1].strike;
}

LOCKSTEP_HD double worst_payoff(view<option_leg const> legs) {
    double worst = payoff(legs, 0.0);
    for (std::size_t i = 1; i < corner_count(legs); ++i) {
        double const there = payoff(legs, corner(legs, i));
        worst = there < worst ? there : worst;
    }
    return worst;
}

/// The worst payoff at the corners, or without bound where calls are uncovered: those are charged a
/// share of the forward instead.
LOCKSTEP_HD requirement bounded_expiry(view<option_leg const> legs, double worst, double forward,
                                       parameters const& p) {
    double net_calls = 0;
    for (option_leg const& leg : legs)
        if (leg.is_call) net_calls += leg.size;
    double const uncovered = net_calls < 0 ? net_calls * forward : 0.0;
    return {worst + uncovered * p.unpaired_initial, worst + uncovered * p.unpaired_maintenance};
}
LOCKSTEP_HD requirement bounded_expiry(view<option_leg const> legs, double forward,
                                       parameters const& p) {
    return bounded_expiry(legs, worst_payoff(legs), forward, p);
}

/// The better world for the holder, margin by margin; never a credit.
LOCKSTEP_HD requirement expiry_margin(view<option_leg const> legs, requirement const& bounded,
                                      double index, parameters const& p) {
    requirement alone{0, 0};
    for (option_leg const& leg : legs) {
        requirement const one = isolated_option(leg, index, p);
        alone.initial += one.initial;
        alone.maintenance += one.maintenance;
    }
    auto const better = [](double a, double b) {
        double const best = a > b ? a : b;
        return best < 0 ? best : 0.0;
    };
    return {better(alone.initial, bounded.initial), better(alone.maintenance, bounded.maintenance)};
}

/// Sizes that a broken peg or an untrusted price charges: options sold, and perpetuals.
LOCKSTEP_HD double short_size(view<option_leg const> legs) {
    double sum = 0;
    for (option_leg const& leg : legs) sum -= leg.size < 0 ? leg.size : 0.0;
    return sum;
}

/// (1 - confidence) x share below the threshold. That an option's charge falls on what is sold, and
/// that an underlying's own feed counts for all of it, is our reading: published cases hold bought
/// options alone.
LOCKSTEP_HD double confidence_rate(double a, double b, parameters const& p) {
    double const confidence = a < b ? a : b;
    return confidence < p.confidence_threshold ? (1.0 - confidence) * p.confidence_share : 0.0;
}

/// What an expiry adds to its underlying.
struct expiry_amounts {
    requirement margin;
    double short_size;
};

LOCKSTEP_HD expiry_amounts amounts_of(view<option_leg const> legs, double worst, double forward,
                                      double index, parameters const& p) {
    return {expiry_margin(legs, bounded_expiry(legs, worst, forward, p), index, p),
            short_size(legs)};
}

/// What one underlying adds to an account by part: cash and what the legs are worth stand
/// elsewhere.
struct market_parts {
    requirement options;        // of all expiries
    requirement perpetuals;     // their gain, less what they ask
    requirement collateral;     // what of it counts
    requirement contingencies;  // below zero: a broken peg and feeds that are not trusted
};

/// `amounts(i)` are those of expiry i; `cash_price` is the price of one unit of cash in USD.
template <class Amounts>
LOCKSTEP_HD market_parts parts_of(market const& m, Amounts const& amounts, double cash_price,
                                  parameters const& p) {
    requirement sum{0, 0};
    double const perpetual = m.perpetual_size < 0 ? -m.perpetual_size : m.perpetual_size;
    double exposed = perpetual;
    double doubt = perpetual * confidence_rate(m.perpetual_confidence, m.index_confidence, p);
    for (std::size_t i = 0; i < m.expiries.size(); ++i) {
        expiry_amounts const own = amounts(i);
        sum.initial += own.margin.initial;
        sum.maintenance += own.margin.maintenance;
        exposed += own.short_size;
        doubt += own.short_size * confidence_rate(m.expiries[i].confidence, m.index_confidence, p);
    }
    doubt += m.coins * confidence_rate(m.index_confidence, m.index_confidence, p);
    double const notional = perpetual * m.perpetual_price;
    double const gain = m.perpetual_gain + m.perpetual_funding;
    double const broken = p.peg_threshold - cash_price;
    double const peg = broken > 0 ? broken * p.peg_factor : 0.0;
    return {sum,
            {gain - notional * p.perpetual_initial, gain - notional * p.perpetual_maintenance},
            {m.coins * m.index * p.base_initial, m.coins * m.index * p.base_maintenance},
            {-(exposed * peg + doubt) * m.index, 0}};
}
template <class Amounts>
LOCKSTEP_HD requirement market_margin(market const& m, Amounts const& amounts, double cash_price,
                                      parameters const& p) {
    market_parts const of = parts_of(m, amounts, cash_price, p);
    return {of.options.initial +
                (of.perpetuals.initial + of.collateral.initial + of.contingencies.initial),
            of.options.maintenance + (of.perpetuals.maintenance + of.collateral.maintenance)};
}

LOCKSTEP_HD expiry_amounts amounts_of(market const& m, expiry const& e, parameters const& p) {
    view<option_leg const> const legs = m.legs.slice(e.first, e.count);
    return amounts_of(legs, worst_payoff(legs), e.forward, m.index, p);
}
LOCKSTEP_HD market_parts parts_of(market const& m, double cash_price, parameters const& p) {
    return parts_of(
        m, [&m, &p](std::size_t i) { return amounts_of(m, m.expiries[i], p); }, cash_price, p);
}
LOCKSTEP_HD requirement market_margin(market const& m, double cash_price, parameters const& p) {
    return market_margin(
        m, [&m, &p](std::size_t i) { return amounts_of(m, m.expiries[i], p); }, cash_price, p);
}

}  // namespace lockstep::srm
